using System.ComponentModel;

namespace Automat.Protocol;

/// <summary>
/// What the computer inside a fridge says on <c>case/{machine}/agent</c>: what it sees being taken, how warm it is, or both.
/// </summary>
public sealed record AgentMessage
{
    /// <summary>Names the message; the same id is the same message.</summary>
    [Description("A UUID; the same id is the same message.")]
    public required Guid Id { get; init; }

    /// <summary>When it was measured, Unix seconds.</summary>
    [Description("When it was seen, Unix seconds.")]
    public required long At { get; init; }

    /// <summary>What is being taken, or was.</summary>
    public AgentBasket? Basket { get; init; }

    /// <summary>Degrees Celsius by the sensor's name.</summary>
    [Description("Degrees Celsius by sensor, at most 8.")]
    public IReadOnlyDictionary<string, double>? Temperatures { get; init; }
}

/// <summary>A basket as the agent sees it: always the whole basket, never a difference, so that a lost message loses nothing.</summary>
public sealed record AgentBasket
{
    /// <summary>The transaction of the unlock.</summary>
    [Description("The transaction the door was unlocked with: 1 to 64 letters, digits, hyphens or underscores.")]
    public required string Transaction { get; init; }

    /// <summary>Grows with each message of a transaction; what comes late is skipped.</summary>
    [Description("Grows with each message of a transaction, from 1.")]
    public required int Sequence { get; init; }

    /// <summary>The door is closed, and this is what was taken; else it is what it looks like now.</summary>
    [Description("true once the door is closed: this is the basket. false while it changes.")]
    public required bool Final { get; init; }

    /// <summary>What is out of the fridge now; returned goods are no longer in it.</summary>
    [Description("What is out of the fridge, at most 100 lines; goods that were put back are not in it.")]
    public required IReadOnlyList<AgentItem> Items { get; init; }

    /// <summary>How sure the agent is of the whole basket, 0 to 1.</summary>
    [Description("How sure the agent is of the whole basket, 0 to 1.")]
    public required double Confidence { get; init; }

    /// <summary>How much lighter the fridge became, in grams; absent without a scale.</summary>
    [Description("How much lighter the fridge became, in grams; left out without a scale.")]
    public double? LighterGrams { get; init; }

    /// <summary>Pictures and videos of it, by reference.</summary>
    [Description("Pictures and videos, by reference, at most 20.")]
    public IReadOnlyList<AgentSnapshot>? Snapshots { get; init; }
}

/// <summary>So many of something.</summary>
public sealed record AgentItem
{
    /// <summary>The fridge's own name for it, or the slot's code.</summary>
    [Description("The fridge's own name for it, or the slot's code: at most 64 characters.")]
    public required string Sku { get; init; }

    /// <summary>Pieces.</summary>
    [Description("Pieces, 1 to 1000.")]
    public required int Quantity { get; init; }

    /// <summary>How sure the agent is of this line, 0 to 1.</summary>
    [Description("How sure the agent is of this line, 0 to 1.")]
    public double? Confidence { get; init; }

    /// <summary>What these pieces weighed together, in grams.</summary>
    [Description("What these pieces weighed together, in grams; left out without a scale of their own.")]
    public double? Grams { get; init; }
}

/// <summary>Where a picture is, and what it must be: the bytes stay with the agent until somebody looks.</summary>
public sealed record AgentSnapshot
{
    /// <summary>The agent's name for it.</summary>
    [Description("The agent's own name for it: at most 200 printable ASCII characters.")]
    public required string Reference { get; init; }

    /// <summary>SHA-256 of its bytes, lower-case hex.</summary>
    [Description("SHA-256 of its bytes, 64 lower-case hex digits.")]
    public required string Sha256 { get; init; }

    /// <summary>When it was taken, Unix seconds.</summary>
    [Description("When it was taken, Unix seconds.")]
    public required long At { get; init; }

    /// <summary>The camera's name.</summary>
    [Description("The camera, at most 32 characters.")]
    public string? Camera { get; init; }
}

/// <summary>What an agent's message has to keep to.</summary>
public static class AgentMessages
{
    /// <summary>Bytes of the longest message.</summary>
    public const int LongestBytes = 16_384;

    private const int MostItems = 100;
    private const int MostSnapshots = 20;
    private const int MostSensors = 8;

    /// <summary>What is wrong with a message, by the field's path; null when nothing is.</summary>
    public static string? FaultIn(AgentMessage message)
    {
        if (message.Temperatures is { } told && !told.All(t => IsName(t.Key, 32) && t.Value is >= -100 and <= 150)
            || message.Temperatures?.Count > MostSensors)
        {
            return "temperatures";
        }

        return message.Basket is { } basket ? FaultIn(basket) : message.Temperatures is null ? "basket" : null;
    }

    private static string? FaultIn(AgentBasket basket)
    {
        if (!IsName(basket.Transaction, 64)) return "basket.transaction";
        if (basket.Sequence < 1) return "basket.sequence";
        if (!IsShare(basket.Confidence)) return "basket.confidence";
        if (basket.LighterGrams is { } lighter && !(Math.Abs(lighter) <= 1_000_000)) return "basket.lighter_grams";
        if (basket.Items.Count > MostItems || !basket.Items.All(IsItem)) return "basket.items";
        return basket.Snapshots is { } seen && (seen.Count > MostSnapshots || !seen.All(IsSnapshot)) ? "basket.snapshots" : null;
    }

    private static bool IsItem(AgentItem? item) => item is { Sku.Length: > 0 and <= 64, Quantity: >= 1 and <= 1_000 }
        && !item.Sku.Any(char.IsControl) && (item.Confidence is null || IsShare(item.Confidence.Value))
        && (item.Grams is null || Math.Abs(item.Grams.Value) <= 1_000_000);

    private static bool IsSnapshot(AgentSnapshot? seen) => seen is { Reference.Length: > 0 and <= 200, Sha256.Length: 64 }
        && seen.Reference.All(c => c is >= ' ' and <= '~') && seen.Sha256.All(char.IsAsciiHexDigitLower)
        && (seen.Camera is null || IsName(seen.Camera, 32));

    private static bool IsShare(double share) => share is >= 0 and <= 1;

    private static bool IsName(string text, int longest) =>
        text.Length > 0 && text.Length <= longest && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}

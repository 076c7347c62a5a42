using System.Diagnostics.CodeAnalysis;

namespace Automat.Domain;

/// <summary>
/// The name a machine is known by everywhere: in its QR link, as its MQTT user name and inside topics.
/// 1 to 64 letters, digits, hyphens and underscores, so that it can never widen a topic or a path.
/// </summary>
public readonly record struct MachineId
{
    private readonly string? value;

    private MachineId(string value) => this.value = value;

    /// <summary>The name itself.</summary>
    public string Value => value ?? throw new InvalidOperationException("A machine id was never set.");

    /// <summary>Reads a machine's name.</summary>
    /// <exception cref="RuleException"><c>machine_id_invalid</c> when it is not 1–64 letters, digits, '-' or '_'.</exception>
    public static MachineId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new RuleException("machine_id_invalid",
            "A machine id has 1 to 64 letters, digits, hyphens or underscores.");

    /// <summary>Reads a machine's name; false when it is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out MachineId id)
    {
        id = default;
        if (text is not { Length: > 0 and <= 64 }) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_')) return false;
        }

        id = new MachineId(text);
        return true;
    }

    /// <summary>The name itself.</summary>
    public override string ToString() => Value;
}

using System.Text.Json;

namespace Automat.Server.Payments.Stripe;

/// <summary>Reads single fields of Stripe's JSON; what is needed and missing, or of another kind, throws.</summary>
internal static class StripeJson
{
    public static string Text(this JsonElement element, string name) =>
        element.OptionalText(name) ?? throw Missing(name);

    public static string? OptionalText(this JsonElement element, string name)
    {
        if (!Has(element, name, out var value)) return null;
        return value.ValueKind == JsonValueKind.String ? Characters(value, name) : throw Wrong(name);
    }

    public static long Long(this JsonElement element, string name) =>
        element.OptionalLong(name) ?? throw Missing(name);

    public static long? OptionalLong(this JsonElement element, string name)
    {
        if (!Has(element, name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)) return number;
        throw Wrong(name);
    }

    public static bool OptionalBool(this JsonElement element, string name)
    {
        if (!Has(element, name, out var value)) return false;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name);
    }

    public static JsonElement? OptionalObject(this JsonElement element, string name)
    {
        if (!Has(element, name, out var value)) return null;
        return value.ValueKind == JsonValueKind.Object ? value : throw Wrong(name);
    }

    /// <summary>A reference to another object: its id, or the object itself where Stripe expanded it.</summary>
    public static string? OptionalId(this JsonElement element, string name)
    {
        if (!Has(element, name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.String) return Characters(value, name);
        return value.ValueKind == JsonValueKind.Object ? value.Text("id") : throw Wrong(name);
    }

    /// <summary>Another object, where Stripe was asked to expand its id; null where it is only named.</summary>
    public static JsonElement? OptionalExpanded(this JsonElement element, string name) =>
        Has(element, name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    public static DateTimeOffset Time(this JsonElement element, string name) =>
        element.OptionalTime(name) ?? throw Missing(name);

    public static DateTimeOffset? OptionalTime(this JsonElement element, string name)
    {
        if (element.OptionalLong(name) is not { } seconds) return null;
        // From 1970 to 9999.
        return seconds is >= 0 and <= 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : throw Wrong(name);
    }

    public static string Currency(this JsonElement element) =>
        element.OptionalCurrency() ?? throw Missing("currency");

    public static string? OptionalCurrency(this JsonElement element)
    {
        if (element.OptionalText("currency") is not { } code) return null;
        return code.Length == 3 && code.All(char.IsAsciiLetter) ? code.ToUpperInvariant() : throw Wrong("currency");
    }

    public static IReadOnlyDictionary<string, string> Metadata(this JsonElement element)
    {
        if (element.OptionalObject("metadata") is not { } metadata) return NoMetadata.Instance;

        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var fact in metadata.EnumerateObject())
        {
            if (fact.Value.ValueKind != JsonValueKind.String) throw Wrong("metadata");
            facts[fact.Name] = Characters(fact.Value, "metadata");
        }

        return facts.Count == 0 ? NoMetadata.Instance : facts.AsReadOnly();
    }

    private static bool Has(JsonElement element, string name, out JsonElement value) =>
        element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private static string Characters(JsonElement value, string name)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            // Half a surrogate pair, or bytes that are not UTF-8: JSON by its grammar, but no text.
            throw new ProviderAnswerException($"The \"{name}\" in Stripe's answer is not text.", e);
        }
    }

    private static ProviderAnswerException Missing(string name) => new($"Stripe's answer has no \"{name}\".");

    private static ProviderAnswerException Wrong(string name) =>
        new($"The \"{name}\" in Stripe's answer is not of the kind we know.");
}

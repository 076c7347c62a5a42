using System.Text.Json.Serialization;

namespace Automat.StripeSandbox.Wire;

/// <summary>What Stripe calls an object: an id with a kind, and all keys of the published sample.</summary>
/// <remarks>Keys the sandbox never fills are get-only nulls, so that a client sees the shape it will meet.</remarks>
internal abstract class StripeObject
{
    [JsonPropertyOrder(-2)]
    public string Id { get; set; } = "";

    [JsonPropertyOrder(-1)]
    public abstract string Object { get; }

    public long Created { get; set; }

    /// <summary>Unix second at which the object changes by itself (expires, settles), or null.</summary>
    internal virtual long? DueAt => null;
}

/// <summary>Marks what the sandbox keeps with an object but never shows.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SandboxOnlyAttribute : Attribute;

/// <summary>Stripe's <c>{}</c>: a place for options, none set.</summary>
internal sealed record Nothing
{
    public static readonly Nothing Set = new();
}

internal sealed record Switch(bool Enabled = false);

internal sealed record Address
{
    public string? City { get; init; }
    public string? Country { get; init; }
    public string? Line1 { get; init; }
    public string? Line2 { get; init; }
    public string? PostalCode { get; init; }
    public string? State { get; init; }
}

internal sealed record BillingDetails
{
    public Address Address { get; init; } = new();
    public string? Email { get; init; }
    public string? Name { get; init; }
    public string? Phone { get; init; }
    public string? TaxId => null;
}

/// <summary>A page of a list, as all of Stripe's lists look.</summary>
internal sealed record StripeList<T>(string Url, IReadOnlyList<T> Data, bool HasMore)
{
    [JsonPropertyOrder(-1)]
    public string Object => "list";
}

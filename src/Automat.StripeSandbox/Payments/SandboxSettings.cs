namespace Automat.StripeSandbox.Payments;

/// <summary>What the operations need to know of the running sandbox.</summary>
internal sealed class SandboxSettings
{
    /// <summary>Where customers reach the pay pages, no slash at the end; known once the server listens.</summary>
    public string PublicUrl { get; set; } = "http://localhost";

    /// <summary>After how many seconds a delayed payment settles by itself; null: only when told to.</summary>
    public int? SettleDelayedAfter { get; init; }

    /// <summary>Refuse amounts below 50 of a two-decimal currency's minor unit, as Stripe does.</summary>
    public bool EnforceMinimumAmount { get; set; }
}

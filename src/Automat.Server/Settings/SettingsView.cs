namespace Automat.Server.Settings;

/// <summary>The page of settings.</summary>
/// <param name="Name">The organisation's name.</param>
/// <param name="Currency">Its currency.</param>
/// <param name="Address">What is typed, or was saved.</param>
/// <param name="TaxId">Likewise.</param>
/// <param name="ReceiptNote">Likewise.</param>
/// <param name="Wrong">Keys of what is wrong, by field.</param>
/// <param name="Provider">The payment provider.</param>
/// <param name="Refunds">Rules of refunds.</param>
/// <param name="Retention">How long data about people and machines are kept.</param>
/// <param name="Done">Key of what was done.</param>
/// <param name="Error">Key of what failed.</param>
public sealed record SettingsView(
    string Name, string Currency, string? Address, string? TaxId, string? ReceiptNote, IReadOnlyDictionary<string, string> Wrong,
    string Provider, IReadOnlyList<RuleField> Refunds, IReadOnlyList<RuleField> Retention, string? Done, string? Error)
{
    /// <summary>What becomes of the money of orders nobody collects: <c>refund</c> or <c>credit</c>.</summary>
    public string Uncollected { get; init; } = "refund";
}

using System.Text.Json;
using Automat.Domain.Holds;

namespace Automat.Server.Debts;

/// <summary>Which texts name a debt's status and reason.</summary>
internal static class DebtTexts
{
    /// <summary>The name of the text.</summary>
    public static string Of(DebtStatus status) => status switch
    {
        DebtStatus.Owed => "Debts.Owed",
        DebtStatus.Paid => "Debts.Paid",
        DebtStatus.WrittenOff => "Debts.WrittenOff",
        DebtStatus.Refunded => "Debts.Refunded",
    };

    /// <summary>How the status looks.</summary>
    public static string ToneOf(DebtStatus status) => status switch
    {
        DebtStatus.Owed => "wait",
        DebtStatus.Paid => "good",
        DebtStatus.WrittenOff => "bad",
        DebtStatus.Refunded => "idle",
    };

    /// <summary>The name of the text that says how a debt came to be.</summary>
    public static string Of(string reason) => reason switch
    {
        "above_hold" => "Why.AboveHold",
        "hold_lost" => "Why.HoldLost",
        "hold_over" => "Why.HoldOver",
        _ => "Why.Other",
    };

    /// <summary>The status in addresses.</summary>
    public static string Word(DebtStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());

    /// <summary>The status an address asks for; without one, what is owed.</summary>
    public static DebtStatus Read(string? word) => Enum.GetValues<DebtStatus>().FirstOrDefault(s => Word(s) == word, DebtStatus.Owed);
}

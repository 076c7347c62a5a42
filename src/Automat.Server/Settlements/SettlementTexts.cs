using System.Text.Json;
using Automat.Server.Payments;

namespace Automat.Server.Settlements;

/// <summary>Which texts name what.</summary>
internal static class SettlementTexts
{
    /// <summary>A kind of movement.</summary>
    public static string Of(BalanceKind kind) => kind switch
    {
        BalanceKind.Payment => "Kind.Payment",
        BalanceKind.Refund => "Kind.Refund",
        BalanceKind.Dispute => "Kind.Dispute",
        BalanceKind.Fee => "Kind.Fee",
        BalanceKind.Payout => "Kind.Payout",
        BalanceKind.Other => "Kind.Other",
    };

    /// <summary>Who knows of a payment.</summary>
    public static string Of(DifferenceState state) => state switch
    {
        DifferenceState.OnItsWay => "State.OnItsWay",
        DifferenceState.OnlyTold => "State.OnlyTold",
        DifferenceState.OnlyBooked => "State.OnlyBooked",
        DifferenceState.Differs => "State.Differs",
    };

    /// <summary>The same in a file.</summary>
    public static string Word(DifferenceState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());

    /// <summary>How far a dispute is.</summary>
    public static string Of(DisputeStatus status) => status switch
    {
        DisputeStatus.WarningNeedsResponse => "Dispute.WarningNeedsResponse",
        DisputeStatus.WarningUnderReview => "Dispute.WarningUnderReview",
        DisputeStatus.WarningClosed => "Dispute.WarningClosed",
        DisputeStatus.NeedsResponse => "Dispute.NeedsResponse",
        DisputeStatus.UnderReview => "Dispute.UnderReview",
        DisputeStatus.Prevented => "Dispute.Prevented",
        DisputeStatus.Won => "Dispute.Won",
        DisputeStatus.Lost => "Dispute.Lost",
    };

    /// <summary>How that looks.</summary>
    public static string ToneOf(DisputeStatus status) => status switch
    {
        DisputeStatus.WarningNeedsResponse or DisputeStatus.NeedsResponse or DisputeStatus.Lost => "bad",
        DisputeStatus.WarningUnderReview or DisputeStatus.UnderReview => "wait",
        DisputeStatus.Won => "good",
        DisputeStatus.WarningClosed or DisputeStatus.Prevented => "idle",
    };

    /// <summary>The provider's reason, as a text where there is one for it.</summary>
    public static string? OfReason(string reason) => reason switch
    {
        "fraudulent" => "Reason.Fraudulent",
        "product_not_received" => "Reason.NotReceived",
        "product_unacceptable" => "Reason.Unacceptable",
        "duplicate" => "Reason.Duplicate",
        "credit_not_processed" => "Reason.NoCredit",
        "unrecognized" => "Reason.Unrecognized",
        "general" => "Reason.General",
        _ => null,
    };

    /// <summary>The status in addresses and files.</summary>
    public static string Word(DisputeStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());
}

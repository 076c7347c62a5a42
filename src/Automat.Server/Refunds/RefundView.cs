using System.Text.Json;
using Automat.Domain.Refunds;
using Automat.Server.Platform;

namespace Automat.Server.Refunds;

/// <summary>A refund somebody asked for, as staff see it.</summary>
/// <param name="Id">Identity.</param>
/// <param name="Vend">The sale.</param>
/// <param name="Machine">The machine it was sold at.</param>
/// <param name="Tender">What it goes back to: <c>chip</c>, <c>paid</c>, <c>authorised</c> or <c>cash</c>.</param>
/// <param name="Amount">Minor units.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Status"><c>requested</c>, <c>done</c>, <c>rejected</c> or <c>expired</c>.</param>
/// <param name="Reason">Why, in a stable word.</param>
/// <param name="Note">What else was said.</param>
/// <param name="RequestedBy">Id of who asked.</param>
/// <param name="RequestedAt">When.</param>
/// <param name="ExpiresAt">Until when a second person may decide.</param>
/// <param name="DecidedBy">Id of the second person.</param>
/// <param name="DecidedAt">When it ended.</param>
/// <param name="Answer">Why it was rejected.</param>
/// <param name="LedgerSequence">Number of its ledger entry.</param>
internal sealed record RefundView(
    Guid Id, Guid Vend, string Machine, string Tender, long Amount, string Currency, string Status, string Reason, string? Note,
    string RequestedBy, DateTimeOffset RequestedAt, DateTimeOffset? ExpiresAt, string? DecidedBy, DateTimeOffset? DecidedAt,
    string? Answer, long? LedgerSequence)
{
    /// <summary>The code for the desk, told once with the answer that booked a cash refund.</summary>
    public string? PayoutCode { get; init; }

    public static RefundView Of(RefundCase refund) => new(
        refund.Id.Value, refund.VendId.Value, refund.MachineId.Value, Word(refund.Tender), refund.Amount, refund.Currency.Code,
        Word(refund.Status), refund.Reason, refund.Note, refund.RequestedBy, refund.RequestedAt, refund.ExpiresAt,
        refund.DecidedBy, refund.DecidedAt, refund.Answer, refund.Entry);

    public static string Word<TWord>(TWord value)
        where TWord : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>The status a list is asked for; null when it is not.</summary>
    /// <exception cref="FieldsException"><c>query_invalid</c> for a word that is none.</exception>
    public static TWord? Named<TWord>(string? status)
        where TWord : struct, Enum
    {
        if (status is null) return null;
        foreach (var value in Enum.GetValues<TWord>())
        {
            if (Word(value) == status) return value;
        }

        throw new FieldsException("query_invalid", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["status"] = $"One of {string.Join(", ", Enum.GetValues<TWord>().Select(Word))}.",
        });
    }
}

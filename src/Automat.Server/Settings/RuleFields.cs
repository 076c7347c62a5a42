using System.Globalization;
using Automat.Domain;
using Automat.Server.Platform;
using Automat.Server.Privacy;
using Automat.Server.Refunds;
using Automat.Server.Storefront;

namespace Automat.Server.Settings;

/// <summary>A number an organisation may set for itself; empty is as the server says.</summary>
/// <param name="Name">Name of the field.</param>
/// <param name="Text">Key of what it is.</param>
/// <param name="Value">What is typed, or was saved.</param>
/// <param name="Usual">What the server says.</param>
/// <param name="IsMoney">An amount; else a number of days.</param>
public sealed record RuleField(string Name, string Text, string Value, string Usual, bool IsMoney);

/// <summary>The forms of numbers on the page of settings: what stands in them, and what was sent.</summary>
internal static class RuleFields
{
    /// <summary>Names of fields of retention begin with this.</summary>
    public const string Keep = "keep_";

    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["CustomerAddresses"] = "Keep.CustomerAddresses",
        ["CardNames"] = "Keep.CardNames",
        ["ProviderMessages"] = "Keep.ProviderMessages",
        ["Messages"] = "Keep.Messages",
        ["Mails"] = "Keep.Mails",
        ["Posts"] = "Keep.Posts",
        ["Invitations"] = "Keep.Invitations",
        ["FridgeEvidence"] = "Keep.FridgeEvidence",
        ["Temperatures"] = "Keep.Temperatures",
        ["Claims"] = "Keep.Claims",
    };

    /// <summary>The fields of refunds.</summary>
    public static IReadOnlyList<RuleField> OfRefunds(
        RefundTermsBody own, RefundTermsBody usual, Currency currency, IReadOnlyDictionary<string, string>? typed)
    {
        return
        [
            Days("operator_days", "Rules.OperatorDays", own.OperatorDays, usual.OperatorDays),
            Days("administrator_days", "Rules.AdministratorDays", own.AdministratorDays, usual.AdministratorDays),
            Money("approval_above", "Rules.ApprovalAbove", own.ApprovalAbove, usual.ApprovalAbove),
            Days("expire_after_days", "Rules.ExpireAfter", own.ExpireAfterDays, usual.ExpireAfterDays),
            Days("claim_days", "Rules.ClaimDays", own.ClaimDays, usual.ClaimDays),
            Money("goodwill_each", "Rules.GoodwillEach", own.GoodwillEach, usual.GoodwillEach),
            Money("goodwill_per_day", "Rules.GoodwillPerDay", own.GoodwillPerDay, usual.GoodwillPerDay),
        ];

        RuleField Days(string name, string text, int? set, int? server) =>
            new(name, text, typed?.GetValueOrDefault(name) ?? Number(set), Number(server), IsMoney: false);

        RuleField Money(string name, string text, long? set, long? server) => new(
            name, text,
            typed?.GetValueOrDefault(name)
                ?? (set is { } minor ? new Money(minor, currency).ToMajor().ToString("F" + currency.MinorDigits, CultureInfo.CurrentCulture) : ""),
            new Amount(server ?? 0, currency.Code).ToString(), IsMoney: true);
    }

    /// <summary>The fields of retention.</summary>
    public static IReadOnlyList<RuleField> OfRetention(IReadOnlyList<KeptFor> kept, IReadOnlyDictionary<string, string>? typed) =>
    [
        .. kept.Select(one => new RuleField(
            Keep + one.Kind, Kinds[one.Kind], typed?.GetValueOrDefault(Keep + one.Kind) ?? Number(one.Own), Number(one.Usual), IsMoney: false)),
    ];

    /// <summary>The rules somebody sent; keys of what cannot be read go into <paramref name="wrong"/> by field.</summary>
    public static RefundTermsBody ReadRefunds(IReadOnlyDictionary<string, string> typed, Currency currency, Dictionary<string, string> wrong)
    {
        return new RefundTermsBody(
            Days("operator_days"), Days("administrator_days"), Money("approval_above"), Days("expire_after_days"), Days("claim_days"),
            Money("goodwill_each"), Money("goodwill_per_day"));

        int? Days(string field) => DaysOf(typed, field, "Rules.DaysInvalid", wrong);

        long? Money(string field)
        {
            if (typed.GetValueOrDefault(field) is not { Length: > 0 } text) return null;
            try
            {
                return TypedAmount.MinorOf(text, currency);
            }
            catch (RuleException unreadable) when (unreadable.Code.StartsWith("amount_", StringComparison.Ordinal))
            {
                wrong[field] = "Rules.AmountInvalid";
                return null;
            }
        }
    }

    /// <summary>How long somebody wants kinds to be kept; likewise.</summary>
    public static Dictionary<string, int?> ReadRetention(IReadOnlyDictionary<string, string> typed, Dictionary<string, string> wrong) => Kinds.Keys
        .Where(kind => typed.ContainsKey(Keep + kind))
        .ToDictionary(kind => kind, kind => DaysOf(typed, Keep + kind, "Keep.DaysInvalid", wrong), StringComparer.Ordinal);

    /// <summary>Key of what is wrong with a field that was read and refused.</summary>
    public static string FaultOf(string field, RefundTermsBody sent) => field switch
    {
        "approval_above" or "goodwill_each" or "goodwill_per_day" => "Rules.AmountInvalid",
        // It may be a good number and yet fewer days than operators have.
        "administrator_days" when sent.AdministratorDays is null or (> 0 and <= SetRefundTerms.LongestDays) => "Rules.TooFew",
        _ => "Rules.DaysInvalid",
    };

    private static int? DaysOf(IReadOnlyDictionary<string, string> typed, string field, string fault, Dictionary<string, string> wrong)
    {
        if (typed.GetValueOrDefault(field) is not { Length: > 0 } text) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days)) return days;
        wrong[field] = fault;
        return null;
    }

    private static string Number(int? number) => number?.ToString(CultureInfo.CurrentCulture) ?? "";
}

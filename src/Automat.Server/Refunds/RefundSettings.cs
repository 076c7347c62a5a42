using System.Globalization;
using Automat.Domain;
using Automat.Domain.Claims;
using Automat.Domain.Refunds;
using Automat.Server.Data;
using Automat.Server.Platform;

namespace Automat.Server.Refunds;

/// <summary>
/// Who may give back how much, how long after the sale, and what is decided about claims without a person. The server's own
/// (<c>Automat:Refunds</c>) hold for whoever has set nothing: <see cref="RefundTerms"/>.
/// </summary>
internal sealed record RefundSettings
{
    /// <summary>No window is longer.</summary>
    public const int LongestDays = 3_650;

    /// <summary>How long after a delivery operators may give money back.</summary>
    public int OperatorDays { get; init; } = 30;

    /// <summary>How long after a delivery administrators may.</summary>
    public int AdministratorDays { get; init; } = 90;

    /// <summary>Minor units of one sale that need no second person.</summary>
    public long ApprovalAbove { get; init; } = 2_000;

    /// <summary>How long a request waits for its second person.</summary>
    public int ExpireAfterDays { get; init; } = 7;

    /// <summary>How long after a delivery customers may claim.</summary>
    public int ClaimDays { get; init; } = 7;

    /// <summary>Minor units of goodwill at a time; 0: none without a person.</summary>
    public long GoodwillEach { get; init; } = 300;

    /// <summary>Minor units of goodwill a day, all together.</summary>
    public long GoodwillPerDay { get; init; } = 2_000;

    /// <summary>How long a request waits for its second person.</summary>
    public TimeSpan Patience => TimeSpan.FromDays(ExpireAfterDays);

    /// <summary>What is decided about claims; what needs a second person is never given back by the rules alone.</summary>
    public ClaimPolicy Claims => new(TimeSpan.FromDays(ClaimDays), ApprovalAbove, GoodwillEach, GoodwillPerDay);

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingsException">One of them is no such number.</exception>
    public static RefundSettings Read(IConfiguration configuration)
    {
        var usual = new RefundSettings();
        return new RefundSettings
        {
            OperatorDays = Days("OperatorDays", usual.OperatorDays),
            AdministratorDays = Days("AdministratorDays", usual.AdministratorDays),
            ApprovalAbove = Number("ApprovalAbove", usual.ApprovalAbove, 0, long.MaxValue),
            ExpireAfterDays = Days("ExpireAfterDays", usual.ExpireAfterDays),
            ClaimDays = Days("ClaimDays", usual.ClaimDays),
            GoodwillEach = Number("GoodwillEach", usual.GoodwillEach, 0, long.MaxValue),
            GoodwillPerDay = Number("GoodwillPerDay", usual.GoodwillPerDay, 0, long.MaxValue),
        };

        int Days(string name, int otherwise) => (int)Number(name, otherwise, 1, LongestDays);

        long Number(string name, long otherwise, long least, long most)
        {
            var text = configuration["Automat:Refunds:" + name];
            if (string.IsNullOrWhiteSpace(text)) return otherwise;
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var set) && set >= least && set <= most
                ? set
                : throw new SettingsException($"Automat__Refunds__{name} is a whole number from {least} to {most}, not '{text}'.");
        }
    }

    /// <summary>What holds for an organisation.</summary>
    public async Task<RefundSettings> ForAsync(AutomatDb db, Id<Organization> organization, CancellationToken ct) =>
        With(await RefundTerms.OfAsync(db, organization, ct));

    /// <summary>What holds for an organisation that has set this for itself.</summary>
    public RefundSettings With(RefundTerms own) => new()
    {
        OperatorDays = own.OperatorDays ?? OperatorDays,
        AdministratorDays = own.AdministratorDays ?? AdministratorDays,
        ApprovalAbove = own.ApprovalAbove ?? ApprovalAbove,
        ExpireAfterDays = own.ExpireAfterDays ?? ExpireAfterDays,
        ClaimDays = own.ClaimDays ?? ClaimDays,
        GoodwillEach = own.GoodwillEach ?? GoodwillEach,
        GoodwillPerDay = own.GoodwillPerDay ?? GoodwillPerDay,
    };

    /// <summary>How far the trust in a role goes; programs are trusted like operators.</summary>
    public RefundTrust TrustIn(Role? role) =>
        new(TimeSpan.FromDays(role is Role.Admin ? AdministratorDays : OperatorDays), ApprovalAbove);
}

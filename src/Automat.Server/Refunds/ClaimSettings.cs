using Automat.Domain.Claims;

namespace Automat.Server.Refunds;

/// <summary>What is decided about claims without a person: <c>Automat:Refunds:Claim…</c> and <c>…Goodwill…</c>.</summary>
internal static class ClaimSettings
{
    /// <summary>Reads the settings; what needs a second person is never given back by the rules alone.</summary>
    /// <exception cref="Platform.SettingsException">One of them is no such number.</exception>
    public static ClaimPolicy Read(IConfiguration configuration) => new(
        RefundSettings.Days(configuration, "ClaimDays", 7),
        RefundSettings.Read(configuration).ApprovalAbove,
        RefundSettings.Number(configuration, "GoodwillEach", 300, 0, long.MaxValue),
        RefundSettings.Number(configuration, "GoodwillPerDay", 2_000, 0, long.MaxValue));
}

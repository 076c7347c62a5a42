using System.Globalization;
using Automat.Domain.Refunds;
using Automat.Server.Platform;

namespace Automat.Server.Refunds;

/// <summary>Who may give back how much, and how long after the sale: <c>Automat:Refunds</c>.</summary>
internal sealed record RefundSettings
{
    private const int LongestDays = 3_650;

    /// <summary>How long after a delivery operators may give money back.</summary>
    public TimeSpan OperatorWindow { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long after a delivery administrators may.</summary>
    public TimeSpan AdministratorWindow { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Minor units of one sale that need no second person.</summary>
    public long ApprovalAbove { get; init; } = 2_000;

    /// <summary>How long a request waits for its second person.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingsException">One of them is no such number.</exception>
    public static RefundSettings Read(IConfiguration configuration) => new()
    {
        OperatorWindow = Days(configuration, "OperatorDays", 30),
        AdministratorWindow = Days(configuration, "AdministratorDays", 90),
        ApprovalAbove = Number(configuration, "ApprovalAbove", 2_000, 0, long.MaxValue),
        Patience = Days(configuration, "ExpireAfterDays", 7),
    };

    /// <summary>How far the trust in a role goes; programs are trusted like operators.</summary>
    public RefundTrust TrustIn(Role? role) =>
        new(role is Role.Admin ? AdministratorWindow : OperatorWindow, ApprovalAbove);

    internal static TimeSpan Days(IConfiguration configuration, string name, int usual) =>
        TimeSpan.FromDays(Number(configuration, name, usual, 1, LongestDays));

    internal static long Number(IConfiguration configuration, string name, long usual, long least, long most)
    {
        var text = configuration["Automat:Refunds:" + name];
        if (string.IsNullOrWhiteSpace(text)) return usual;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var set) && set >= least && set <= most
            ? set
            : throw new SettingsException($"Automat__Refunds__{name} is a whole number from {least} to {most}, not '{text}'.");
    }
}

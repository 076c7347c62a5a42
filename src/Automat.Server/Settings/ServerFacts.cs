using System.Globalization;

namespace Automat.Server.Settings;

/// <summary>A setting of the server, which whoever runs it sets for all its organisations.</summary>
/// <param name="Text">Key of what it is.</param>
/// <param name="Value">What it is set to.</param>
/// <param name="Variable">What it is called in the environment.</param>
public sealed record ServerFact(string Text, string Value, string Variable);

/// <summary>Settings of the server that decide what an organisation's staff can do; never a secret.</summary>
internal static class ServerFacts
{
    private static readonly (string Text, string Name, int Usual)[] All =
    [
        ("Server.OperatorDays", "Automat:Refunds:OperatorDays", 30),
        ("Server.AdministratorDays", "Automat:Refunds:AdministratorDays", 90),
        ("Server.ApprovalAbove", "Automat:Refunds:ApprovalAbove", 2_000),
        ("Server.ExpireAfter", "Automat:Refunds:ExpireAfterDays", 7),
    ];

    public static IEnumerable<ServerFact> Of(IConfiguration configuration) => All.Select(one => new ServerFact(
        one.Text,
        string.IsNullOrWhiteSpace(configuration[one.Name]) ? one.Usual.ToString(CultureInfo.CurrentCulture) : configuration[one.Name]!,
        one.Name.Replace(":", "__", StringComparison.Ordinal)));
}

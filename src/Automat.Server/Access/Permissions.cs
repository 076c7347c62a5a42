using System.Collections.Frozen;

namespace Automat.Server.Access;

/// <summary>
/// The one table of who may do what. A permission's name is also the scope a token carries for it.
/// <c>docs/permissions.md</c> shows this table and every address that names one of its rows.
/// </summary>
public static class Permissions
{
    private const string PolicyPrefix = "permission:";

    private static readonly Role[] Everybody = [Role.Admin, Role.Operator, Role.Auditor];
    private static readonly Role[] Running = [Role.Admin, Role.Operator];
    private static readonly Role[] Books = [Role.Admin, Role.Auditor];
    private static readonly Role[] Admins = [Role.Admin];

    private static readonly FrozenDictionary<Permission, Row> Table = new Dictionary<Permission, Row>
    {
        // What a person does to the own account is never delegated to a program, nor is making more tokens.
        [Permission.OwnSignIn] = new("account.sign_in", Everybody, ForTokens: false),
        [Permission.OwnAccount] = new("account.own", Everybody, ForTokens: false),
        [Permission.OwnTokens] = new("tokens.own", Everybody, ForTokens: false),
        [Permission.PanelRead] = new("panel.read", Everybody, ForTokens: false),
        [Permission.PeopleRead] = new("people.read", Books),
        [Permission.PeopleWrite] = new("people.write", Admins, ForTokens: false),
        [Permission.ServiceTokens] = new("tokens.service", Admins, ForTokens: false),
        [Permission.MailRead] = new("mail.read", Admins),
        [Permission.MachineRead] = new("machine.read", Everybody),
        [Permission.MachineWrite] = new("machine.write", Running),
        [Permission.CatalogRead] = new("catalog.read", Everybody),
        [Permission.CatalogWrite] = new("catalog.write", Running),
        [Permission.ActivityRead] = new("activity.read", Everybody),
        [Permission.SalesRead] = new("sales.read", Everybody),
        [Permission.SalesWrite] = new("sales.write", Running),
        [Permission.RefundWrite] = new("refund.write", Running),
        // Two pairs of eyes are two people, never a person and a program.
        [Permission.RefundApprove] = new("refund.approve", Admins, ForTokens: false),
        [Permission.ChipRead] = new("chip.read", Everybody),
        [Permission.ChipWrite] = new("chip.write", Running),
        [Permission.ChipTopUp] = new("chip.topup", Running),
        [Permission.ChipKeys] = new("chip.keys", Admins),
        [Permission.FridgeUnlock] = new("fridge.unlock", Running),
        [Permission.FirmwareRead] = new("firmware.read", Everybody),
        [Permission.FirmwareWrite] = new("firmware.write", Admins),
        [Permission.LedgerRead] = new("ledger.read", Books),
        [Permission.AuditRead] = new("audit.read", Books),
        [Permission.ReportsRead] = new("reports.read", Everybody),
        [Permission.SettingsWrite] = new("settings.write", Admins),
        [Permission.PlatformWrite] = new("platform.write", [], ForTokens: false),
    }.ToFrozenDictionary();

    /// <summary>All of them, in the order of the table.</summary>
    public static IReadOnlyList<Permission> All { get; } = Enum.GetValues<Permission>();

    /// <summary>Those a token can carry.</summary>
    public static IReadOnlyList<Permission> Scopes { get; } = [.. All.Where(p => Table[p].ForTokens)];

    /// <summary>The stable name, such as <c>machine.read</c>: scope, policy and documentation use it.</summary>
    public static string NameOf(Permission permission) => Table[permission].Name;

    /// <summary>The permission of that name; null when there is none.</summary>
    public static Permission? Named(string name) =>
        All.Where(p => Table[p].Name == name).Select(p => (Permission?)p).FirstOrDefault();

    /// <summary>Whether a role brings a permission.</summary>
    public static bool Has(Role role, Permission permission) => Table[permission].Roles.Contains(role);

    /// <summary>The scopes a role can hand to a token, at most what it may do itself.</summary>
    public static IReadOnlyList<Permission> ScopesOf(Role role) => [.. Scopes.Where(p => Has(role, p))];

    /// <summary>Name of the authorization policy that asks for a permission.</summary>
    public static string PolicyOf(Permission permission) => PolicyPrefix + NameOf(permission);

    /// <summary>The permission a policy asks for; null when it asks for something else.</summary>
    public static Permission? AskedBy(string? policy) =>
        policy?.StartsWith(PolicyPrefix, StringComparison.Ordinal) is true ? Named(policy[PolicyPrefix.Length..]) : null;

    private sealed record Row(string Name, Role[] Roles, bool ForTokens = true);
}

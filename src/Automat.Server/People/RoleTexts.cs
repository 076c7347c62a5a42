namespace Automat.Server.People;

/// <summary>What roles are called on pages.</summary>
internal static class RoleTexts
{
    public static string Of(Role role) => role switch
    {
        Role.Admin => "Role.Admin",
        Role.Operator => "Role.Operator",
        Role.Auditor => "Role.Auditor",
    };
}

namespace Automat.Server.Access;

/// <summary>What somebody is in an organisation. What a role may do stands in <see cref="Permissions"/>.</summary>
public enum Role
{
    /// <summary>Runs the organisation: everything, people and settings included.</summary>
    Admin,

    /// <summary>Runs the machines: stock, sales, customers.</summary>
    Operator,

    /// <summary>Looks after the books: reads and exports, changes nothing.</summary>
    Auditor,
}

namespace Automat.Server.Cli;

/// <summary>What the commands end with.</summary>
internal static class ExitCodes
{
    /// <summary>Done as asked.</summary>
    public const int Done = 0;

    /// <summary>Done, and something is wrong: a broken ledger, a broken invariant.</summary>
    public const int Broken = 1;

    /// <summary>Called wrongly, or a setting is missing.</summary>
    public const int WrongUse = 2;

    /// <summary>The database or a port could not be reached.</summary>
    public const int NotReachable = 3;
}

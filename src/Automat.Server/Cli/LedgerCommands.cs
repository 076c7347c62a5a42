using System.CommandLine;

namespace Automat.Server.Cli;

/// <summary>Commands on the books.</summary>
internal static class LedgerCommands
{
    public static Command Create() => new("ledger", "Verify and export the books.");
}

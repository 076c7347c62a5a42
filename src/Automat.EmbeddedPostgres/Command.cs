using System.Diagnostics;

namespace Automat.EmbeddedPostgres;

/// <summary>What a finished child process said.</summary>
internal sealed record CommandResult(int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;
}

/// <summary>Runs a child process to its end.</summary>
internal static class Command
{
    private const int OutputLimit = 64 * 1024;

    /// <summary>Null when there is no such program. Cancelling kills the child.</summary>
    public static async Task<CommandResult?> TryRunAsync(IReadOnlyList<string> command, CancellationToken ct)
    {
        using var process = new Process { StartInfo = StartInfo(command) };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }

        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var errors = process.StandardError.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            var said = (await output + await errors).Trim();
            return new CommandResult(process.ExitCode, said.Length > OutputLimit ? said[^OutputLimit..] : said);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Runs a program that must exist.</summary>
    public static async Task<CommandResult> RunAsync(IReadOnlyList<string> command, CancellationToken ct) =>
        await TryRunAsync(command, ct)
        ?? throw new EmbeddedClusterException($"The program {command[0]} could not be started.");

    /// <summary>How all our children start: no shell between, a neutral folder, English messages, UTC.</summary>
    public static ProcessStartInfo StartInfo(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            // Another user may not be able to enter the folder we stand in.
            WorkingDirectory = Path.GetPathRoot(Environment.SystemDirectory) is { Length: > 0 } root ? root : "/",
        };

        // PG* variables of whoever started us (PGPORT, PGDATA) must not reach the private cluster.
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("PG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["LC_MESSAGES"] = "C";
        start.Environment.Remove("LC_ALL");
        start.Environment["TZ"] = "UTC";
        return start;
    }
}

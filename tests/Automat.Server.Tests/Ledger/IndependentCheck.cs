using System.Diagnostics;

namespace Automat.Server.Tests.Ledger;

/// <summary>The checker in Python, which shares no code with the server.</summary>
internal static class IndependentCheck
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Ledger", "check_ledger.py");

    /// <summary>Skips the test on a machine without Python.</summary>
    public static void Need() =>
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Any(folder => File.Exists(Path.Combine(folder, "python3"))),
            "This test needs python3.");

    /// <summary>What it says about an export, and its exit code.</summary>
    public static async Task<(int Code, string Verdict)> RunAsync(byte[] export, long from = 1)
    {
        using var python = Process.Start(new ProcessStartInfo("python3", [Script, $"{from}"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var verdict = python.StandardOutput.ReadToEndAsync();
        await python.StandardInput.BaseStream.WriteAsync(export);
        python.StandardInput.Close();
        var said = await verdict;
        await python.WaitForExitAsync();
        return (python.ExitCode, said.Trim());
    }
}

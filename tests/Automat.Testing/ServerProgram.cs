using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Automat.Testing;

/// <summary>The program itself as a person starts it: a process of its own, in a folder of its own, on free ports.</summary>
public sealed partial class ServerProgram : IAsyncDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder errors = new();
    private readonly TaskCompletionSource running = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProgram(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, said) => Hear(output, said.Data);
        process.ErrorDataReceived += (_, said) => Hear(errors, said.Data);
    }

    /// <summary>What it wrote to standard output so far.</summary>
    public string Output => Said(output);

    /// <summary>What it wrote to standard error so far.</summary>
    public string Errors => Said(errors);

    /// <summary>Starts it with some arguments; settings are environment variables.</summary>
    public static ServerProgram Start(
        string folder, IReadOnlyList<string> arguments, params (string Name, string Value)[] settings)
    {
        // A shell that runs the tests in the background has the interrupt ignored; a terminal does not.
        var start = new ProcessStartInfo("env")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var part in new[] { "--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "automat.dll") })
        {
            start.ArgumentList.Add(part);
        }

        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var program = new ServerProgram(start);
        program.process.Start();
        program.process.BeginOutputReadLine();
        program.process.BeginErrorReadLine();
        return program;
    }

    /// <summary>Starts the server on free ports and waits until it says that it runs.</summary>
    public static async Task<ServerProgram> ServeAsync(string folder, params (string Name, string Value)[] settings)
    {
        var program = Start(
            folder, [],
            [
                ("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("Automat__Mqtt__Port", "0"), ("Automat__Robot__Port", "0"),
                ("Automat__Sandbox__Port", "0"), .. settings,
            ]);
        var ended = program.process.WaitForExitAsync();
        var first = await Task.WhenAny(program.running.Task, ended, Task.Delay(TimeSpan.FromMinutes(4)));
        if (first == program.running.Task) return program;
        var said = program.Output + program.Errors;
        await program.DisposeAsync();
        throw new InvalidOperationException("It does not run: " + said);
    }

    /// <summary>Runs it to its end; returns how it ended.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(
        string folder, IReadOnlyList<string> arguments, params (string Name, string Value)[] settings)
    {
        await using var program = Start(folder, arguments, settings);
        var code = await program.EndAsync(TimeSpan.FromMinutes(3));
        return (code, program.Output, program.Errors);
    }

    /// <summary>
    /// What was written to standard error beside progress, which a slow machine is shown and a fast one is not.
    /// </summary>
    public static string Complaints(string errors) => string.Join('\n', errors
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(line => !Progress().IsMatch(line)));

    /// <summary>What the console shows behind a name, such as <c>shop</c>.</summary>
    public string Shown(string name) =>
        Regex.Match(Output, $@"^    {Regex.Escape(name)} +(.+)$", RegexOptions.Multiline, TimeSpan.FromSeconds(1)).Groups[1].Value;

    /// <summary>Sends a signal, such as <c>TERM</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits until it has ended; returns its exit code.</summary>
    public async Task<int> EndAsync(TimeSpan within)
    {
        using var over = new CancellationTokenSource(within);
        await process.WaitForExitAsync(over.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: false);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private void Hear(StringBuilder into, string? line)
    {
        if (line is null) return;
        lock (into) into.AppendLine(line);
        if (LastLine().IsMatch(line)) running.TrySetResult();
    }

    private static string Said(StringBuilder text)
    {
        lock (text) return text.ToString();
    }

    [GeneratedRegex(@"^.+: [\d,.]+ of [\d,.]+ verified\r?$")]
    private static partial Regex Progress();

    [GeneratedRegex("^    check books ")]
    private static partial Regex LastLine();
}

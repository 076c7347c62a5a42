using System.Diagnostics;
using System.Text;
using System.Threading.Channels;

namespace Automat.Mqtt.Tests;

/// <summary>Somebody else's MQTT program, run against our broker.</summary>
internal sealed class ForeignProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();
    private readonly StringBuilder errors = new();

    private ForeignProcess(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) =>
        {
            if (e.Data is null) lines.Writer.TryComplete();
            else lines.Writer.TryWrite(e.Data);
        };
        process.ErrorDataReceived += (_, e) =>
        {
            lock (errors) errors.AppendLine(e.Data);
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where a program is; skips the test if it isn't installed.</summary>
    public static string Find(string program)
    {
        var path = Environment.GetEnvironmentVariable("PATH") + Path.PathSeparator + "/usr/sbin";
        foreach (var folder in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var candidate = Path.Combine(folder, program);
            if (File.Exists(candidate)) return candidate;
        }

        Assert.Skip($"{program} is not installed.");
        return program;
    }

    public static ForeignProcess Start(string program, string? folder, params IEnumerable<string> arguments) =>
        new(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        });

    /// <summary>Runs to the end and returns the exit code.</summary>
    public static async Task<int> RunAsync(string program, string? folder, params IEnumerable<string> arguments)
    {
        await using var run = Start(program, folder, arguments);
        return await run.ExitAsync(TimeSpan.FromMinutes(2));
    }

    public async Task<int> ExitAsync(TimeSpan? patience = null)
    {
        await process.WaitForExitAsync().WaitAsync(patience ?? TimeSpan.FromSeconds(30));
        return process.ExitCode;
    }

    /// <summary>The next line it prints.</summary>
    public async Task<string> LineAsync()
    {
        try
        {
            return await lines.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (Exception e) when (e is ChannelClosedException or TimeoutException)
        {
            lock (errors) throw new InvalidOperationException($"It said no more, but: {errors}", e);
        }
    }

    public async Task SayAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
        catch (InvalidOperationException)
        {
            // It ended by itself between the two lines.
        }

        process.Dispose();
    }
}

using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Text.Json;
using Automat.Domain;

namespace Automat.Server.Machines.Drivers.Robot;

/// <summary>
/// One robot's connection. It takes frames; whatever a robot sends back is read, so that its end is noticed at once. Robots of
/// ours report what became of a customer; all others say nothing.
/// </summary>
internal sealed class RobotLine : IDisposable
{
    private const int LongestReport = 4096;
    private const uint LongestFrame = 16 * 1024 * 1024;

    /// <summary>A robot that takes nothing for so long has stopped reading; its line is ended.</summary>
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim writing = new(1, 1); // never disposed: somebody may still wait for it when the line ends
    private readonly CancellationTokenSource closed;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<bool>> awaited = new(StringComparer.Ordinal);
    private readonly IDuplexPipe pipe;
    private readonly Func<string, bool, Task> heardLate;

    /// <summary>A line that was just opened.</summary>
    /// <param name="machine">Whose.</param>
    /// <param name="address">Where it comes from.</param>
    /// <param name="pipe">What goes over it.</param>
    /// <param name="heardLate">Told of a code, and whether it was delivered, when nobody waits for that any more.</param>
    /// <param name="ending">Cancelled when the server wants it to end.</param>
    public RobotLine(
        MachineId machine, EndPoint? address, IDuplexPipe pipe, Func<string, bool, Task> heardLate, CancellationToken ending)
    {
        this.pipe = pipe;
        this.heardLate = heardLate;
        Machine = machine;
        Address = address;
        closed = CancellationTokenSource.CreateLinkedTokenSource(ending);
        Closed = closed.Token;
    }

    /// <summary>Whose line.</summary>
    public MachineId Machine { get; }

    /// <summary>Where it comes from.</summary>
    public EndPoint? Address { get; }

    /// <summary>Cancelled when the line is gone; can be asked for as long as anybody holds the line.</summary>
    public CancellationToken Closed { get; }

    /// <summary>The robot has said that it reports what becomes of its customers.</summary>
    public bool Reports { get; private set; }

    /// <summary>Ends the line.</summary>
    public void Close()
    {
        try
        {
            closed.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Already gone.
        }
    }

    /// <summary>Sends one frame in one piece; false when the line is gone.</summary>
    public async Task<bool> SendAsync(string text, CancellationToken ct)
    {
        var frame = RobotFrame.Of(text);
        await writing.WaitAsync(ct);
        try
        {
            if (Closed.IsCancellationRequested) return false;
            using var over = CancellationTokenSource.CreateLinkedTokenSource(Closed);
            over.CancelAfter(LongestWrite);
            var flushed = await pipe.Output.WriteAsync(frame, over.Token);
            return flushed is { IsCompleted: false, IsCanceled: false };
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or InvalidOperationException)
        {
            Close(); // part of the frame may have left: nothing sensible can follow it
            return false;
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Ends with what the robot reports of a customer's code.</summary>
    public Task<bool> ReportOf(string code) => awaited.GetOrAdd(
        code, _ => new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Nobody waits for this code's report any more.</summary>
    public void Forget(string code) => awaited.TryRemove(code, out _);

    /// <summary>Reads until the robot is gone.</summary>
    public async Task ReadAsync()
    {
        var skip = 0L;
        while (true)
        {
            var read = await pipe.Input.ReadAsync(Closed);
            var buffer = read.Buffer;
            var consumed = buffer.Start;
            while (buffer.Length > 0)
            {
                if (skip > 0)
                {
                    var step = Math.Min(skip, buffer.Length);
                    skip -= step;
                    buffer = buffer.Slice(step);
                    consumed = buffer.Start;
                    continue;
                }

                if (buffer.Length < RobotFrame.HeaderSize) break;
                var length = RobotFrame.ReadLength(buffer);
                if (length > LongestFrame) return; // not a robot
                if (length > LongestReport)
                {
                    skip = length + RobotFrame.HeaderSize; // a camera's picture: nobody asked for it
                    continue;
                }

                if (buffer.Length < RobotFrame.HeaderSize + length) break;
                await TakeAsync(buffer.Slice(RobotFrame.HeaderSize, length));
                buffer = buffer.Slice(RobotFrame.HeaderSize + length);
                consumed = buffer.Start;
            }

            pipe.Input.AdvanceTo(consumed, read.Buffer.End);
            if (read.IsCompleted) return;
        }
    }

    public void Dispose()
    {
        Close();
        closed.Dispose();
    }

    private async Task TakeAsync(ReadOnlySequence<byte> text)
    {
        if (Read(text) is not var (code, delivered)) return;
        Reports = true;
        if (awaited.TryGetValue(code, out var waiting)) waiting.TrySetResult(delivered);
        else await heardLate(code, delivered);
    }

    /// <summary>What it reports of a customer's code; null when it says something else.</summary>
    private (string Code, bool Delivered)? Read(ReadOnlySequence<byte> text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var root = json.RootElement;
            if (root.ValueKind is not JsonValueKind.Object || Text(root, "type") is not { } type) return null;
            if (type == "hello")
            {
                Reports = root.TryGetProperty("reports", out var reports) && reports.ValueKind is JsonValueKind.True;
            }

            return type is "delivered" or "failed" && Text(root, "code") is { } code ? (code, type == "delivered") : null;
        }
        catch (JsonException)
        {
            return null; // robots may send what they like; only what we know counts
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}

using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Automat.Simulator;

/// <summary>How a simulated robot behaves.</summary>
public sealed record RobotOptions
{
    /// <summary>Where the robots' port is.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port.</summary>
    public required int Port { get; init; }

    /// <summary>Whether it reports what became of its customers; robots of old report nothing.</summary>
    public bool Reports { get; init; } = true;

    /// <summary>How long the customer needs to type the code and take the goods.</summary>
    public TimeSpan Serves { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>
/// A pick-up robot: connects to the server, queues the customers it is sent, serves one after the other. Unlike robots of old
/// it connects again when the line is lost, and reports.
/// </summary>
public sealed class RobotSimulator : IAsyncDisposable
{
    private const int LongestFrame = 64 * 1024;

    private readonly RobotOptions options;
    private readonly ILogger log;
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    /// <summary>Makes a robot that is switched off.</summary>
    public RobotSimulator(RobotOptions options, ILogger log)
    {
        this.options = options;
        this.log = log;
    }

    /// <summary>Customers served.</summary>
    public int Served { get; private set; }

    /// <summary>Switches it on; it keeps connecting until it is switched off.</summary>
    public void Start() => running = RunAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // Switched off.
        }

        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            try
            {
                using var line = new TcpClient();
                await line.ConnectAsync(options.Host, options.Port, stopping.Token);
                await ServeAsync(line.GetStream());
            }
            catch (Exception error) when (error is IOException or SocketException)
            {
                log.LogInformation("Simulated robot lost its line: {Reason}", error.Message);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), options.Time, stopping.Token);
        }
    }

    private async Task ServeAsync(NetworkStream line)
    {
        if (options.Reports) await SendAsync(line, new { type = "hello", reports = true });
        var header = new byte[sizeof(uint)];
        while (true)
        {
            await line.ReadExactlyAsync(header, stopping.Token);
            var length = BinaryPrimitives.ReadUInt32BigEndian(header);
            if (length > LongestFrame) throw new IOException($"The server sent a frame of {length} bytes.");
            var body = new byte[length];
            await line.ReadExactlyAsync(body, stopping.Token);
            if (CodeIn(Encoding.UTF8.GetString(body)) is not { } code) continue;

            // The customer types the code, the lid opens, the lid closes.
            await Task.Delay(options.Serves, options.Time, stopping.Token);
            Served++;
            log.LogInformation("Simulated robot served a customer");
            if (options.Reports) await SendAsync(line, new { type = "delivered", code });
        }
    }

    private static string? CodeIn(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.GetProperty("type").GetString() == "customer_queue"
                ? json.RootElement.GetProperty("code").GetString()
                : null;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null; // dropped, as robots do
        }
    }

    private async Task SendAsync<T>(NetworkStream line, T message)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message);
        var frame = new byte[sizeof(uint) + body.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)body.Length);
        body.CopyTo(frame, sizeof(uint));
        await line.WriteAsync(frame, stopping.Token);
    }
}

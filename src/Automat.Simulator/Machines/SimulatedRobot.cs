using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Automat.Simulator.Faults;
using Automat.Simulator.Judging;
using Automat.Simulator.Running;
using Microsoft.Extensions.Logging;

namespace Automat.Simulator.Machines;

/// <summary>
/// A pick-up robot: connects to the server, queues the customers it is sent, serves one after the other. Unlike robots of old
/// it connects again when the line is lost, reports, and knows whom it has served already.
/// </summary>
/// <param name="id">Its id.</param>
/// <param name="address">Where it comes from, which is all a robot presents; null for anywhere.</param>
/// <param name="world">What is around it.</param>
/// <param name="reports">Whether it reports what became of its customers; robots of old report nothing.</param>
public sealed class SimulatedRobot(string id, IPAddress? address, Surroundings world, bool reports = true) : ISimulatedMachine
{
    private const int LongestFrame = 64 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly FaultPlan faults = new(world.Seed, id, world.Weather);
    private readonly Dice dice = new(world.Seed, id, "serving");
    private readonly CancellationTokenSource stopping = new();

    /// <summary>What became of whom, kept over power cuts.</summary>
    private readonly Dictionary<(string Code, string Email), bool> memory = [];

    private Task running = Task.CompletedTask;
    private volatile bool connected;
    private volatile bool serving;

    /// <inheritdoc/>
    public string Id => id;

    /// <inheritdoc/>
    public bool IsOnline => connected;

    /// <inheritdoc/>
    public bool IsQuiet => !serving;

    /// <inheritdoc/>
    public void Start() => running = RunAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.SwitchOffAsync(running);

        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            try
            {
                using var line = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                if (address is not null) line.Bind(new IPEndPoint(address, 0));
                await line.ConnectAsync(world.Server.Host, world.Server.RobotPort, stopping.Token);
                connected = true;
                await using var stream = new NetworkStream(line);
                await ServeAsync(stream);
            }
            catch (PowerCutException)
            {
                world.Figures.Add(Count.Restarts);
            }
            catch (Exception error) when (error is IOException or SocketException)
            {
                world.Log.LogDebug("Simulated robot {Machine} lost its line: {Reason}", id, error.Message);
            }
            finally
            {
                connected = false;
                serving = false;
            }

            await Task.Delay(Pause, world.Time, stopping.Token);
        }
    }

    private async Task ServeAsync(NetworkStream line)
    {
        if (reports) await SendAsync(line, new { type = "hello", reports = true });
        var header = new byte[sizeof(uint)];
        while (true)
        {
            await line.ReadExactlyAsync(header, stopping.Token);
            var length = BinaryPrimitives.ReadUInt32BigEndian(header);
            if (length > LongestFrame) throw new IOException($"The server sent a frame of {length} bytes.");
            var body = new byte[length];
            await line.ReadExactlyAsync(body, stopping.Token);
            if (CustomerIn(body) is not { } customer) continue;
            serving = true;
            if (faults.Strikes(FaultKind.SlowConsumer))
            {
                await Task.Delay(faults.Between(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(8)), world.Time, stopping.Token);
            }

            await ServeAsync(line, customer);
            serving = false;
        }
    }

    /// <summary>The customer types the code, the lid opens, the lid closes; then the robot says so.</summary>
    private async Task ServeAsync(NetworkStream line, (string Code, string Email) customer)
    {
        if (!memory.TryGetValue(customer, out var delivered))
        {
            if (faults.Strikes(FaultKind.ConnectionDrop)) throw new IOException("The cable was pulled.");
            await Task.Delay(dice.Between(world.DispensesFrom, world.DispensesTo), world.Time, stopping.Token);
            delivered = !faults.Strikes(FaultKind.DispenseFailure);
            memory[customer] = delivered;
            if (delivered)
            {
                world.Witness.Saw(id, ProofKind.PickUp, Reference(customer));
                world.Figures.Add(Count.Delivered);
                world.Log.LogInformation("Simulated robot {Machine} served a customer", id);
            }
            else
            {
                world.Figures.Add(Count.Failed);
            }

            if (faults.Strikes(FaultKind.PowerCut)) throw new PowerCutException();
        }

        if (!reports) return;
        if (faults.Strikes(FaultKind.Delay))
        {
            await Task.Delay(faults.Between(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(3)), world.Time, stopping.Token);
        }

        // On one connection nothing is lost and what follows arrives: a lost report is a lost line.
        if (faults.Strikes(FaultKind.RequestLost)) throw new IOException("The line broke before the report.");
        var report = new { type = delivered ? "delivered" : "failed", code = customer.Code };
        await SendAsync(line, report);
        if (faults.Strikes(FaultKind.Duplicate)) await SendAsync(line, report);
    }

    /// <summary>What the witness knows a customer by.</summary>
    internal static string Reference((string Code, string Email) customer) => $"{customer.Code} {customer.Email}";

    private static (string Code, string Email)? CustomerIn(byte[] text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.GetProperty("type").GetString() == "customer_queue"
                && json.RootElement.GetProperty("code").GetString() is { } code
                    ? (code, json.RootElement.GetProperty("email").GetString() ?? "")
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

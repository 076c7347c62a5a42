using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Automat.Bench;

/// <summary>The load on a broker, in a process of its own: prints its figures on one line.</summary>
internal static class MqttLoad
{
    private const int Devices = 1_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(5);

    private static long count;

    public static async Task RunAsync(string[] args)
    {
        var port = int.Parse(args[1], CultureInfo.InvariantCulture);
        var figures = args[0] switch
        {
            "fan-in" => [await FanInAsync(port, Number(args[2]), Number(args[3]))],
            "fan-out" => [await FanOutAsync(port)],
            "latency" => await LatencyAsync(port, Number(args[2])),
            "idle" => await IdleAsync(port, Number(args[2])),
            _ => throw new ArgumentException($"No load is called '{args[0]}'.", nameof(args)),
        };
        Console.WriteLine(string.Join(' ', figures.Select(f => f.ToString("R", CultureInfo.InvariantCulture))));
        // The connections go with the process.
        Environment.Exit(0);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Clients that publish at QoS 1 as fast as they are acknowledged.</summary>
    private static async Task<double> FanInAsync(int port, int clients, int inFlight)
    {
        for (var n = 0; n < clients; n++)
        {
            var client = await LoadClient.ConnectAsync(port, $"in{n}");
            _ = PublishAsync(client, _ => $"f/{n:0000}", inFlight);
        }

        return await RateAsync();
    }

    /// <summary>Eight publishers to a thousand devices that acknowledge; counted is what the devices get.</summary>
    private static async Task<double> FanOutAsync(int port)
    {
        await ConnectDevicesAsync(port, _ => Interlocked.Increment(ref count));
        for (var n = 0; n < 8; n++)
        {
            var first = n * (Devices / 8);
            var client = await LoadClient.ConnectAsync(port, $"out{n}");
            _ = PublishAsync(client, i => $"d/{(first + i) % Devices:0000}", inFlight: 10, counts: false);
        }

        return await RateAsync();
    }

    /// <summary>Messages at a fixed rate, and how long each takes to its device: p50, p99 in milliseconds, and how many of a
    /// hundred arrived.</summary>
    private static async Task<double[]> LatencyAsync(int port, int perSecond)
    {
        var waits = new List<double>(perSecond * 10);
        var begun = long.MaxValue;
        await ConnectDevicesAsync(port, stamp =>
        {
            if (stamp < Volatile.Read(ref begun)) return;
            lock (waits) waits.Add(Stopwatch.GetElapsedTime(stamp).TotalMilliseconds);
        });
        var client = await LoadClient.ConnectAsync(port, "steady");
        _ = DrainAsync(client);
        await SteadyAsync(client, perSecond, WarmUp);
        Volatile.Write(ref begun, Stopwatch.GetTimestamp());
        var sent = await SteadyAsync(client, perSecond, Measured);
        for (var i = 0; i < 100 && waits.Count < sent; i++) await Task.Delay(20);
        double[] sorted;
        lock (waits) sorted = [.. waits.Order()];
        return [Figures.Quantile(sorted, 0.5), Figures.Quantile(sorted, 0.99), 100.0 * sorted.Length / sent];
    }

    /// <summary>Clients that have subscribed to one topic each and do nothing; stays until told to go.</summary>
    private static async Task<double[]> IdleAsync(int port, int clients)
    {
        var all = new List<LoadClient>(clients);
        for (var n = 0; n < clients; n++)
        {
            var client = await LoadClient.ConnectAsync(port, $"idle{n}");
            await client.SubscribeAsync($"i/{n:00000}");
            all.Add(client);
        }

        Console.WriteLine("there");
        await Console.In.ReadLineAsync();
        foreach (var client in all) client.Dispose();
        return [clients];
    }

    private static async Task<double> RateAsync()
    {
        await Task.Delay(WarmUp);
        var begun = Stopwatch.GetTimestamp();
        var before = Interlocked.Read(ref count);
        await Task.Delay(Measured);
        return (Interlocked.Read(ref count) - before) / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static async Task PublishAsync(LoadClient client, Func<int, string> topic, int inFlight, bool counts = true)
    {
        var buffer = new byte[inFlight * LoadClient.PublishSize];
        var sent = 0;
        var due = inFlight;
        while (due > 0)
        {
            for (var i = 0; i < due; i++) client.Write(buffer.AsSpan(i * LoadClient.PublishSize), topic(sent++), 0);
            await client.SendAsync(buffer.AsMemory(0, due * LoadClient.PublishSize));
            due = (await client.ReadManyAsync(size: 4)).Length / 4;
            if (counts) Interlocked.Add(ref count, due);
        }
    }

    private static async Task<int> SteadyAsync(LoadClient client, int perSecond, TimeSpan howLong)
    {
        var buffer = new byte[1_000 * LoadClient.PublishSize];
        var begun = Stopwatch.GetTimestamp();
        var sent = 0;
        while (Stopwatch.GetElapsedTime(begun) is var passed && passed < howLong)
        {
            var due = Math.Min((int)(passed.TotalSeconds * perSecond) - sent, 1_000);
            for (var i = 0; i < due; i++)
            {
                client.Write(
                    buffer.AsSpan(i * LoadClient.PublishSize), $"d/{sent++ % Devices:0000}", Stopwatch.GetTimestamp());
            }

            if (due > 0) await client.SendAsync(buffer.AsMemory(0, due * LoadClient.PublishSize));
            await Task.Delay(1);
        }

        return sent;
    }

    private static async Task DrainAsync(LoadClient client)
    {
        while ((await client.ReadManyAsync(size: 4)).Length > 0)
        {
        }
    }

    private static async Task ConnectDevicesAsync(int port, Action<long> arrived)
    {
        for (var n = 0; n < Devices; n++)
        {
            var device = await LoadClient.ConnectAsync(port, $"dev{n}");
            await device.SubscribeAsync($"d/{n:0000}");
            _ = ListenAsync(device, arrived);
        }
    }

    private static async Task ListenAsync(LoadClient device, Action<long> arrived)
    {
        try
        {
            while (await device.ReadManyAsync(LoadClient.PublishSize) is { Length: > 0 } packets)
            {
                var answers = new byte[packets.Length / LoadClient.PublishSize * 4];
                for (var i = 0; i < packets.Length / LoadClient.PublishSize; i++)
                {
                    var packet = packets.Span.Slice(i * LoadClient.PublishSize, LoadClient.PublishSize);
                    arrived(BinaryPrimitives.ReadInt64BigEndian(packet[12..]));
                    var answer = answers.AsSpan(i * 4);
                    (answer[0], answer[1]) = (0x40, 2);
                    packet[10..12].CopyTo(answer[2..]);
                }

                await device.SendAsync(answers);
            }
        }
        catch (SocketException)
        {
            // The broker is gone; the figure shows it.
        }
    }
}

using System.Globalization;

namespace Automat.Bench;

/// <summary>Our broker beside Mosquitto: each in a process on one core, the load in another, in turns.</summary>
internal static class MqttBench
{
    private const int Rounds = 4;

    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(Noise noise)
    {
        Console.WriteLine("MQTT broker, QoS 1, 64 bytes; one core for the broker, one for the load");
        var folder = Directory.CreateTempSubdirectory("automat-bench-");
        await using var ours = await BrokerPeer.StartOursAsync();
        await using var theirs = await BrokerPeer.StartMosquittoAsync(folder);
        if (theirs is null)
        {
            Console.WriteLine("  Mosquitto is not installed: nothing to compare with.");
            return;
        }

        BrokerPeer[] peers = [ours, theirs];
        await CompareAsync(peers, noise, "fan-in, 100 clients, 10 in flight", null, "fan-in", "100", "10");
        await CompareAsync(peers, noise, "fan-in, 1,000 clients, 1 in flight", 0.5, "fan-in", "1000", "1");
        await CompareAsync(peers, noise, "fan-out to 1,000 device topics", 0.7, "fan-out");
        await LatencyAsync(peers, noise);
        await MemoryAsync(folder, noise);
        folder.Delete(recursive: true);
        Console.WriteLine();
    }

    private static async Task CompareAsync(BrokerPeer[] peers, Noise noise, string what, double? goal, params string[] load)
    {
        var figures = peers.Select(p => new Figures($"  {what}: {p.Name}", "/s")).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            noise.Look();
            for (var i = 0; i < peers.Length; i++) figures[i].Add((await peers[i].LoadAsync(load))[0]);
        }

        foreach (var figure in figures) Console.WriteLine(figure);
        if (goal is { } wanted) Figures.Compare(what, figures[0], figures[1], wanted);
    }

    private static async Task LatencyAsync(BrokerPeer[] peers, Noise noise)
    {
        var names = new[] { "p50", "p99", "arrived" };
        var figures = peers.Select(p => names.Select(
            n => new Figures($"  publish → device at 5,000/s, {n}: {p.Name}", n == "arrived" ? "%" : "ms")).ToArray()).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            noise.Look();
            for (var i = 0; i < peers.Length; i++)
            {
                var measured = await peers[i].LoadAsync("latency", "5000");
                for (var n = 0; n < names.Length; n++) figures[i][n].Add(measured[n]);
            }
        }

        foreach (var figure in figures.SelectMany(f => f)) Console.WriteLine(figure);
        Figures.Compare("p99 at 5,000/s", figures[0][1], figures[1][1], 1.5, atMost: true);
    }

    /// <summary>Each count of clients in a fresh process: what a broker had before it may keep.</summary>
    private static async Task MemoryAsync(DirectoryInfo folder, Noise noise)
    {
        foreach (var clients in new[] { 1_000, 5_000, 10_000 })
        {
            var ours = new Figures($"  memory for each of {clients:#,0} idle clients: Automat", "KiB");
            var theirs = new Figures($"  memory for each of {clients:#,0} idle clients: Mosquitto", "KiB");
            for (var round = 0; round < 2; round++)
            {
                noise.Look();
                await using (var broker = await BrokerPeer.StartOursAsync()) ours.Add(await EachAsync(broker, clients));
                await using (var broker = (await BrokerPeer.StartMosquittoAsync(folder))!) theirs.Add(await EachAsync(broker, clients));
            }

            Console.WriteLine(ours);
            Console.WriteLine(theirs);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {"resident memory for each idle client",-56} {ours.Median,10:0.0} KiB        goal ≤ 6: {(ours.Median <= 6 ? "reached" : "MISSED")}"));
        }
    }

    private static async Task<double> EachAsync(BrokerPeer broker, int clients)
    {
        // A few have been there before: what is made once belongs to nobody.
        await broker.ResidentWithAsync(50, TimeSpan.FromSeconds(1));
        var before = broker.Resident;
        return (await broker.ResidentWithAsync(clients, Settle) - before) / 1024.0 / clients;
    }
}

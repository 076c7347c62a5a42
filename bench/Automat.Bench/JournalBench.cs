using System.Diagnostics;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Vends;

namespace Automat.Bench;

/// <summary>Sales through the journal beside one statement a sale and beside a bare batching writer.</summary>
internal static class JournalBench
{
    private const int Callers = 64;
    private const int Crowd = 256;
    private const int Clients = 8;
    private const int Rounds = 5;

    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);
    public static async Task RunAsync(Noise noise)
    {
        await using var server = await BenchServer.StartAsync();
        await using (var create = server.Plain.CreateCommand(HandMadeSql.Create)) await create.ExecuteNonQueryAsync();
        await AtRestAsync(server, noise);
        await ThroughputAsync(server, noise, 1, goalOfSql: 7);
        await ThroughputAsync(server, noise, 100, goalOfSql: 2);
    }

    private static async Task ThroughputAsync(BenchServer server, Noise noise, int organizations, double goalOfSql)
    {
        var title = organizations == 1 ? "one organisation" : $"{organizations} organisations";
        Console.WriteLine($"\nSales (reserve and commit, chip), {title}, durable commits");
        var ours = new Figures($"journal, {Callers} callers", "vends/s");
        var batch = new Figures("  commands that shared a commit", "");
        var crowd = new Figures($"journal, {Crowd} callers", "vends/s");
        var bare = new Figures("bare batching writer, as many steps a commit", "vends/s");
        var sql = new Figures($"one hand-made statement a vend, {Clients} clients", "vends/s");
        var all = await server.AddOrganizationsAsync(organizations);
        await JournalAsync(server, all, Callers); // warm up everybody
        await StatementsAsync(server, all);
        server.TakeBatchSize();
        for (var round = 0; round < Rounds; round++)
        {
            noise.Look();
            ours.Add(await JournalAsync(server, all, Callers));
            var size = server.TakeBatchSize();
            batch.Add(size);
            bare.Add(await BareAsync(server, all, (int)Math.Round(size)));
            sql.Add(await StatementsAsync(server, all));
            crowd.Add(await JournalAsync(server, all, Crowd));
            server.TakeBatchSize();
        }

        foreach (var figures in new[] { ours, batch, bare, sql, crowd }) Console.WriteLine(figures);
        Figures.Compare("journal to bare writer", ours, bare, 0.8);
        Figures.Compare("journal to one statement a vend", ours, sql, goalOfSql);
        Figures.Compare($"the same with {Crowd} callers", crowd, sql, goalOfSql);
    }

    private static async Task AtRestAsync(BenchServer server, Noise noise)
    {
        Console.WriteLine("\nA single caller at rest: reserve, then commit; time of a step, p50");
        var ours = new Figures("journal", "ms");
        var hand = new Figures("one hand-written transaction a step", "ms");
        var all = await server.AddOrganizationsAsync(1);
        await using var connection = await server.Plain.OpenConnectionAsync();
        var writer = new BareWriter(connection);
        for (var round = 0; round < Rounds + 1; round++)
        {
            noise.Look();
            var through = await StepsAsync(all[0], v => ReserveAsync(server, v), v => CommitAsync(server, v));
            var byHand = await StepsAsync(all[0], v => writer.WriteAsync([v], []), v => writer.WriteAsync([], [v]));
            if (round == 0) continue; // warming up
            ours.Add(through);
            hand.Add(byHand);
        }

        Console.WriteLine(ours);
        Console.WriteLine(hand);
        Figures.Compare("journal to hand-written transaction", ours, hand, 1.5, atMost: true);
    }

    private static async Task<double> StepsAsync(
        Id<Organization> organization, Func<BenchVend, Task> begin, Func<BenchVend, Task> end)
    {
        var times = new List<double>();
        for (var until = Stopwatch.StartNew(); until.Elapsed < Turn / 2;)
        {
            var vend = BenchVend.Of(organization);
            foreach (var step in new[] { begin, end })
            {
                var watch = Stopwatch.StartNew();
                await step(vend);
                times.Add(watch.Elapsed.TotalMilliseconds);
            }
        }

        times.Sort();
        return Figures.Quantile(times, 0.5);
    }

    private static async Task<double> JournalAsync(BenchServer server, Id<Organization>[] all, int callers) =>
        await RateAsync(callers, async (caller, until) =>
        {
            var sold = 0;
            for (var i = caller; until.Elapsed < Turn; i++, sold++)
            {
                var vend = BenchVend.Of(all[i % all.Length]);
                await ReserveAsync(server, vend);
                await CommitAsync(server, vend);
            }

            return sold;
        });

    private static async Task<double> StatementsAsync(BenchServer server, Id<Organization>[] all) =>
        await RateAsync(Clients, async (client, until) =>
        {
            await using var connection = await server.Plain.OpenConnectionAsync();
            var sold = 0;
            for (var i = client; until.Elapsed < Turn; i++, sold++)
            {
                await HandMadeSql.SellAsync(connection, BenchVend.Of(all[i % all.Length]));
            }

            return sold;
        });

    private static async Task<double> BareAsync(BenchServer server, Id<Organization>[] all, int steps) =>
        await RateAsync(1, async (_, until) =>
        {
            await using var connection = await server.Plain.OpenConnectionAsync();
            var writer = new BareWriter(connection);
            var (sold, i) = (0, 0);
            var begun = new List<BenchVend>();
            while (until.Elapsed < Turn)
            {
                var next = Enumerable.Range(0, Math.Max(steps / 2, 1)).Select(_ => BenchVend.Of(all[i++ % all.Length])).ToList();
                await writer.WriteAsync(next, begun);
                sold += begun.Count;
                begun = next;
            }

            return sold;
        });

    private static async Task<double> RateAsync(int workers, Func<int, Stopwatch, Task<int>> work)
    {
        var watch = Stopwatch.StartNew();
        var sold = await Task.WhenAll(Enumerable.Range(0, workers).Select(w => Task.Run(() => work(w, watch))));
        return sold.Sum() / watch.Elapsed.TotalSeconds;
    }

    private static Task<Guid> ReserveAsync(BenchServer server, BenchVend vend) => server.Journal.ExecuteAsync(
        new ReserveVend(vend.AsVend(TimeProvider.System.GetUtcNow()), $"reserve:{vend.Id}", server.Signals)
        {
            Organization = vend.Organization,
        });

    private static Task<VendStatus> CommitAsync(BenchServer server, BenchVend vend) => server.Journal.ExecuteAsync(
        new SettleVend(new Id<Vend>(vend.Id), Settlement.Commit, "delivered", server.Signals) { Organization = vend.Organization });
}

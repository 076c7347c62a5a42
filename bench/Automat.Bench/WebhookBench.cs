using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Automat.Mqtt.Client;
using Automat.Server;
using Automat.Server.Data;
using Automat.Server.Machines;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Automat.Bench;

/// <summary>
/// How long a signed webhook takes until the cabinet has its coin pulse: inbox, vend, ledger and command are durable before
/// the pulse leaves. Server, cabinets and callers share this process and its two cores.
/// </summary>
internal static class WebhookBench
{
    private const string Secret = "whsec_bench";
    internal const string MachineSecret = "bench-secret";
    private const int Cabinets = 200;

    public static async Task RunAsync(Noise noise)
    {
        var place = Directory.CreateTempSubdirectory("automat-bench-");
        await using var server = await StartAsync(place.FullName);
        await AddCabinetsAsync(server);
        await using var hall = await Hall.OpenAsync(server.MqttPort, MachineSecret);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = server.Http };

        Console.WriteLine("webhook → coin pulse (everything durable first)");
        await SteadyAsync(http, hall, perSecond: 100, seconds: 3, quiet: true);
        foreach (var rate in new[] { 200, 1_000 })
        {
            await SteadyAsync(http, hall, rate, seconds: 10, quiet: false);
            noise.Look();
        }

        await FlatOutAsync(http, hall, callers: 32, seconds: 10);
        await PlainCommitAsync(server);
        Console.WriteLine();
    }

    /// <summary>The whole product in a folder of its own.</summary>
    internal static async Task<AutomatServer> StartAsync(string folder)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = [],
            ApplicationName = "automat",
            ContentRootPath = folder,
            WebRootPath = Path.Combine(AppContext.BaseDirectory, "wwwroot"),
        });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Automat:Demo"] = "true",
            ["Automat:Demo:Simulators"] = "false",
            ["Automat:Demo:Days"] = "0",
            ["Automat:Demo:MachineSecret"] = MachineSecret,
            ["Automat:DataDirectory"] = folder,
            ["Automat:Mqtt:Port"] = "0",
            ["Automat:Robot:Port"] = "0",
            ["Automat:Sandbox:Port"] = "0",
            ["Automat:RateLimits:Factor"] = "100000",
            ["Stripe:WebhookSecret"] = Secret,
            ["Logging:LogLevel:Default"] = "Error",
        });
        return await AutomatServer.StartAsync(builder, CancellationToken.None);
    }

    private static async Task AddCabinetsAsync(AutomatServer server)
    {
        await using var source = NpgsqlDataSource.Create(server.Database.Address.Owner);
        await using var command = source.CreateCommand(
            $"""
            insert into machines select 'bench-' || n, organization_id, name, location, driver, currency, time_zone, state,
                silence_policy, settings, created_at
                from machines, generate_series(1, {Cabinets}) n where id = 'cab001';
            insert into slots select 'bench-' || n, code, organization_id, product_id, price, capacity, par_level, stock,
                reserved from slots, generate_series(1, {Cabinets}) n where machine_id = 'cab001';
            """);
        await command.ExecuteNonQueryAsync();
        await using var scope = server.App.Services.GetRequiredService<IServiceScopeFactory>().CreateScopeAcross("the benchmark looks").WorkOf("bench");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var keys = scope.ServiceProvider.GetRequiredService<MachineKeys>();
        foreach (var machine in await db.Set<Machine>().AsNoTracking().ToListAsync())
        {
            await keys.KeepAsync(db, machine, MachineSecret, CancellationToken.None);
        }

        await db.SaveChangesAsync();
    }

    /// <summary>Sends at a fixed rate, whatever the answers take.</summary>
    private static async Task SteadyAsync(HttpClient http, Hall hall, int perSecond, int seconds, bool quiet)
    {
        var total = perSecond * seconds;
        var sent = new List<Task<bool>>(total);
        var watch = Stopwatch.StartNew();
        hall.Begin();
        for (var n = 0; n < total; n++)
        {
            var due = TimeSpan.FromSeconds((double)n / perSecond) - watch.Elapsed;
            if (due > TimeSpan.FromMilliseconds(2)) await Task.Delay(due);
            sent.Add(PostAsync(http, hall, n));
        }

        var accepted = (await Task.WhenAll(sent)).Count(ok => ok);
        var waits = await hall.EndAsync(accepted);
        if (quiet) return;
        Print($"{perSecond}/s", accepted, total, waits);
    }

    private static async Task FlatOutAsync(HttpClient http, Hall hall, int callers, int seconds)
    {
        var number = 0;
        var accepted = 0;
        var watch = Stopwatch.StartNew();
        hall.Begin();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            while (watch.Elapsed < TimeSpan.FromSeconds(seconds))
            {
                if (await PostAsync(http, hall, Interlocked.Increment(ref number))) Interlocked.Increment(ref accepted);
            }
        }));
        var took = watch.Elapsed;
        var waits = await hall.EndAsync(accepted);
        Print($"{callers} callers in a loop", accepted, number, waits);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {"webhooks answered per second, all durable",-56} {accepted / took.TotalSeconds,10:#,0} /s"));
    }

    private static async Task PlainCommitAsync(AutomatServer server)
    {
        await using var source = NpgsqlDataSource.Create(server.Database.Address.Owner);
        await using var connection = await source.OpenConnectionAsync();
        await using var make = new NpgsqlCommand("create table bench_commit (n bigint)", connection);
        await make.ExecuteNonQueryAsync();
        var waits = new List<double>();
        for (var n = 0; n < 300; n++)
        {
            var begun = Stopwatch.GetTimestamp();
            await using var insert = new NpgsqlCommand("insert into bench_commit values (1)", connection);
            await insert.ExecuteNonQueryAsync();
            waits.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        Print("limit: one row committed, nothing else", waits.Count, waits.Count, [.. waits.Order()]);
    }

    private static void Print(string what, int accepted, int total, IReadOnlyList<double> waits) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {what,-42} p50 {Figures.Quantile(waits, 0.5),8:0.0} ms  p99 {Figures.Quantile(waits, 0.99),8:0.0} ms  "
            + $"{waits.Count} of {accepted} pulses, {total - accepted} refused"));

    private static async Task<bool> PostAsync(HttpClient http, Hall hall, int number)
    {
        var machine = $"bench-{(number % Cabinets) + 1}";
        var intent = hall.Expect(machine);
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = $"evt_{intent}",
            @object = "event",
            type = "checkout.session.completed",
            created = DateTimeOffset.UnixEpoch.ToUnixTimeSeconds(),
            livemode = false,
            api_version = "2025-03-31.basil",
            data = new
            {
                @object = new
                {
                    id = $"cs_test_{intent}",
                    @object = "checkout.session",
                    status = "complete",
                    payment_status = "paid",
                    created = 1_700_000_000,
                    amount_total = 100,
                    currency = "eur",
                    payment_intent = $"pi_{intent}",
                    livemode = false,
                    mode = "payment",
                    metadata = new { machine_id = machine },
                },
            },
        });
        var time = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var signed = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(Secret), (byte[])[.. Encoding.UTF8.GetBytes($"{time}."), .. body]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/addCredit") { Content = new ByteArrayContent(body) };
        request.Headers.TryAddWithoutValidation("Stripe-Signature", $"t={time},v1={Convert.ToHexStringLower(signed)}");
        using var answer = await http.SendAsync(request);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>All cabinets, and when each pulse came; pulses of one cabinet come in the order they were paid.</summary>
    private sealed class Hall : IAsyncDisposable
    {
        private readonly List<MqttClient> cabinets = [];
        private readonly ConcurrentDictionary<string, ConcurrentQueue<long>> expected = new(StringComparer.Ordinal);
        private ConcurrentBag<double> waits = [];

        public static async Task<Hall> OpenAsync(int port, string secret)
        {
            var hall = new Hall();
            for (var n = 1; n <= Cabinets; n++)
            {
                var machine = $"bench-{n}";
                hall.expected[machine] = new ConcurrentQueue<long>();
                var cabinet = new MqttClient(new MqttClientOptions
                {
                    Port = port,
                    UserName = machine,
                    Password = secret,
                    ClientId = machine,
                    Handler = (_, _) => hall.Arrived(machine),
                });
                await cabinet.ConnectAsync();
                await cabinet.SubscribeAsync($"arcade/machine/{machine}/coinpulse");
                hall.cabinets.Add(cabinet);
            }

            return hall;
        }

        public void Begin() => waits = [];

        public string Expect(string machine)
        {
            expected[machine].Enqueue(Stopwatch.GetTimestamp());
            return Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        }

        public async Task<IReadOnlyList<double>> EndAsync(int pulses)
        {
            using var over = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (waits.Count < pulses && !over.IsCancellationRequested) await Task.Delay(20, CancellationToken.None);
            foreach (var queue in expected.Values) queue.Clear();
            return [.. waits.Order()];
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var cabinet in cabinets) await cabinet.DisposeAsync();
        }

        private ValueTask Arrived(string machine)
        {
            if (expected[machine].TryDequeue(out var begun)) waits.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            return ValueTask.CompletedTask;
        }
    }
}

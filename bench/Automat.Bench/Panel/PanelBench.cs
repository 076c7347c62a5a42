using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Automat.Server;
using Npgsql;

namespace Automat.Bench.Panel;

/// <summary>
/// What each page of the panel takes with a large operator's data: queries, time until the last byte has come over the loop,
/// and what goes over the wire. The limit is a page that reads nothing but who is signed in.
/// </summary>
internal static partial class PanelBench
{
    private const double Goal = 50; // milliseconds, p95
    private const int Rounds = 40;

    /// <summary>Fills a database and looks at each page.</summary>
    /// <param name="noise">Watches the machine.</param>
    /// <param name="size">Machines, vends and ledger entries, where others than the usual ones are wanted.</param>
    public static async Task RunAsync(Noise noise, IReadOnlyList<int> size)
    {
        var (machines, vends, entries) = size is [var some, var sold, var booked] ? (some, sold, booked) : (1_000, 5_000_000, 2_000_000);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"pages of the panel: {machines:#,0} machines, {vends:#,0} vends, {entries:#,0} ledger entries"));
        var place = Directory.CreateTempSubdirectory("automat-bench-");
        try
        {
            await using var server = await WebhookBench.StartAsync(place.FullName);
            await using (var owner = NpgsqlDataSource.Create(server.Database.Address.Owner))
            {
                await new PanelData(owner, machines, vends, entries).FillAsync();
            }

            await LookAsync(server, noise);
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    private static async Task LookAsync(AutomatServer server, Noise noise)
    {
        using var queries = new QueryCount();
        using var http = new HttpClient(new SocketsHttpHandler
        {
            CookieContainer = new CookieContainer(),
            AllowAutoRedirect = false,
        })
        { BaseAddress = server.Http };
        await SignInAsync(http, server.Secrets!.Password);
        var sale = await LastSaleAsync(server);

        var floor = await MeasureAsync(http, queries, "/panel/account-floor");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  limit: an address without a page, p95 {floor.P95:0.0} ms"));
        Console.WriteLine($"  {"page",-64} {"queries",7} {"p50",8} {"p95",8} {"× limit",8} {"wire",9}");
        var missed = 0;
        foreach (var address in PanelAddresses.All(sale))
        {
            var page = await MeasureAsync(http, queries, address);
            var verdict = (page.Status, page.P95) switch
            {
                ( >= 400, _) => $"ANSWERED {page.Status}",
                (_, > Goal) => "MISSED",
                _ => "",
            };
            if (verdict.Length > 0) missed++;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {address,-64} {page.Queries,7:0.#} {page.P50,5:0.0} ms {page.P95,5:0.0} ms {page.P95 / floor.P95,7:0.0}x {page.Bytes / 1024.0,6:0.0} KB {verdict}"));
            noise.Look();
        }

        Console.WriteLine($"  goal p95 ≤ {Goal} ms: {(missed == 0 ? "reached by all" : $"MISSED by {missed}")}");
        Console.WriteLine();
    }

    private static async Task<Page> MeasureAsync(HttpClient http, QueryCount queries, string address)
    {
        var (times, counted, bytes, status) = (new List<double>(Rounds), 0, 0L, 0);
        for (var round = -3; round < Rounds; round++)
        {
            var trace = ActivityTraceId.CreateRandom();
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "br, gzip");
            queries.Begin(trace);
            var begun = Stopwatch.GetTimestamp();
            using var answer = await http.SendAsync(request);
            var body = await answer.Content.ReadAsByteArrayAsync();
            if (round < 0) continue; // the first ones compile
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            counted += queries.End();
            (bytes, status) = (body.Length, (int)answer.StatusCode);
        }

        times.Sort();
        return new Page(status, Figures.Quantile(times, 0.5), Figures.Quantile(times, 0.95), counted / (double)Rounds, bytes);
    }

    private static async Task SignInAsync(HttpClient http, string password)
    {
        var page = await http.GetStringAsync(new Uri("/sign-in", UriKind.Relative));
        var token = AntiforgeryField().Match(page).Groups[1].Value;
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["__RequestVerificationToken"] = token,
            ["name"] = "operator@demo.automat",
            ["password"] = password,
            ["return_url"] = "/panel",
        });
        using var answer = await http.PostAsync(new Uri("/sign-in", UriKind.Relative), form);
        if (answer.StatusCode is not HttpStatusCode.SeeOther) throw new InvalidOperationException($"Signing in answered {answer.StatusCode}.");
    }

    private static async Task<string> LastSaleAsync(AutomatServer server)
    {
        await using var owner = NpgsqlDataSource.Create(server.Database.Address.Owner);
        await using var command = owner.CreateCommand("select id from vends where machine_id = 'bench-1' order by reserved_at desc limit 1");
        return ((Guid)(await command.ExecuteScalarAsync())!).ToString();
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex AntiforgeryField();

    private sealed record Page(int Status, double P50, double P95, double Queries, long Bytes);

    /// <summary>Counts a request's queries by its trace, so that workers behind the server are not counted.</summary>
    private sealed class QueryCount : IDisposable
    {
        private readonly ActivityListener listener;
        private ActivityTraceId looked;
        private int count;

        public QueryCount()
        {
            listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
                Sample = static (ref _) => ActivitySamplingResult.AllData,
                ActivityStopped = activity =>
                {
                    if (activity.Source.Name == "Npgsql" && activity.TraceId == looked) Interlocked.Increment(ref count);
                },
            };
            ActivitySource.AddActivityListener(listener);
        }

        public void Begin(ActivityTraceId trace) => (looked, count) = (trace, 0);

        public int End() => Volatile.Read(ref count);

        public void Dispose() => listener.Dispose();
    }
}

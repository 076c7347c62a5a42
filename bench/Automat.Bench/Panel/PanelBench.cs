using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime;
using System.Text.RegularExpressions;
using Automat.Server;
using Automat.Server.People;
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
    private const int MostWarmRounds = 400;
    private const int WarmRounds = 20; // in turns: the runtime compiles what runs often anew, and does so meanwhile
    private const int FewMethods = 4;

    /// <summary>Fills a database and looks at each page.</summary>
    /// <param name="noise">Watches the machine.</param>
    /// <param name="size">Machines, vends and ledger entries, where others than the usual ones are wanted.</param>
    /// <param name="kept">A folder whose data are made once and looked at again the next time; null for data that go at the end.</param>
    public static async Task RunAsync(Noise noise, IReadOnlyList<int> size, string? kept)
    {
        var (machines, vends, entries) = size is [var some, var sold, var booked] ? (some, sold, booked) : (1_000, 5_000_000, 2_000_000);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"pages of the panel: {machines:#,0} machines, {vends:#,0} vends, {entries:#,0} ledger entries"));
        var place = kept is null ? Directory.CreateTempSubdirectory("automat-bench-") : Directory.CreateDirectory(kept);
        try
        {
            await using var server = await WebhookBench.StartAsync(place.FullName);
            await using (var owner = NpgsqlDataSource.Create(server.Database.Address.Owner))
            {
                await using var filled = owner.CreateCommand("select exists (select from machines where id = 'bench-1')");
                var data = new PanelData(owner, machines, vends, entries);
                if (await filled.ExecuteScalarAsync() is false) await data.FillAsync();
                await data.AwaitDaysAsync();
            }

            await LookAsync(server, noise);
        }
        finally
        {
            if (kept is null) place.Delete(recursive: true);
        }
    }

    private static async Task LookAsync(AutomatServer server, Noise noise)
    {
        using var queries = new QueryCount();
        var password = server.Secrets!.Password;
        await using (var owner = NpgsqlDataSource.Create(server.Database.Address.Owner))
        {
            // In kept data an earlier run has set up a second step that this one does not know.
            await using var anew = owner.CreateCommand("delete from person_tokens; update people set two_factor_enabled = false");
            await anew.ExecuteNonQueryAsync();
        }

        using var staff = await ComeAsync(server, "operator@demo.automat", password);
        using var administrator = await ComeAsync(server, "admin@demo.automat", password);
        await ProveAsync(administrator);
        var sale = await LastSaleAsync(server);

        var floor = await MeasureAsync(staff, queries, "/panel/account-floor");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  limit: an address without a page, p95 {floor.P95:0.0} ms"));
        Console.WriteLine($"  {"page",-64} {"queries",7} {"p50",8} {"p95",8} {"× limit",8} {"wire",9}");
        // All once beforehand: they share much of their code.
        foreach (var address in PanelAddresses.All(sale)) await WarmAsync(PanelAddresses.IsForAdministrators(address) ? administrator : staff, address);
        var missed = 0;
        foreach (var address in PanelAddresses.All(sale))
        {
            var page = await MeasureAsync(PanelAddresses.IsForAdministrators(address) ? administrator : staff, queries, address);
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
        await WarmAsync(http, address);
        for (var round = 0; round < Rounds; round++)
        {
            var trace = ActivityTraceId.CreateRandom();
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "br, gzip");
            queries.Begin(trace);
            var begun = Stopwatch.GetTimestamp();
            using var answer = await http.SendAsync(request);
            var body = await answer.Content.ReadAsByteArrayAsync();
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            counted += queries.End();
            (bytes, status) = (body.Length, (int)answer.StatusCode);
        }

        times.Sort();
        return new Page(status, Figures.Quantile(times, 0.5), Figures.Quantile(times, 0.95), counted / (double)Rounds, bytes);
    }

    /// <summary>Looks at a page until the runtime has nothing left to compile for it, as in a server that has run for a while.</summary>
    private static async Task WarmAsync(HttpClient http, string address)
    {
        for (var round = 0; round < MostWarmRounds; round += WarmRounds)
        {
            var compiled = JitInfo.GetCompiledMethodCount();
            for (var i = 0; i < WarmRounds; i++)
            {
                using var answer = await http.GetAsync(new Uri(address, UriKind.Relative));
                await answer.Content.ReadAsByteArrayAsync();
            }

            if (JitInfo.GetCompiledMethodCount() - compiled < FewMethods) return;
        }
    }

    private static async Task<HttpClient> ComeAsync(AutomatServer server, string name, string password)
    {
        var http = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false })
        {
            BaseAddress = server.Http,
        };
        await SendAsync(http, "/sign-in", "/sign-in", ("name", name), ("password", password), ("return_url", "/panel"));
        return http;
    }

    /// <summary>Sets up the second step, without which an administrator sees nothing.</summary>
    private static async Task ProveAsync(HttpClient http)
    {
        const string path = "/account/authenticator";
        var secret = AppSecret().Match(await http.GetStringAsync(new Uri(path, UriKind.Relative))).Groups[1].Value.Replace(" ", "", StringComparison.Ordinal);
        await SendAsync(http, path, path, ("code", Totp.CodeOf(secret, Totp.StepOf(TimeProvider.System.GetUtcNow()))));
    }

    private static async Task SendAsync(HttpClient http, string page, string action, params (string Name, string Value)[] fields)
    {
        var token = AntiforgeryField().Match(await http.GetStringAsync(new Uri(page, UriKind.Relative))).Groups[1].Value;
        using var form = new FormUrlEncodedContent(
            [new("__RequestVerificationToken", token), .. fields.Select(f => new KeyValuePair<string, string>(f.Name, f.Value))]);
        using var answer = await http.PostAsync(new Uri(action, UriKind.Relative), form);
        if ((int)answer.StatusCode >= 400) throw new InvalidOperationException($"{action} answered {answer.StatusCode}.");
    }

    private static async Task<string> LastSaleAsync(AutomatServer server)
    {
        await using var owner = NpgsqlDataSource.Create(server.Database.Address.Owner);
        await using var command = owner.CreateCommand("select id from vends where machine_id = 'bench-1' order by reserved_at desc limit 1");
        return ((Guid)(await command.ExecuteScalarAsync())!).ToString();
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"")]
    private static partial Regex AntiforgeryField();

    [GeneratedRegex("<code class=\"secret\">([A-Z2-7 ]+)</code>")]
    private static partial Regex AppSecret();

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

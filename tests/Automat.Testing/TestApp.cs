using System.Net.Http.Json;
using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server;
using Automat.Server.Data;
using Automat.Server.Ledger;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Automat.Testing;

/// <summary>
/// The whole product on a database of its own: demo data, sandbox, real sockets on free ports, no simulated machine unless
/// asked for. Tests speak to it as customers, machines and the provider do.
/// </summary>
public sealed class TestApp : IAsyncDisposable
{
    public const string MachineSecret = "machine-secret-of-the-tests";
    public const string ApiKey = "api-key-of-the-tests";
    public const string Password = "password-of-the-tests";
    public const string WebhookSecret = "whsec_of_the_tests";
    public const string StripeKey = "sk_test_of_the_tests";

    private readonly TestDatabase database;
    private readonly DirectoryInfo folder;
    private readonly Dictionary<string, string?> settings;
    private AutomatServer server;

    private TestApp(
        TestDatabase database, DirectoryInfo folder, Dictionary<string, string?> settings, HandDriver hand,
        AutomatServer server)
    {
        Hand = hand;
        this.database = database;
        this.folder = folder;
        this.settings = settings;
        this.server = server;
        Client = NewClient();
        Provider = new Provider(Sandbox, StripeKey);
    }

    /// <summary>HTTP to the server; follows no redirects, keeps cookies.</summary>
    public HttpClient Client { get; private set; }

    /// <summary>The provider this app pays with, as a test plays it.</summary>
    public Provider Provider { get; private set; }

    /// <summary>A customer of this app.</summary>
    public Buyer Buyer => new(Client);

    /// <summary>The machines of the driver <c>hand</c>, played by the test.</summary>
    public HandDriver Hand { get; }

    public Uri Http => server.Http;

    public int MqttPort => server.MqttPort;

    /// <summary>Where the broker listens with TLS; null where it does not.</summary>
    public int? MqttTlsPort => server.MqttTlsPort;

    public int RobotPort => server.RobotPort;

    /// <summary>The sandbox this app pays with.</summary>
    public Uri Sandbox => server.Sandbox!.BaseAddress;

    public IServiceProvider Services => server.App.Services;

    public TestDatabase Database => database;

    public static async Task<TestApp> StartAsync(params (string Name, string Value)[] settings)
    {
        var hand = new HandDriver();
        var own = await TestDatabase.CreateAsync();
        var place = Directory.CreateTempSubdirectory("automat-test-");
        var all = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["urls"] = "http://127.0.0.1:0",
            ["ConnectionStrings:Automat"] = own.Address.Serving,
            ["ConnectionStrings:AutomatOwner"] = own.Address.Owner,
            ["Automat:Demo"] = "true",
            ["Automat:Demo:Simulators"] = "false",
            ["Automat:Demo:Days"] = "0",
            ["Automat:Demo:MachineSecret"] = MachineSecret,
            ["Automat:Demo:ApiKey"] = ApiKey,
            ["Automat:Demo:Password"] = Password,
            ["Automat:DataDirectory"] = place.FullName,
            ["Automat:Mqtt:Port"] = "0",
            ["Automat:Robot:Port"] = "0",
            ["Automat:Sandbox:Port"] = "0",
            ["Automat:RateLimits:Factor"] = "1000",
            ["Logging:LogLevel:Default"] = "None",
            ["Stripe:WebhookSecret"] = WebhookSecret,
            ["Stripe:SecretKey"] = StripeKey,
        };
        foreach (var (name, value) in settings) all[name] = value;
        return new TestApp(own, place, all, hand, await LaunchAsync(all, hand));
    }

    /// <summary>Stops the server in good order and starts it again on the same data, as an operator would.</summary>
    public async Task RestartAsync()
    {
        await server.DisposeAsync();
        server = await LaunchAsync(settings, Hand);
        Client.Dispose();
        Client = NewClient();
        Provider.Dispose();
        Provider = new Provider(Sandbox, StripeKey);
    }

    /// <summary>One more node of this server: the same database and provider, sockets of its own.</summary>
    public async Task<OtherNode> StartAnotherAsync(params (string Name, string Value)[] more)
    {
        var place = Directory.CreateTempSubdirectory("automat-test-");
        var all = new Dictionary<string, string?>(settings, StringComparer.Ordinal)
        {
            ["Automat:DataDirectory"] = place.FullName,
            ["Stripe:ApiBase"] = Sandbox.ToString().TrimEnd('/'),
        };
        foreach (var (name, value) in more) all[name] = value;
        var hand = new HandDriver();
        return new OtherNode(await LaunchAsync(all, hand), hand, place);
    }

    /// <summary>A look into the database, across all organisations.</summary>
    public async Task<T> QueryAsync<T>(Func<AutomatDb, Task<T>> query)
    {
        await using var scope = Services.GetRequiredService<IServiceScopeFactory>().CreateScopeAcross("a test looks");
        return await query(scope.ServiceProvider.GetRequiredService<AutomatDb>());
    }

    /// <summary>The sale of a provider's session; null before its payment was taken.</summary>
    public Task<Vend?> VendOfAsync(string session) =>
        QueryAsync(db => db.Set<Vend>().AsNoTracking().SingleOrDefaultAsync(v => v.Session == session));

    /// <summary>Waits until something holds; fails loudly when it does not within so long.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T>> look, Func<T, bool> holds, TimeSpan? within = null)
    {
        using var over = new CancellationTokenSource(within ?? TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                var seen = await look();
                if (holds(seen)) return seen;
                if (over.IsCancellationRequested) throw new TimeoutException($"It did not come to hold; last seen: {seen}");
            }
            catch (Exception lost) when (IsOutage(lost) && !over.IsCancellationRequested)
            {
                // A test has just taken the database away and given it back.
            }

            await Task.Delay(50, CancellationToken.None);
        }
    }

    /// <summary>From here on the API key may do this, too.</summary>
    public Task<int> AllowAsync(string scope) => SetUpAsync($"update api_tokens set scopes = array_append(scopes, '{scope}')");

    /// <summary>Calls as staff do, with the API key; returns the answer's text.</summary>
    public async Task<string> StaffAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-API-Key", ApiKey);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var answer = await Client.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Calls as staff do; returns the status and the answer as JSON, which is null when there is none.</summary>
    public async Task<(System.Net.HttpStatusCode Status, JsonElement Body, string? Etag)> CallAsync(
        HttpMethod method, string path, object? body = null, string? key = ApiKey, string? match = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null) request.Headers.Add("X-API-Key", key);
        if (match is not null) request.Headers.TryAddWithoutValidation("If-Match", match);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var answer = await Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length > 0 ? JsonElement.Parse(text) : default, answer.Headers.ETag?.ToString());
    }

    /// <summary>Registers a machine the test plays by hand, with one slot of a product.</summary>
    public async Task GivenMachineAsync(string id, string driver = HandDriver.DriverName)
    {
        var (status, body, _) = await CallAsync(HttpMethod.Post, "/api/v1/machines", new
        {
            id,
            name = $"Machine {id}",
            location = "Here",
            driver,
            time_zone = "Europe/Madrid",
            currency = "EUR",
        });
        if (status is not System.Net.HttpStatusCode.Created) throw new InvalidOperationException(body.ToString());
        (status, body, _) = await CallAsync(HttpMethod.Put, $"/api/v1/machines/{id}/slots", new
        {
            slots = new[] { new { code = "A1", product = 1, price = 150, capacity = 10, par_level = 8, stock = 5 } },
        });
        if (status is not System.Net.HttpStatusCode.OK) throw new InvalidOperationException(body.ToString());
    }

    /// <summary>Runs a statement as a superuser: what an operator has set up before the test begins.</summary>
    public async Task<int> SetUpAsync(string sql)
    {
        await using var connection = await database.SuperuserConnectionAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Gives a machine a secret of its own, in place of all it had.</summary>
    public async Task GiveSecretAsync(string machine, string secret)
    {
        await using var scope = Services.GetRequiredService<IServiceScopeFactory>().CreateScopeAcross("a test sets a secret").WorkOf("test");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var id = MachineId.Parse(machine);
        var keys = scope.ServiceProvider.GetRequiredService<MachineKeys>();
        await keys.KeepAsync(db, await db.Set<Machine>().AsNoTracking().SingleAsync(m => m.Id == id), secret, default);
        await db.SaveChangesAsync();
        scope.ServiceProvider.GetRequiredService<MachineChanges>().Tell(id);
    }

    /// <summary>Lays settings over a machine's own; before it first connects, because they are remembered for a while.</summary>
    public Task SetMachineAsync(string machine, string settings) =>
        SetUpAsync($"update machines set settings = settings || '{settings}'::jsonb where id = '{machine}'");

    /// <summary>Waits until a payment's sale has come to be so.</summary>
    public async Task<Vend> VendAsync(string session, VendStatus status) =>
        (await EventuallyAsync(() => VendOfAsync(session), vend => vend?.Status == status))!;

    /// <summary>Waits until a payment has gone back in full or in part.</summary>
    public Task<Payback> PaidBackAsync(Vend vend) => EventuallyAsync(
        () => QueryAsync(db => db.Set<Payback>().AsNoTracking().Where(p => p.VendId == vend.Id).FirstOrDefaultAsync()),
        payback => payback?.Status is PaybackStatus.Paid)!;

    /// <summary>Waits until the inbox has dealt with an event.</summary>
    public async Task<InboxStatus> DealtWithAsync(string id) => (await EventuallyAsync(
        () => QueryAsync(db => db.Set<InboxEvent>().AsNoTracking().SingleOrDefaultAsync(e => e.Id == id)),
        stored => stored is not null && stored.Status is not InboxStatus.Waiting))!.Status;

    /// <summary>All is settled; the books are in order and say what the provider holds.</summary>
    public async Task SettledAsync()
    {
        await EventuallyAsync(
            () => Reckoning.BalancesAsync(database),
            b => b.All(one => one.Key.Account is not ("held" or "refunds") || one.Value == 0));
        await Reckoning.AgreeAsync(database, Provider, settled: true);
    }

    /// <summary>The balances of all accounts, minor units by name.</summary>
    public async Task<IReadOnlyDictionary<string, long>> BalancesAsync() => await QueryAsync(db =>
        db.Set<Balance>().AsNoTracking().ToDictionaryAsync(b => b.Account, b => b.Amount));

    /// <summary>Every invariant of the books, and the chain: throws with the verifier's own sentence when one is broken.</summary>
    public async Task VerifyBooksAsync()
    {
        var verifier = new LedgerVerifier(database.Address, TimeProvider.System);
        await foreach (var verdict in verifier.VerifyAsync(new LedgerScope()))
        {
            if (!verdict.IsUnbroken) throw new InvalidOperationException(LedgerCli.Say(verdict));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Provider.Dispose();
        await server.DisposeAsync();
        await database.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static bool IsOutage(Exception error) => error is NpgsqlException || error.InnerException is NpgsqlException;

    private static async Task<AutomatServer> LaunchAsync(Dictionary<string, string?> settings, HandDriver hand)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = [],
            ApplicationName = "automat",
            ContentRootPath = AppContext.BaseDirectory,
            WebRootPath = Path.Combine(AppContext.BaseDirectory, "wwwroot"),
        });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(settings);
        return await AutomatServer.StartAsync(
            builder, CancellationToken.None, services => services.AddSingleton<IMachineDriver>(hand));
    }

    private HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = true })
    {
        BaseAddress = server.Http,
    };
}

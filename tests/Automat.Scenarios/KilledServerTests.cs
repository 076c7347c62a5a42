using Automat.Domain.Vends;
using Automat.Mqtt.Client;
using Automat.StripeSandbox;
using Automat.Testing;
using Npgsql;

namespace Automat.Scenarios;

/// <summary>
/// The real server, killed without warning at each step a sale passes, and started again: every payment is delivered once or
/// given back once, and the books say what the provider holds.
/// </summary>
public sealed class KilledServerTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("automat-killed-");
    private readonly CabinetMemory memory = new();
    private TestDatabase database = null!;
    private StripeSandboxHost sandbox = null!;
    private Provider provider = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        sandbox = await StripeSandboxHost.StartAsync(new SandboxOptions
        {
            SecretKey = TestApp.StripeKey,
            WebhookSecret = ServerProcess.WebhookSecret,
            RetryPauses = [TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1)],
        });
        provider = new Provider(sandbox.BaseAddress, TestApp.StripeKey);
    }

    public async ValueTask DisposeAsync()
    {
        provider.Dispose();
        await sandbox.DisposeAsync();
        await database.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    [Trait("Accepts", "M16")]
    [Trait("Accepts", "A6")]
    [Trait("Accepts", "A11")]
    [Trait("Accepts", "V14")]
    public async Task Killed_at_every_step_of_a_sale_each_payment_is_served_once_or_paid_back_once()
    {
        string[] steps =
        [
            "webhook.stored:1", "inbox.handled:1", "journal.loaded:1", "journal.deciding:2", "journal.committed:1",
            "journal.committed:4", "delivery.begun:1", "delivery.sent:1",
        ];
        var (log, pages) = await FoundAsync(pages: steps.Length);

        foreach (var (step, page) in steps.Zip(pages)) log += await SellUntilDeadAsync(step, page);
        log += await SellUntilDeadAsync("payback.sent:1", await provider.NewSessionAsync(50));
        log += await OrderUntilDeadAsync("purchase.opened:1");

        await using var server = await ServerProcess.StartAsync(database, sandbox.BaseAddress, folder);
        sandbox.SetWebhook(new Uri(server.Http, "/webhooks/stripe").ToString());
        await using var cabinet = await Cabinet.ConnectAsync(server.MqttPort, CabinetHabit.Acknowledges, memory: memory);
        var vends = await TestApp.EventuallyAsync(
            VendsAsync,
            all => all.Count == pages.Count + 1 && all.All(v => v.Status is VendStatus.Committed or VendStatus.Cancelled),
            TimeSpan.FromMinutes(1));
        await TestApp.EventuallyAsync(
            () => Reckoning.BalancesAsync(database),
            b => b.All(one => one.Key.Account is not ("held" or "refunds") || one.Value == 0));

        await Reckoning.AgreeAsync(database, provider, settled: true);
        Assert.Equal(pages.Order(), vends.Where(v => v.Status is VendStatus.Committed).Select(v => v.Session).Order());
        Assert.Equal(2 * pages.Count, memory.Credits);
        AssertNothingPrivate(log + server.Output);
    }

    [Fact]
    [Trait("Accepts", "M16")]
    [Trait("Accepts", "M8")]
    public async Task Killed_right_after_the_pulse_a_cabinet_that_cannot_tell_repeats_gets_no_second_one()
    {
        await FoundAsync("""{"decide_within":1}""");
        await SellUntilDeadAsync("delivery.sent:1", await provider.NewSessionAsync(200), CabinetHabit.Received);

        await using var again = await ServerProcess.StartAsync(database, sandbox.BaseAddress, folder);
        sandbox.SetWebhook(new Uri(again.Http, "/webhooks/stripe").ToString());
        await using var cabinet = await Cabinet.ConnectAsync(again.MqttPort, memory: memory);
        await TestApp.EventuallyAsync(VendsAsync, all => all is [{ Status: VendStatus.Cancelled }]);
        await TestApp.EventuallyAsync(
            () => Reckoning.BalancesAsync(database), b => b.GetValueOrDefault(("refunds", "EUR")) == 0);

        Assert.Single(memory.Pulses);
        await Reckoning.AgreeAsync(database, provider, settled: true);
    }

    /// <summary>A first start that makes the demo's data and opens pay pages; nobody has paid yet.</summary>
    private async Task<(string Log, IReadOnlyList<string> Pages)> FoundAsync(
        string settings = """{"acknowledges":true,"answer_within":60}""", int pages = 0)
    {
        await using var first = await ServerProcess.StartAsync(database, sandbox.BaseAddress, folder);
        sandbox.SetWebhook(new Uri(first.Http, "/webhooks/stripe").ToString());
        await using var connection = await database.SuperuserConnectionAsync();
        await using var command = new NpgsqlCommand(
            $"update machines set settings = '{settings}' where id = 'cab001'", connection);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
        await using var cabinet = await Cabinet.ConnectAsync(first.MqttPort, memory: memory);
        using var http = Browser(first);
        var opened = new List<string>();
        while (opened.Count < pages) opened.Add(await new Buyer(http).OpenAsync(quantity: 2));
        return (first.Output, opened);
    }

    /// <summary>One customer pays; returns when the server has died of it.</summary>
    private async Task<string> SellUntilDeadAsync(
        string step, string page, CabinetHabit habit = CabinetHabit.Acknowledges)
    {
        await using var server = await ServerProcess.StartAsync(database, sandbox.BaseAddress, folder, step);
        await using var cabinet = server.HasExited ? null : await CabinetAsync(server, habit);
        if (!server.HasExited) sandbox.SetWebhook(new Uri(server.Http, "/webhooks/stripe").ToString());
        await provider.PayAsync(page);
        await DiedAsync(server, step);
        return server.Output;
    }

    /// <summary>A customer orders and the server dies before leading them to the pay page.</summary>
    private async Task<string> OrderUntilDeadAsync(string step)
    {
        await using var server = await ServerProcess.StartAsync(database, sandbox.BaseAddress, folder, step);
        await using var cabinet = await CabinetAsync(server, CabinetHabit.Acknowledges);
        using var http = Browser(server);
        await Assert.ThrowsAsync<HttpRequestException>(() => new Buyer(http).OpenAsync());
        await DiedAsync(server, step);
        return server.Output;
    }

    private static async Task DiedAsync(ServerProcess server, string step)
    {
        try
        {
            await server.DiedAsync(TimeSpan.FromSeconds(60));
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{step} was not passed:\n{server.Output}");
        }
    }

    private async Task<Cabinet?> CabinetAsync(ServerProcess server, CabinetHabit habit)
    {
        try
        {
            return await Cabinet.ConnectAsync(server.MqttPort, habit, memory: memory);
        }
        catch (MqttDisconnectedException)
        {
            return null; // the server died of what it found at its start
        }
    }

    private static HttpClient Browser(ServerProcess server) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server.Http };

    private async Task<IReadOnlyList<(string Session, VendStatus Status)>> VendsAsync()
    {
        await using var connection = await database.SuperuserConnectionAsync();
        await using var command = new NpgsqlCommand("select session, status from vends", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var vends = new List<(string, VendStatus)>();
        while (await reader.ReadAsync()) vends.Add((reader.GetString(0), Enum.Parse<VendStatus>(reader.GetString(1))));
        return vends;
    }

    /// <summary>What customers gave us, and secrets the console has no reason to show, are in no log.</summary>
    private static void AssertNothingPrivate(string log)
    {
        Assert.Contains("Automat is running", log, StringComparison.Ordinal);
        Assert.DoesNotContain(Provider.CustomerEmail, log, StringComparison.Ordinal);
        Assert.DoesNotContain(TestApp.StripeKey, log, StringComparison.Ordinal);
        Assert.DoesNotContain("\"object\"", log, StringComparison.Ordinal);
        Assert.DoesNotContain("customer_details", log, StringComparison.Ordinal);
    }
}

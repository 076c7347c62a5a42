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
    private readonly List<string> paid = [];
    private TestDatabase database = null!;
    private StripeSandboxHost sandbox = null!;
    private Provider provider = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        sandbox = await StripeSandboxHost.StartAsync(new SandboxOptions
        {
            SecretKey = TestApp.StripeKey, WebhookSecret = TestApp.WebhookSecret,
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
            "purchase.opened:1", "webhook.stored:1", "inbox.handled:1", "journal.loaded:4", "journal.deciding:5",
            "journal.committed:3", "journal.committed:6", "delivery.begun:1", "delivery.sent:1",
        ];
        var log = await FoundAsync();

        foreach (var step in steps) log += await SellUntilDeadAsync(step, refused: false);
        log += await SellUntilDeadAsync("payback.sent:1", refused: true);

        await using var server = await ServerProcess.StartAsync(database, sandbox.BaseAddress, folder);
        sandbox.SetWebhook(new Uri(server.Http, "/webhooks/stripe").ToString());
        await using var cabinet = await Cabinet.ConnectAsync(server.MqttPort, CabinetHabit.Acknowledges, memory: memory);
        var vends = await TestApp.EventuallyAsync(
            VendsAsync, all => all.Count == paid.Count && all.All(v => v.Status is VendStatus.Committed or VendStatus.Cancelled),
            TimeSpan.FromMinutes(1));
        await TestApp.EventuallyAsync(
            () => Reckoning.BalancesAsync(database),
            b => b.All(one => one.Key.Account is not ("held" or "refunds") || one.Value == 0));

        await Reckoning.AgreeAsync(database, provider, settled: true);
        Assert.Equal(vends.Where(v => v.Status is VendStatus.Committed).Sum(v => v.Credits), memory.Credits);
        Assert.Equal(steps.Length - 1, vends.Count(v => v.Status is VendStatus.Committed));
        Assert.Equal(1, vends.Count(v => v.Status is VendStatus.Cancelled));
        AssertNothingPrivate(log + server.Output);
    }

    [Fact]
    [Trait("Accepts", "M16")]
    [Trait("Accepts", "M8")]
    public async Task Killed_right_after_the_pulse_a_cabinet_that_cannot_tell_repeats_gets_no_second_one()
    {
        await FoundAsync("""{"decide_within":1}""");
        await using (var server = await ServerProcess.StartAsync(database, sandbox.BaseAddress, folder, "delivery.sent:1"))
        {
            await SellAsync(server, CabinetHabit.Received, refused: false);
        }

        await using var again = await ServerProcess.StartAsync(database, sandbox.BaseAddress, folder);
        sandbox.SetWebhook(new Uri(again.Http, "/webhooks/stripe").ToString());
        await using var cabinet = await Cabinet.ConnectAsync(again.MqttPort, memory: memory);
        await TestApp.EventuallyAsync(VendsAsync, all => all is [{ Status: VendStatus.Cancelled }]);
        await TestApp.EventuallyAsync(
            () => Reckoning.BalancesAsync(database), b => b.GetValueOrDefault(("refunds", "EUR")) == 0);

        Assert.Single(memory.Pulses);
        await Reckoning.AgreeAsync(database, provider, settled: true);
    }

    /// <summary>A first start that only makes the demo's data; the cabinet's settings are laid over it.</summary>
    private async Task<string> FoundAsync(string settings = """{"acknowledges":true,"answer_within":60}""")
    {
        await using var first = await ServerProcess.StartAsync(database, sandbox.BaseAddress, folder);
        await using var connection = await database.SuperuserConnectionAsync();
        await using var command = new NpgsqlCommand(
            $"update machines set settings = '{settings}' where id = 'cab001'", connection);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
        return first.Output;
    }

    private async Task<string> SellUntilDeadAsync(string step, bool refused)
    {
        await using var server = await ServerProcess.StartAsync(database, sandbox.BaseAddress, folder, step);
        await SellAsync(server, CabinetHabit.Acknowledges, refused);
        return server.Output;
    }

    /// <summary>One customer buys; returns when the server has died of it.</summary>
    private async Task SellAsync(ServerProcess server, CabinetHabit habit, bool refused)
    {
        if (!server.HasExited)
        {
            sandbox.SetWebhook(new Uri(server.Http, "/webhooks/stripe").ToString());
            await using var cabinet = await CabinetAsync(server, habit);
            if (await OpenAsync(server, refused) is { } session)
            {
                await provider.PayAsync(session);
                paid.Add(session);
            }

            await server.DiedAsync(TimeSpan.FromSeconds(30));
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

    /// <summary>The pay page; null when the server died before the customer was led there.</summary>
    private async Task<string?> OpenAsync(ServerProcess server, bool refused)
    {
        if (refused) return await provider.NewSessionAsync(50);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server.Http };
        try
        {
            return await new Buyer(http).OpenAsync(quantity: 2);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<(string Session, VendStatus Status, int Credits)>> VendsAsync()
    {
        await using var connection = await database.SuperuserConnectionAsync();
        await using var command = new NpgsqlCommand(
            "select session, status, coalesce((select sum((l->>'Quantity')::int) from jsonb_array_elements(lines) l), 0)::int "
            + "from vends", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var vends = new List<(string, VendStatus, int)>();
        while (await reader.ReadAsync())
        {
            vends.Add((reader.GetString(0), Enum.Parse<VendStatus>(reader.GetString(1)), reader.GetInt32(2)));
        }

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

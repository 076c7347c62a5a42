using System.Text.Json;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>A sale and a command that ends a machine's service never overlap, whichever node each of them comes to.</summary>
public sealed class MachineTurnTests : IAsyncLifetime
{
    private const int Rounds = 20;

    private TestApp app = null!;
    private OtherNode other = null!;
    private TestDevice here = null!;
    private TestDevice there = null!;

    public async ValueTask InitializeAsync()
    {
        app = await TestApp.StartAsync();
        other = await app.StartAnotherAsync();
        here = new TestDevice(app);
        there = other.Device();
    }

    public async ValueTask DisposeAsync()
    {
        await other.DisposeAsync();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Of_a_sale_and_a_restart_that_come_at_once_only_one_begins()
    {
        var chip = await app.GivenChipAsync(10_000);
        for (var round = 0; round < Rounds; round++)
        {
            await TellAsync(new { kind = "reboot" });

            var selling = here.ReserveAsync($"round-{round}", chip.Uid, more: ",\"amount\":100");
            var fetching = there.PollAsync();
            var (sale, told) = (await selling, await fetching);

            Assert.True(
                (sale.Status, Commands(told).Count) is (201, 0) or (409, 1),
                $"The sale was answered {sale.Status} {sale.Code}, the restart was handed out {Commands(told).Count} times.");
            if (sale.Status == 201)
            {
                Assert.Empty(Commands(await there.PollAsync()));
                await there.CancelAsync(sale.Text("reservation_id"));
                told = await there.PollAsync();
            }
            else
            {
                Assert.Equal("machine_busy", sale.Code);
            }

            await here.AcknowledgeAsync(Assert.Single(Commands(told)).GetProperty("id").GetString()!);
        }

        Assert.Equal(201, (await there.ReserveAsync("after", chip.Uid, more: ",\"amount\":100")).Status);
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task A_forced_restart_goes_beside_the_sale_and_the_next_sale_waits_for_its_answer()
    {
        var chip = await app.GivenChipAsync(1_000);
        var first = await here.ReserveAsync("first", chip.Uid, more: ",\"amount\":100");
        await TellAsync(new { kind = "reboot", force = true });

        var forced = Assert.Single(Commands(await there.PollAsync(30)));
        await here.CommitAsync(first.Text("reservation_id"));
        var during = await here.ReserveAsync("second", chip.Uid, more: ",\"amount\":100");
        await there.AcknowledgeAsync(forced.GetProperty("id").GetString()!);
        var after = await here.ReserveAsync("second", chip.Uid, more: ",\"amount\":100");

        Assert.Equal((409, "machine_busy"), (during.Status, during.Code));
        Assert.Equal(201, after.Status);
    }

    [Fact]
    public async Task A_paid_sale_is_not_handed_out_before_the_restart_is_answered()
    {
        await here.PostAsync("/device/v1/heartbeat", """{"faults":[]}""");
        var session = await app.Buyer.OpenAsync("snack-1");
        await TellAsync(new { kind = "reboot" });
        var restart = Assert.Single(Commands(await there.PollAsync(30)));
        await app.Provider.PayAsync(session);
        await TestApp.EventuallyAsync(() => app.VendOfAsync(session), vend => vend is not null);

        var during = Commands(await here.PollAsync());
        var waiting = there.PollAsync(60);
        await here.AcknowledgeAsync(restart.GetProperty("id").GetString()!);
        var sale = await TestApp.EventuallyAsync(
            async () => Commands(waiting.IsCompleted ? await waiting : await here.PollAsync()), list => list.Any(IsSale));

        Assert.DoesNotContain(during, IsSale);
        await here.AcknowledgeAsync(sale.Single(IsSale).GetProperty("id").GetString()!);
        await app.SettledAsync();
    }

    private static bool IsSale(JsonElement command) => command.GetProperty("kind").GetString() == "vend";

    private static List<JsonElement> Commands(DeviceAnswer answer) => [.. answer.Json.GetProperty("commands").EnumerateArray()];

    private async Task TellAsync(object command) =>
        await app.CallAsync(HttpMethod.Post, "/api/v1/machines/snack-1/commands", command);
}

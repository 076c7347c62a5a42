using System.Text.Json;
using Automat.Server.Chips;
using Automat.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>Credit from several sources, some of which goes by itself.</summary>
[Trait("Accepts", "S2-01")]
[Trait("Accepts", "S2-27")]
public sealed class ChipCreditTests(SharedApp shared) : IClassFixture<SharedApp>, IAsyncLifetime
{
    private readonly TestApp app = shared.App;
    private readonly TestDevice device = new(shared.App);

    /// <summary>Nothing is sold out, in whatever order the tests run.</summary>
    public async ValueTask InitializeAsync() =>
        await app.SetUpAsync("update slots set stock = 5000, capacity = 5000 where capacity is not null");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private CreditSweep Sweep => app.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<CreditSweep>().Single();

    [Fact]
    public async Task Each_source_has_an_account_of_its_own()
    {
        var chip = await app.GivenChipAsync(0);
        var before = await app.BalancesAsync();

        foreach (var source in new[] { "desk", "card", "free", "import" })
        {
            Assert.Equal(System.Net.HttpStatusCode.OK, (await TopUpAsync(chip, new { amount = 100, source })).Status);
        }

        var after = await app.BalancesAsync();
        Assert.All(new[] { "desk", "card", "promo", "import" }, a => Assert.Equal(before.GetValueOrDefault(a) - 100, after[a]));
        Assert.Equal(400, await app.CreditAsync(chip));
        Assert.Equal("source", Assert.Single((await TopUpAsync(chip, new { amount = 1, source = "thin air" })).Body.GetProperty("errors").EnumerateObject()).Name);
        Assert.Equal("expires_at", Assert.Single((await TopUpAsync(chip, new { amount = 1, expires_at = "2099-01-01T00:00:00Z" })).Body.GetProperty("errors").EnumerateObject()).Name);
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task Free_credit_is_spent_first_and_what_is_left_goes_when_its_time_is_over()
    {
        var chip = await app.GivenChipAsync(1_000);
        await TopUpAsync(chip, new { amount = 500, source = "free", expires_at = "2099-01-01T00:00:00Z" });
        await BuyAsync(chip, 200);
        var cancelled = await device.ReserveAsync(Session(), chip.Uid, more: ",\"amount\":150");
        await device.CancelAsync(cancelled.Text("reservation_id"));
        await BuyAsync(chip, 100);
        var promo = (await app.BalancesAsync())["promo"];

        await app.SetUpAsync($"update chip_credits set expires_at = now() where chip_id = '{chip.Id}'");
        await Task.WhenAll(Sweep.ExpireAsync(default), Sweep.ExpireAsync(default));

        Assert.Equal(1_000, await app.CreditAsync(chip)); // 1500 − 300 spent − 200 left of the free credit
        Assert.Equal(promo + 200, (await app.BalancesAsync())["promo"]);
        await BuyAsync(chip, 1_000);
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task Credit_that_goes_never_takes_what_somebody_paid_for()
    {
        var chip = await app.GivenChipAsync(100);
        await TopUpAsync(chip, new { amount = 300, source = "free", expires_at = "2099-01-01T00:00:00Z" });
        await BuyAsync(chip, 300);
        await app.SetUpAsync($"update chip_credits set expires_at = now() where chip_id = '{chip.Id}'");

        await Sweep.ExpireAsync(default);

        Assert.Equal(100, await app.CreditAsync(chip));
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task Expiring_credit_moves_with_a_replaced_chip_and_still_goes()
    {
        var chip = await app.GivenChipAsync(100);
        await TopUpAsync(chip, new { amount = 300, source = "free", expires_at = "2099-01-01T00:00:00Z" });
        await BuyAsync(chip, 50);
        var next = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(7));
        var replaced = await app.CallWithKeyAsync($"/api/v1/chips/{chip.Id}/replacement", new { uid = next }, Session());
        var successor = new TestChip(next, replaced.Body.GetProperty("id").GetGuid());
        await BuyAsync(successor, 50);

        await app.SetUpAsync($"update chip_credits set expires_at = now() where chip_id = '{successor.Id}'");
        await Sweep.ExpireAsync(default);

        Assert.Equal(100, await app.CreditAsync(successor));
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task An_allowance_is_given_once_a_period_however_often_and_by_whomever_it_is_looked_for()
    {
        await app.CallAsync(
            HttpMethod.Put, "/api/v1/chips/groups",
            new { name = "Subsidised", allowance = new { kind = "fill", amount = 2_000, period = "month", expires = true } });
        var added = await app.GivenChipAsync(300);
        var filled = await app.GivenChipAsync(300);
        var locked = await app.GivenChipAsync(300);
        await app.CallAsync(HttpMethod.Patch, $"/api/v1/chips/{added.Id}", new { allowance = new { kind = "add", amount = 700, period = "week" } });
        await app.CallAsync(HttpMethod.Patch, $"/api/v1/chips/{filled.Id}", new { group = "Subsidised" });
        await app.CallAsync(HttpMethod.Patch, $"/api/v1/chips/{locked.Id}", new { group = "Subsidised", state = "locked" });

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Sweep.GiveAsync(default)));
        await Sweep.GiveAsync(default);

        Assert.Equal((1_000, 2_000, 300), (await app.CreditAsync(added), await app.CreditAsync(filled), await app.CreditAsync(locked)));
        await BuyAsync(filled, 600);
        await app.SetUpAsync($"update chip_credits set expires_at = now() where chip_id = '{filled.Id}'");
        await Sweep.ExpireAsync(default);
        Assert.Equal(300, await app.CreditAsync(filled)); // what the allowance left is gone, the own credit is there
        await app.CallAsync(HttpMethod.Patch, $"/api/v1/chips/{locked.Id}", new { state = "active" });
        await Sweep.GiveAsync(default);
        Assert.Equal(2_000, await app.CreditAsync(locked));
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-24")]
    public async Task Credit_that_goes_and_a_sale_that_begins_race_and_nothing_is_counted_twice()
    {
        for (var round = 0; round < 8; round++)
        {
            var chip = await app.GivenChipAsync(200);
            await TopUpAsync(chip, new { amount = 300, source = "free", expires_at = "2099-01-01T00:00:00Z" });
            await app.SetUpAsync($"update chip_credits set expires_at = now() where chip_id = '{chip.Id}'");

            var buying = device.ReserveAsync(Session(), chip.Uid, more: ",\"amount\":400");
            var going = Sweep.ExpireAsync(default);
            await Task.WhenAll(buying, going);
            var held = await buying;
            if (held.Status == 201) await device.CommitAsync(held.Text("reservation_id"));

            // Begun before the credit went it took what was there; after it there was not enough.
            Assert.Equal(held.Status == 201 ? 0 : 200, await app.CreditAsync(chip));
            Assert.True(held.Status is 201 or 402, held.Json.ToString());
        }

        await app.VerifyBooksAsync();
    }

    private static string Session() => Guid.CreateVersion7().ToString("N");

    private Task<(System.Net.HttpStatusCode Status, JsonElement Body)> TopUpAsync(TestChip chip, object body) =>
        app.CallWithKeyAsync($"/api/v1/chips/{chip.Id}/top-ups", body, Session());

    private async Task BuyAsync(TestChip chip, long amount)
    {
        var held = await device.ReserveAsync(Session(), chip.Uid, more: $",\"amount\":{amount}");
        Assert.True(held.Status == 201, held.Json.ToString());
        await device.CommitAsync(held.Text("reservation_id"));
    }
}

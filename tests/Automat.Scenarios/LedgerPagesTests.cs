using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>The ledger as pages: entries, the trial balance, and the look through all of it.</summary>
public sealed class LedgerPagesTests(StaffedApp shared) : IClassFixture<StaffedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S2-29")]
    public async Task Entries_are_found_by_account_sale_and_time_and_the_balance_sums_to_zero()
    {
        var chip = await app.GivenChipAsync(1_000);
        var device = new TestDevice(app);
        var bought = await device.ReserveAsync("l1", chip.Uid, more: ",\"amount\":200");
        await device.CommitAsync(bought.Text("reservation_id"));
        var auditor = shared.Auditor;

        var byAccount = await auditor.GetAsync($"/panel/ledger?account={chip.Account}");
        var bySale = await auditor.GetAsync($"/panel/ledger?vend={bought.Text("reservation_id")}");
        var both = await auditor.GetAsync($"/panel/ledger?account={chip.Account}&vend={bought.Text("reservation_id")}");
        var before = await auditor.GetAsync("/panel/ledger?to=2020-01-01");
        var trial = await auditor.GetAsync("/panel/ledger/balance");
        var early = await auditor.GetAsync("/panel/ledger/balance?day=2020-01-01");

        Assert.Contains("chip.topped_up", byAccount.Text, StringComparison.Ordinal);
        Assert.Contains("vend.reserved", byAccount.Text, StringComparison.Ordinal);
        Assert.Contains("vend.committed", bySale.Text, StringComparison.Ordinal);
        Assert.Contains("Sale delivered", bySale.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("chip.topped_up", bySale.Text, StringComparison.Ordinal);
        Assert.Contains("vend.reserved", both.Text, StringComparison.Ordinal);
        Assert.Contains("Nothing was booked.", before.Text, StringComparison.Ordinal);
        Assert.Contains("All accounts sum to zero", trial.Text, StringComparison.Ordinal);
        Assert.Contains("Nothing was booked.", early.Text, StringComparison.Ordinal);
        Assert.Contains("could not be read", (await auditor.GetAsync("/panel/ledger?vend=me&from=soon")).Text, StringComparison.Ordinal);
        Assert.Equal(403, (await shared.Operator.GetAsync("/panel/ledger")).Status);
    }

    [Fact]
    [Trait("Accepts", "S2-08")]
    public async Task The_look_through_the_ledger_runs_beside_everything_and_ends_in_a_plain_verdict()
    {
        await using var own = await TestApp.StartAsync();
        await own.GivenChipAsync(500);
        using var auditor = new Visitor(own);
        await auditor.SignInAsync(Staff.Auditor, TestApp.Password);

        var never = await auditor.OpenAsync("/panel/ledger/verify");
        var begun = await auditor.SendAsync("/panel/ledger/verify", "/panel/ledger/verify");
        var good = await EndedAsync("The ledger is unbroken");
        await own.SetUpAsync("alter table ledger_entries disable trigger all; update ledger_entries set payload = replace(payload, '\"kind\"', '\"kinb\"') where sequence = 1");
        await auditor.SendAsync("/panel/ledger/verify", "/panel/ledger/verify");
        var bad = await EndedAsync("The ledger was changed");

        Assert.Contains("Not verified yet", never.Text, StringComparison.Ordinal);
        Assert.Equal("/panel/ledger/verify", begun.Location);
        Assert.Contains("entries in order", good, StringComparison.Ordinal);
        Assert.Contains("The first wrong row is 1.", bad, StringComparison.Ordinal);
        Assert.Contains("payload_changed", bad, StringComparison.Ordinal);

        Task<string> EndedAsync(string verdict) => TestApp.EventuallyAsync(
            async () => (await auditor.OpenAsync("/panel/ledger/verify")).Text, text => text.Contains(verdict, StringComparison.Ordinal));
    }
}

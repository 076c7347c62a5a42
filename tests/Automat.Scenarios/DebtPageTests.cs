using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>The page of what customers owe: who may see it, who may give a debt up, and what follows.</summary>
[Trait("Accepts", "M9")]
public sealed class DebtPageTests(FridgeApp fridge) : IClassFixture<FridgeApp>
{
    private const string Page = "/panel/debts";

    private TestApp App => fridge.App;

    [Fact]
    public async Task A_debt_is_listed_with_its_sale_and_given_up_once_by_somebody_who_may_and_says_why()
    {
        var vend = await fridge.OpenAsync(card: FridgeApp.AskingCard);
        await fridge.CloseAsync(vend, new BasketItem("B2", 2));
        var debt = await fridge.DebtAsync(vend, d => d.Round > 0);
        using var admin = await ComeAsync(Staff.Admin);
        using var auditor = await ComeAsync(Staff.Auditor);

        var listed = await admin.OpenAsync(Page);
        var read = await auditor.OpenAsync(Page);
        var forbidden = await auditor.SendAsync("/account", $"{Page}/write-off", ("id", $"{debt.Id}"), ("reason", "no"));
        var silent = await admin.SendAsync(Page, $"{Page}/write-off", ("id", $"{debt.Id}"), ("reason", " "));
        var unknown = await admin.SendAsync(Page, $"{Page}/write-off", ("id", $"{Guid.CreateVersion7()}"), ("reason", "gone"));
        var given = await admin.SendAsync(Page, $"{Page}/write-off", ("id", $"{debt.Id}"), ("reason", "The card is gone"));
        var again = await admin.OpenAsync(Page);
        var lost = await admin.OpenAsync($"{Page}?status=written_off");
        var file = await admin.OpenAsync($"{Page}?status=written_off&format=csv");

        Assert.Contains("€4.00", listed.Text, StringComparison.Ordinal);
        Assert.Contains($"/panel/sales/{vend.Id}", listed.Text, StringComparison.Ordinal);
        Assert.Contains("declined · authentication_required", listed.Text, StringComparison.Ordinal);
        Assert.Contains("€4.00", read.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("write-off", read.Text, StringComparison.Ordinal);
        Assert.NotEqual(303, forbidden.Status);
        Assert.Equal((422, 404, 303), (silent.Status, unknown.Status, given.Status));
        Assert.Contains("why the debt is given up", silent.Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"/panel/sales/{vend.Id}", again.Text, StringComparison.Ordinal);
        Assert.Contains($"/panel/sales/{vend.Id}", lost.Text, StringComparison.Ordinal);
        Assert.Contains("400,EUR,written_off,", file.Text.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        await fridge.DebtAsync(vend, d => d.Status is DebtStatus.WrittenOff);
        await fridge.AgreeAsync();
    }

    private async Task<Visitor> ComeAsync(string name)
    {
        var visitor = new Visitor(App);
        await visitor.SignInAsync(name, TestApp.Password);
        if (name == Staff.Admin) await visitor.SendAsync("/account/authenticator", "/account/authenticator/postpone");
        return visitor;
    }
}

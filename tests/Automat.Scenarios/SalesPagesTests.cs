using Automat.Domain.Vends;
using Automat.Server.Machines;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>What staff see of sales: the list and its filters, a sale's whole story, doubts and how they end.</summary>
public sealed class SalesPagesTests(StaffedApp shared) : IClassFixture<StaffedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S3-04")]
    public async Task Sales_are_found_by_anything_and_come_as_a_file()
    {
        await app.GivenMachineAsync("find-1");
        app.Hand.Wait();
        app.Hand.Answer(DeliveryOutcome.Delivered, "dropped");
        var session = await app.Buyer.OpenAsync("find-1");
        await app.Provider.PayAsync(session);
        var vend = await app.VendAsync(session, VendStatus.Committed);
        var staff = shared.Auditor;

        string[] finding =
        [
            "machine=find-1", "machine=Machine+find", $"machine=find-1&product={Uri.EscapeDataString(vend.Lines[0].Name[..3])}",
            $"product={vend.Lines[0].Product}&machine=find-1", "machine=find-1&tender=paid", "machine=find-1&status=committed", $"q={vend.Id}",
            $"q={session}", "machine=find-1&min=1&max=2", $"machine=find-1&from={Today()}&to={Today()}", $"q={vend.Lines[0].Name}&machine=find-1",
        ];
        string[] missing =
        [
            "machine=find-1&tender=cash", "machine=find-1&status=cancelled", "machine=find-1&min=2.50", "machine=find-1&to=2020-01-01",
            "machine=find-1&product=nothing+of+that+name", $"q={Guid.CreateVersion7()}", "machine=no+such+machine",
        ];
        foreach (var query in finding) Assert.Contains($"/panel/sales/{vend.Id}", (await staff.GetAsync($"/panel/sales?{query}")).Text, StringComparison.Ordinal);
        foreach (var query in missing) Assert.DoesNotContain($"/panel/sales/{vend.Id}", (await staff.GetAsync($"/panel/sales?{query}")).Text, StringComparison.Ordinal);
        var file = await staff.GetAsync("/panel/sales?machine=find-1&format=csv&columns=id&columns=delivered&columns=status");

        Assert.Equal(200, file.Status);
        Assert.Contains($"\"{vend.Id}\"", file.Text, StringComparison.Ordinal);
        Assert.Contains(",150,", file.Text, StringComparison.Ordinal);
        Assert.Equal(422, (await staff.GetAsync("/panel/sales?from=yesterday")).Status);
        Assert.Equal(422, (await staff.GetAsync("/panel/sales?min=much")).Status);
        Assert.Equal(422, (await staff.GetAsync("/panel/sales?status=3")).Status);
    }

    [Fact]
    [Trait("Accepts", "S2-06")]
    public async Task A_sales_page_tells_its_whole_story_to_those_who_may_hear_it()
    {
        await app.GivenMachineAsync("story-1");
        app.Hand.Wait();
        app.Hand.Answer(DeliveryOutcome.Delivered, "dropped_by_hand");
        var session = await app.Buyer.OpenAsync("story-1");
        await app.Provider.PayAsync(session);
        var vend = await app.VendAsync(session, VendStatus.Committed);
        await app.CallAsync(HttpMethod.Post, $"/api/v1/vends/{vend.Id}/refunds"); // refused: it has no key and no body
        using var staff = new Visitor(app);
        await staff.SignInAsync(Staff.Operator, TestApp.Password);

        var asked = await staff.SendAsync(
            $"/panel/sales/{vend.Id}", "/panel/refunds/ask", ("vend", vend.Id.ToString()), ("amount", "0.50"), ("reason", "damaged"),
            ("note", "dented"), ("from", "sale"), ("key", Guid.CreateVersion7().ToString()));
        var shown = await staff.OpenAsync(asked.Location!);
        var told = await shared.Auditor.GetAsync($"/panel/sales/{vend.Id}");

        Assert.Equal($"/panel/sales/{vend.Id}?done=refunded", asked.Location);
        Assert.Contains("The money was booked back.", shown.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Booked in the ledger", shown.Text, StringComparison.Ordinal); // an operator does not read the books
        foreach (var word in new[]
        {
            "Pay page opened", session, vend.Intent!, "dropped_by_hand", "checkout.session.completed", "vend.reserved", "vend.committed", "vend.refunded",
            "dented", "Refund booked", "Partly given back", "Booked in the ledger",
        })
        {
            Assert.Contains(word, told.Text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("/panel/refunds/ask", told.Text, StringComparison.Ordinal); // an auditor gives nothing back
        Assert.Equal(404, (await shared.Auditor.GetAsync($"/panel/sales/{Guid.CreateVersion7()}")).Status);
    }

    [Fact]
    [Trait("Accepts", "S2-06")]
    public async Task A_doubt_is_cleared_up_on_its_page_once_and_with_a_reason()
    {
        await app.GivenMachineAsync("doubt-1");
        app.Hand.Wait();
        app.Hand.Answer(DeliveryOutcome.Unknown, "no_answer");
        var session = await app.Buyer.OpenAsync("doubt-1");
        await app.Provider.PayAsync(session);
        var vend = await app.VendAsync(session, VendStatus.Unknown);
        using var staff = new Visitor(app);
        await staff.SignInAsync(Staff.Operator, TestApp.Password);
        const string Form = "/panel/doubts/resolution";
        (string, string)[] delivered = [("id", vend.Id.ToString()), ("outcome", "delivered")];

        var list = await staff.OpenAsync("/panel/doubts");
        var silent = await staff.SendAsync("/panel/doubts", Form, delivered);
        var said = await staff.SendAsync("/panel/doubts", Form, [.. delivered, ("reason", "The camera shows it")]);
        var twice = await staff.SendAsync("/panel/sales/" + vend.Id, Form, [.. delivered, ("reason", "Again")]);
        var told = await shared.Auditor.GetAsync($"/panel/sales/{vend.Id}");

        Assert.Contains(vend.Id.ToString(), list.Text, StringComparison.Ordinal);
        Assert.Equal(422, silent.Status);
        Assert.Equal("/panel/doubts?done=delivered", said.Location);
        Assert.Equal(409, twice.Status);
        Assert.Equal(VendStatus.Committed, (await app.VendAsync(session, VendStatus.Committed)).Status);
        Assert.Contains("vend.resolved_delivered", told.Text, StringComparison.Ordinal);
        Assert.Contains("The camera shows it", told.Text, StringComparison.Ordinal);
        Assert.Equal(403, (await shared.Auditor.PostAsync(Form)).Status);
    }

    private static string Today() => TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}

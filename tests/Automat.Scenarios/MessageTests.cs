using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Automat.Server.Messages;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>What customers report, from the page they stand on to the colleague who deals with it.</summary>
public sealed partial class MessageTests(SharedApp shared) : IClassFixture<SharedApp>
{
    // A PNG of one pixel; what is kept of it is a JPEG.
    private static readonly byte[] Photo = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M/wHwAEBgIApD5fRAAAAABJRU5ErkJggg==");

    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S0-17")]
    public async Task A_report_from_a_machine_s_page_reaches_staff_with_its_photo_and_they_deal_with_it()
    {
        using var customer = new Visitor(app);
        var machine = await customer.OpenAsync("/m/snack-1");
        Assert.Contains("href=\"/report?machine=snack-1\"", machine.Text, StringComparison.Ordinal);
        var form = await customer.OpenAsync("/report?machine=snack-1");
        Assert.Contains("Snack Wall", form.Text, StringComparison.Ordinal);

        var sent = await ReportAsync(form.Text, customer, Photo, ("machine", "snack-1"), ("topic", "Danger"), ("text", "Glass is broken"), ("email", "a@example.com"));
        Assert.Equal((303, "/report?sent=1"), (sent.Status, sent.Location));

        using var staff = await StaffAsync(Staff.Operator);
        var id = (await app.QueryAsync(db => db.Set<CustomerMessage>().AsNoTracking().SingleAsync(m => m.Text == "Glass is broken"))).Id;
        var page = $"/panel/messages/{id}";
        Assert.Contains(page, (await staff.OpenAsync("/panel/messages?topic=Danger&machine=snack-1&q=GLASS")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(page, (await staff.OpenAsync("/panel/messages?state=Done")).Text, StringComparison.Ordinal);
        Assert.Contains(page, (await staff.OpenAsync("/panel/search?q=glass+is")).Text, StringComparison.Ordinal);
        Assert.Contains("Customers report danger: 1", (await staff.OpenAsync("/panel")).Text, StringComparison.Ordinal);
        var photo = await staff.OpenAsync(page + "/photo");
        Assert.Equal((200, "image/jpeg"), (photo.Status, photo.Response.Content.Headers.ContentType!.MediaType));
        Assert.NotEqual(200, (await customer.OpenAsync(page + "/photo")).Status);

        Assert.Equal(422, (await staff.SendAsync(page, page, ("state", "Done"), ("note", new string('x', 1_001)))).Status);
        Assert.Equal(303, (await staff.SendAsync(page, page, ("state", "InHand"), ("note", "Ticket at the glazier"))).Status);
        Assert.Equal(303, (await staff.SendAsync(page, page, ("state", "Done"), ("note", "Ticket at the glazier"))).Status);
        var dealt = await staff.OpenAsync(page);
        Assert.Contains("Ticket at the glazier", dealt.Text, StringComparison.Ordinal);
        Assert.Equal(
            ["customer_message.done", "customer_message.taken"],
            await app.QueryAsync(db => db.Database.SqlQuery<string>(
                $"select action as \"Value\" from audit_events where subject = {id.ToString()} order by action").ToListAsync()));
        using var auditor = await StaffAsync(Staff.Auditor);
        Assert.DoesNotContain("name=\"note\"", (await auditor.OpenAsync(page)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_that_cannot_be_comes_back_with_what_was_typed_and_what_is_wrong()
    {
        using var customer = new Visitor(app);
        var form = await customer.OpenAsync("/report?machine=nowhere");

        var wrong = await ReportAsync(form.Text, customer, [1, 2, 3], ("text", "The lid"), ("topic", "Machine"));
        var empty = await ReportAsync(form.Text, customer, null, ("text", " "), ("email", "no address"));

        Assert.Equal((200, 422, 422), (form.Status, wrong.Status, empty.Status));
        Assert.Contains("The lid", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("This file is not taken", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("Please choose what it is about", empty.Text, StringComparison.Ordinal);
        Assert.Contains("Write a few words", empty.Text, StringComparison.Ordinal);
        Assert.Contains("This is no e-mail address", empty.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_from_the_page_of_a_sale_brings_the_sale_along()
    {
        await app.GivenMachineAsync("told-1", "pickup");
        using var shopper = new Shopper(app);
        var session = await shopper.OrderAsync("told-1");
        await app.Provider.PayAsync(session);
        await shopper.UntilAsync(session, Server.Orders.OrderState.Paid);
        var (_, page) = await shopper.OrderOfAsync(session);
        var way = ReportLink().Match((await shopper.Browser.OpenAsync(page)).Text).Groups["way"].Value;

        var form = await shopper.Browser.OpenAsync(way);
        await ReportAsync(form.Text, shopper.Browser, null, ("sale", way.Split('=')[1]), ("topic", "Payment"), ("text", "Paid twice?"));

        var told = await app.QueryAsync(db => db.Set<CustomerMessage>().AsNoTracking().SingleAsync(m => m.Text == "Paid twice?"));
        Assert.Equal("told-1", told.MachineId?.Value);
        Assert.Equal((await app.VendOfAsync(session))!.Id, told.VendId);
    }

    private async Task<Visitor> StaffAsync(string name)
    {
        var staff = new Visitor(app);
        await staff.SignInAsync(name, TestApp.Password);
        await staff.SendAsync("/account/authenticator", "/account/authenticator/postpone");
        return staff;
    }

    private async Task<Visitor.Answer> ReportAsync(string page, Visitor customer, byte[]? photo, params (string Name, string Value)[] fields)
    {
        using var content = new MultipartFormDataContent();
        foreach (var (name, value) in fields) content.Add(new StringContent(value), name);
        content.Add(new StringContent(FormToken().Match(page).Groups["token"].Value), "__RequestVerificationToken");
        if (photo is not null)
        {
            var file = new ByteArrayContent(photo);
            file.Headers.ContentType = new MediaTypeHeaderValue("image/png");
            content.Add(file, "photo", "IMG_0001.png");
        }

        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = customer.Cookies }) { BaseAddress = app.Http };
        using var answer = await client.PostAsync("/report", content);
        return new Visitor.Answer(
            (int)answer.StatusCode, System.Net.WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()),
            answer.Headers.Location?.ToString(), answer);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FormToken();

    [GeneratedRegex("href=\"(?<way>/report\\?sale=[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReportLink();
}

using System.Text.Json;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Automat.Server.Privacy;
using Automat.Server.Push;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>An app, and a push service it may call.</summary>
public sealed class PushApp : IAsyncLifetime
{
    internal FakePush Service { get; } = new();

    internal TestApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await TestApp.StartAsync(
        ("Automat:Push:AlsoAt", Service.Origin), ("Automat:Push:PatienceSeconds", "1"), ("Automat:Push:Contact", "mailto:ops@example.com"));

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Service.DisposeAsync();
    }
}

/// <summary>What customers' devices are told, once, in their language; and how services that misbehave are borne.</summary>
public sealed class PushTests(PushApp shared) : IClassFixture<PushApp>
{
    private readonly TestApp app = shared.App;
    private readonly FakePush service = shared.Service;

    [Fact]
    public async Task A_purchase_tells_its_device_once_that_it_was_delivered_and_later_what_went_back()
    {
        await app.GivenMachineAsync("push-1");
        app.Hand.Wait();
        var (session, device, browser) = await FollowedAsync("push-1");
        using var _ = browser;
        Assert.Equal(204, (await NameAsync(browser, session, device)).Status); // again, and still once

        await app.Provider.MisbehaveAsync(new { webhooks = new { duplicate = 3 } });
        await app.Provider.PayAsync(session);
        app.Hand.Answer(DeliveryOutcome.Delivered, "seen");
        var told = (await device.HearsAsync(1))[0];
        await app.Provider.MisbehaveAsync(new { });

        Assert.Equal(("Enjoy!", $"/receipts/{session}", "normal"), (told.Title, told.Url, told.Urgency));
        Assert.Contains("Machine push-1: delivered, €1.50", told.Body, StringComparison.Ordinal);
        Assert.Equal("en", told.Said.GetProperty("lang").GetString());
        Assert.InRange(told.Ttl, 1, 86_400);
        Assert.Equal("mailto:ops@example.com", service.Contact);
        Assert.Equal(200, (await browser.OpenAsync(told.Url)).Status);

        await RefundAsync(session, 50);
        var back = (await device.HearsAsync(2))[1];
        Assert.Equal("Money back", back.Title);
        Assert.Contains("€0.50", back.Body, StringComparison.Ordinal);
        Assert.NotEqual(told.Topic, back.Topic);
        Assert.Equal(2, device.Heard.Count);

        var kept = await app.QueryAsync(db => db.Set<PushDevice>().AsNoTracking().OrderByDescending(d => d.CreatedAt).FirstAsync());
        Assert.DoesNotContain(device.Endpoint, kept.SealedTarget, StringComparison.Ordinal);
        Assert.All(await PostsAsync(device), p => Assert.Equal("", p.Content));
        await app.SetUpAsync(
            $"""
             update push_follows set quiet_since = now() - interval '15 days' where device_id = '{kept.Id}';
             update push_devices set created_at = now() - interval '15 days' where id = '{kept.Id}'
             """);
        await app.Services.GetRequiredService<RetentionSweep>().SweepAsync(TestContext.Current.CancellationToken);
        Assert.False(await KnownAsync(device));
        Assert.Empty(service.Faults);
    }

    [Fact]
    public async Task What_came_to_nothing_tells_that_the_money_goes_back_or_was_never_charged()
    {
        await app.GivenMachineAsync("push-2");
        app.Hand.Wait();
        var (paid, first, one) = await FollowedAsync("push-2");
        var (slow, second, two) = await FollowedAsync("push-2");

        await app.Provider.PayAsync(paid);
        app.Hand.Answer(DeliveryOutcome.Refused, "vend_failed");
        await app.Provider.PayAsync(slow, "bank_debit");
        await TestApp.EventuallyAsync(() => FollowAsync(second), f => f?.SeenPurchase is PurchaseStatus.AwaitingPayment);
        await app.Provider.ControlAsync($"checkout/sessions/{slow}/fail");

        var back = (await first.HearsAsync(1))[0];
        var nothing = (await second.HearsAsync(1))[0];
        Assert.Equal(("Your money goes back", $"/vends/{paid}", "high"), (back.Title, back.Url, back.Urgency));
        Assert.Contains("€1.50 goes back to you", back.Body, StringComparison.Ordinal);
        Assert.Equal(("Nothing was charged", $"/vends/{slow}"), (nothing.Title, nothing.Url));
        Assert.Empty(service.Faults);
        one.Dispose();
        two.Dispose();
    }

    [Fact]
    public async Task An_account_has_its_orders_told_in_its_language_never_with_the_code_and_can_take_along_and_forget_its_devices()
    {
        await app.GivenMachineAsync("push-3", "pickup");
        using var member = await Member.JoinAsync(app, "phones@customers.example");
        var device = service.NewDevice();
        await member.Browser.OpenAsync("/me/devices?lang=de");
        Assert.Equal(204, (await member.Browser.SendAsync("/me/devices", "/me/devices", device.Fields)).Status);
        Assert.True(Following(await member.Browser.SendAsync("/me/devices", "/me/devices/look", device.Fields)));

        var session = await member.Shopper.OrderAsync("push-3");
        await TestApp.EventuallyAsync(() => FollowAsync(device), f => f is not null);
        await app.Provider.PayAsync(session);
        await device.HearsAsync(1);
        var (order, page) = await member.Shopper.OrderOfAsync(session);
        using var staff = new Visitor(app);
        await staff.SignInAsync(Staff.Operator, TestApp.Password);
        var desk = $"/panel/orders/{order.Id}";
        Assert.Equal(303, (await staff.SendAsync(desk, $"{desk}/ready")).Status);
        await device.HearsAsync(2);
        Assert.Equal(303, (await staff.SendAsync(desk, $"{desk}/hand-over")).Status);
        var told = await device.HearsAsync(3);

        Assert.Equal(["Ihr Abholcode ist da", "Kann abgeholt werden", "Viel Freude damit!"], told.Select(t => t.Title));
        Assert.Equal([page, page, page.Replace("/orders/", "/receipts/", StringComparison.Ordinal)], told.Select(t => t.Url));
        Assert.Equal(["high", "high", "normal"], told.Select(t => t.Urgency));
        Assert.All(told, t => Assert.Contains($"Bestellung {order.Number}", t.Body, StringComparison.Ordinal));
        var code = (await app.VendOfAsync(session))!.Code!;
        Assert.All(told, t => Assert.DoesNotContain(code, t.Said.GetRawText(), StringComparison.Ordinal));

        var mine = await member.Browser.OpenAsync("/me/devices?lang=en");
        Assert.Contains("Device since", mine.Text, StringComparison.Ordinal);
        var along = JsonDocument.Parse((await member.Browser.SendAsync("/me/account", "/me/account/export")).Text).RootElement;
        Assert.Equal("de", along.GetProperty("devices").EnumerateArray().Single().GetProperty("language").GetString());
        Assert.DoesNotContain(device.Endpoint, along.GetRawText(), StringComparison.Ordinal);
        using var other = await Member.JoinAsync(app, "curious-phones@customers.example");
        var id = await IdAsync(device);
        await other.Browser.SendAsync("/me/devices", $"/me/devices/{id}/forget");
        Assert.True(await KnownAsync(device));
        var theirs = service.NewDevice();
        Assert.Equal(204, (await other.Browser.SendAsync("/me/devices", "/me/devices", theirs.Fields)).Status);
        await other.Browser.SendAsync("/me/account", "/me/sign-out");
        Assert.False(await KnownAsync(theirs));
        await member.Browser.SendAsync("/me/account", "/me/account/erase", ("password", Member.Password));
        Assert.False(await KnownAsync(device));
    }

    [Fact]
    public async Task A_service_that_hangs_asks_for_patience_or_refuses_is_borne_and_holds_up_no_sale()
    {
        await app.GivenMachineAsync("push-4");
        app.Hand.Wait();
        var (session, hangs, browser) = await FollowedAsync("push-4");
        using var _ = browser;
        var (slow, refuses, gone) = (service.NewDevice(), service.NewDevice(), service.NewDevice());
        foreach (var device in new[] { slow, refuses, gone }) Assert.Equal(204, (await NameAsync(browser, session, device)).Status);
        hangs.Refuse(0);
        slow.Refuse(429, "2");
        refuses.Refuse(413);
        gone.Refuse(410);

        var began = TimeProvider.System.GetTimestamp();
        await app.Provider.PayAsync(session);
        app.Hand.Answer(DeliveryOutcome.Delivered, "seen");
        await app.VendAsync(session, Automat.Domain.Vends.VendStatus.Committed);
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20));

        await TestApp.EventuallyAsync(() => KnownAsync(gone), known => !known);
        var failed = await TestApp.EventuallyAsync(() => PostAsync(refuses), p => p?.Status is PushStatus.Failed);
        Assert.Equal(("HTTP 413", "", 1), (failed!.LastError, failed.Content, refuses.Knocks));
        await slow.HearsAsync(1);
        await hangs.HearsAsync(1);
        var taken = await TestApp.EventuallyAsync(() => PostAsync(slow), p => p?.Status is PushStatus.Sent);
        Assert.True(taken!.SentAt - taken.CreatedAt >= TimeSpan.FromSeconds(2), "It was not waited for as long as was asked.");
        Assert.Equal((2, 2), (slow.Knocks, hangs.Knocks));
        Assert.Equal(1, gone.Knocks);
    }

    [Fact]
    public async Task A_device_is_named_only_with_a_key_to_the_sale_an_address_of_a_push_service_and_true_keys_and_taken_back()
    {
        await app.GivenMachineAsync("push-5");
        var (session, device, browser) = await FollowedAsync("push-5");
        using var _ = browser;
        var page = $"/vends/{session}";

        foreach (var (field, value) in new[]
        {
            ("endpoint", "https://169.254.169.254/x"), ("endpoint", "http://fcm.googleapis.com/x"), ("endpoint", $"{service.Origin}/"), ("endpoint", ""),
            ("endpoint", $"{service.Origin}/{new string('x', 1_000)}"), ("p256dh", "AAAA"), ("auth", "no"),
        })
        {
            var wrong = service.NewDevice().Fields.Select(f => f.Name == field ? (field, value) : f).ToArray();
            Assert.Equal((field, value, 422), (field, value, (await browser.SendAsync(page, $"/push/sales/{session}", wrong)).Status));
        }

        Assert.Equal(404, (await browser.SendAsync(page, "/push/sales/nothing", device.Fields)).Status);
        Assert.Equal(400, (await browser.PostAsync($"/push/sales/{session}", device.Fields)).Status); // as another site would
        for (var i = 0; i < 4; i++) Assert.Equal(204, (await NameAsync(browser, session, service.NewDevice())).Status);
        Assert.Equal(409, (await NameAsync(browser, session, service.NewDevice())).Status); // as many as can be

        Assert.True(Following(await browser.SendAsync(page, $"/push/sales/{session}/look", device.Fields)));
        Assert.Equal(204, (await browser.SendAsync(page, $"/push/sales/{session}/off", device.Fields)).Status);
        Assert.False(Following(await browser.SendAsync(page, $"/push/sales/{session}/look", device.Fields)));
        Assert.False(await KnownAsync(device));
    }

    [Fact]
    public async Task Administrators_see_how_pushes_fare_and_a_new_key_makes_devices_be_named_anew()
    {
        await app.GivenMachineAsync("push-6");
        var (session, device, browser) = await FollowedAsync("push-6");
        using var _ = browser;
        var before = KeyOf(await browser.SendAsync($"/vends/{session}", $"/push/sales/{session}/look", device.Fields));
        using var admin = await Visits.AdminAsync(app);
        var page = await admin.OpenAsync("/panel/push");

        Assert.Contains(before[..12], page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(device.Endpoint, page.Text, StringComparison.Ordinal);
        Assert.Equal("/panel/push?done=renewed", (await admin.SendAsync("/panel/push", "/panel/push/renew")).Location);

        var look = await browser.SendAsync($"/vends/{session}", $"/push/sales/{session}/look", device.Fields);
        Assert.False(Following(look));
        Assert.NotEqual(before, KeyOf(look));
        Assert.Equal(204, (await NameAsync(browser, session, device)).Status);
        await app.AllowAsync("audit.read");
        Assert.Contains("push_key.renewed", await app.StaffAsync(HttpMethod.Get, "/api/v1/audit?limit=20"), StringComparison.Ordinal);
    }

    private static bool Following(Visitor.Answer look) => JsonElement.Parse(look.Text).GetProperty("following").GetBoolean();

    private static string KeyOf(Visitor.Answer look) => JsonElement.Parse(look.Text).GetProperty("key").GetString()!;

    /// <summary>A purchase on its way to payment, and a device that is to be told of it.</summary>
    private async Task<(string Session, FakeDevice Device, Visitor Browser)> FollowedAsync(string machine)
    {
        var session = await app.Buyer.OpenAsync(machine);
        var (device, browser) = (service.NewDevice(), new Visitor(app));
        Assert.Equal(204, (await NameAsync(browser, session, device)).Status);
        return (session, device, browser);
    }

    private static Task<Visitor.Answer> NameAsync(Visitor browser, string session, FakeDevice device) =>
        browser.SendAsync($"/vends/{session}", $"/push/sales/{session}", device.Fields);

    private async Task RefundAsync(string session, long amount)
    {
        foreach (var scope in new[] { "refund.write", "sales.read" }) await app.AllowAsync(scope);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/vends/{(await app.VendOfAsync(session))!.Id}/refunds")
        {
            Content = System.Net.Http.Json.JsonContent.Create(new { amount, reason = "goodwill" }),
        };
        request.Headers.Add("X-API-Key", TestApp.ApiKey);
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        using var answer = await app.Client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static byte[] HashOf(FakeDevice device) =>
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(device.Endpoint));

    private async Task<Automat.Domain.Id<PushDevice>> IdAsync(FakeDevice device)
    {
        var hash = HashOf(device);
        return await app.QueryAsync(db => db.Set<PushDevice>().Where(d => d.AddressHash == hash).Select(d => d.Id).SingleAsync());
    }

    private Task<bool> KnownAsync(FakeDevice device)
    {
        var hash = HashOf(device);
        return app.QueryAsync(db => db.Set<PushDevice>().AnyAsync(d => d.AddressHash == hash));
    }

    private Task<PushFollow?> FollowAsync(FakeDevice device)
    {
        var hash = HashOf(device);
        return app.QueryAsync(db => db.Set<PushFollow>().AsNoTracking()
            .FirstOrDefaultAsync(f => db.Set<PushDevice>().Any(d => d.Id == f.DeviceId && d.AddressHash == hash)));
    }

    private async Task<PushPost?> PostAsync(FakeDevice device) => (await PostsAsync(device)).SingleOrDefault();

    private Task<List<PushPost>> PostsAsync(FakeDevice device)
    {
        var hash = HashOf(device);
        return app.QueryAsync(db => db.Set<PushPost>().AsNoTracking()
            .Where(p => db.Set<PushDevice>().Any(d => d.Id == p.DeviceId && d.AddressHash == hash)).ToListAsync());
    }
}

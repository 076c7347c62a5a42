using System.Security.Cryptography;
using System.Text;

namespace Automat.StripeSandbox.Tests;

public sealed class WebhookTests
{
    private const string Nobody = "http://127.0.0.1:9/nobody";

    private static readonly string[] PaidOrder =
        ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"];

    [Fact]
    public async Task A_paid_session_says_so_in_Stripes_order_and_signed()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var sandbox = await StartAsync(receiver);

        var session = await sandbox.Client.CreatePaidSessionAsync(("metadata[machine_id]", "m-1"));
        var completed = await receiver.WaitForAsync("checkout.session.completed");

        Assert.Equal(PaidOrder, receiver.Types);
        Assert.Equal(session.Id, completed.Subject.GetProperty("id").GetString());
        Assert.Equal("paid", completed.Subject.GetProperty("payment_status").GetString());
        Assert.Equal("m-1", completed.Subject.GetProperty("metadata").GetProperty("machine_id").GetString());
        Assert.All(receiver.All, one => Assert.True(IsSigned(one, sandbox.Host.WebhookSecret)));
    }

    [Fact]
    public async Task An_event_is_tried_again_until_it_is_taken()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = place => place < 3 ? 500 : 200;
        await using var sandbox = await StartAsync(receiver);

        await sandbox.Client.PostAsync("/v1/customers");
        await receiver.WaitForCountAsync(4);
        await Eventually.IsTrueAsync(async () => (await sandbox.Client.GetAsync("/v1/events")).Data[0]
            .GetProperty("pending_webhooks").GetInt64() == 0, "delivered");

        Assert.Single(receiver.All.Select(one => one.Id).Distinct());
        Assert.Equal(4, receiver.All.Count);
    }

    [Fact]
    public async Task Events_wait_while_paused_and_while_nobody_listens()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var sandbox = await TestSandbox.StartAsync(
            new SandboxOptions { WebhookUrls = [Nobody], RetryPauses = [TimeSpan.FromMilliseconds(50)] });
        await sandbox.Client.PostAsync("/v1/customers");
        await sandbox.Client.ControlAsync("/webhooks/deliver");

        await sandbox.Client.ControlAsync("/webhooks/pause");
        sandbox.Host.SetWebhook(receiver.Url, "whsec_other");
        await sandbox.Client.PostAsync("/v1/customers");
        Assert.Empty(receiver.All);
        await sandbox.Client.ControlAsync("/webhooks/resume");
        await receiver.WaitForCountAsync(2);

        Assert.All(receiver.All, one => Assert.True(IsSigned(one, "whsec_other")));
    }

    [Fact]
    public async Task Switches_duplicate_drop_delay_and_reorder_events()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var sandbox = await StartAsync(receiver);

        await sandbox.Client.SetFaultsAsync("""{"webhooks":{"duplicate":2}}""");
        await sandbox.Client.PostAsync("/v1/customers", ("name", "thrice"));
        await receiver.WaitForCountAsync(3);
        Assert.Single(receiver.All.Select(one => one.Id).Distinct());

        await sandbox.Client.SetFaultsAsync("""{"webhooks":{"drop_next":1}}""");
        await sandbox.Client.PostAsync("/v1/customers", ("name", "lost"));
        await sandbox.Client.ControlAsync("/webhooks/deliver");
        await sandbox.Client.PostAsync("/v1/customers", ("name", "found"));
        await receiver.WaitForCountAsync(4);
        Assert.Equal("found", receiver.All[3].Subject.GetProperty("name").GetString());

        await sandbox.Client.SetFaultsAsync("""{"webhooks":{"delay_ms":60000}}""");
        await sandbox.Client.PostAsync("/v1/customers", ("name", "late"));
        await sandbox.Client.SetFaultsAsync("{}");
        await sandbox.Client.PostAsync("/v1/customers", ("name", "early"));
        await receiver.WaitForCountAsync(5);
        await sandbox.Client.ControlAsync("/webhooks/deliver");
        Assert.Equal(
            ["early", "late"], receiver.All.Skip(4).Select(one => one.Subject.GetProperty("name").GetString()));

        await sandbox.Client.SetFaultsAsync("""{"webhooks":{"reorder":4}}""");
        await sandbox.Client.CreatePaidSessionAsync();
        await receiver.WaitForCountAsync(10);
        Assert.Equal(PaidOrder.Reverse(), receiver.Types.Skip(6));
    }

    [Fact]
    public async Task Switches_break_the_signature_and_strip_the_metadata()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var sandbox = await StartAsync(receiver);

        await sandbox.Client.SetFaultsAsync("""{"webhooks":{"bad_signature":true,"strip_metadata":true}}""");
        await sandbox.Client.PostAsync("/v1/customers", ("metadata[a]", "b"));
        await receiver.WaitForCountAsync(1);

        Assert.False(IsSigned(receiver.All[0], sandbox.Host.WebhookSecret));
        Assert.Equal("{}", receiver.All[0].Subject.GetProperty("metadata").GetRawText());
    }

    [Fact]
    public async Task An_event_can_be_sent_again_by_hand()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var sandbox = await StartAsync(receiver);
        await sandbox.Client.PostAsync("/v1/customers");
        await receiver.WaitForCountAsync(1);

        await sandbox.Client.ControlAsync($"/events/{receiver.All[0].Id}/resend");
        await receiver.WaitForCountAsync(2);

        Assert.Equal(receiver.All[0].Id, receiver.All[1].Id);
    }

    [Fact]
    public async Task A_destination_added_through_the_API_has_its_own_secret_and_hears_what_it_asked_for()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var sandbox = await TestSandbox.StartAsync();
        var added = await sandbox.Client.PostAsync("/v1/webhook_endpoints",
            ("url", receiver.Url), ("enabled_events[]", "charge.succeeded"));

        await sandbox.Client.CreatePaidSessionAsync();
        var heard = await receiver.WaitForAsync("charge.succeeded");
        var shown = await sandbox.Client.GetAsync($"/v1/webhook_endpoints/{added.Id}");
        var deleted = await sandbox.Client.DeleteAsync($"/v1/webhook_endpoints/{added.Id}");

        Assert.True(IsSigned(heard, added.Text("secret")!));
        Assert.False(shown.Json.TryGetProperty("secret", out _));
        Assert.True(deleted.Json.GetProperty("deleted").GetBoolean());
        Assert.Equal(["charge.succeeded"], receiver.Types);
    }

    [Fact]
    public async Task Events_of_one_payment_stay_in_order_among_many()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var sandbox = await StartAsync(receiver);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => sandbox.Client.CreatePaidSessionAsync()));
        await receiver.WaitForCountAsync(200);

        var payments = receiver.All.GroupBy(one => one.Subject.TryGetProperty("payment_intent", out var intent)
            ? intent.GetString() : one.Subject.GetProperty("id").GetString());
        Assert.All(payments, payment => Assert.Equal(PaidOrder, payment.Select(one => one.Type)));
    }

    private static Task<TestSandbox> StartAsync(WebhookReceiver receiver) => TestSandbox.StartAsync(new SandboxOptions
    {
        WebhookUrls = [receiver.Url],
        RetryPauses = [TimeSpan.FromMilliseconds(20)],
    });

    private static bool IsSigned(Received webhook, string secret)
    {
        var parts = webhook.Signature.Split(',');
        var mac = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{parts[0][2..]}.{webhook.Body}"));
        return parts[1] == "v1=" + Convert.ToHexStringLower(mac);
    }
}

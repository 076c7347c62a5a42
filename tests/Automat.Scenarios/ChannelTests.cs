using System.Net.Http.Json;
using Automat.Server.Notifications.Channels;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>What is posted to an organisation's channel, and how a channel that misbehaves is borne.</summary>
public sealed class ChannelTests : IAsyncLifetime
{
    private const string Page = "/panel/channels";

    private readonly FakeDiscord discord = new();
    private TestApp app = null!;
    private Visitor admin = null!;

    public async ValueTask InitializeAsync()
    {
        app = await TestApp.StartAsync(("Automat:Discord:AlsoAt", discord.Origin), ("Automat:Discord:PatienceSeconds", "1"));
        admin = new Visitor(app);
        await admin.SignInAsync(Staff.Admin, TestApp.Password);
        await admin.SendAsync("/account/authenticator", "/account/authenticator/postpone");
    }

    public async ValueTask DisposeAsync()
    {
        admin.Dispose();
        await app.DisposeAsync();
        await discord.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    [Trait("Accepts", "S0-17")]
    public async Task Reports_changes_of_stock_and_sales_are_posted_calling_nobody_and_naming_nobody_unless_chosen()
    {
        Assert.Equal(303, (await ChooseAsync("fuck\nson of a", ("stock", "true"), ("sales", "true"))).Status);
        await TestApp.EventuallyAsync(() => ChannelAsync(), c => c.SalesUpTo is not null);

        await SayAsync("@everyone the FUCK, lid! [pay](https://evil.example) me@example.com or +34 600 123 456");
        await UntilPostsAsync(1);
        var body = discord.Bodies[0];
        Assert.Equal(
            "Received message from frontend: @\u200Beveryone the [BLEEP], lid! [pay]\u200B(https://evil.example) [e-mail] or [number]",
            discord.Posts[0]);
        Assert.Equal(0, body.GetProperty("allowed_mentions").GetProperty("parse").GetArrayLength());

        using (var login = await app.Client.PostAsJsonAsync("/api/admin-login", new { username = "admin1", password = TestApp.Password }))
            login.EnsureSuccessStatusCode();
        using (var set = await app.Client.PostAsJsonAsync("/api/update-inventory", new { product_id = "1", inventory = "7", price = "1.25", username = "x" }))
            set.EnsureSuccessStatusCode();
        await UntilPostsAsync(2);
        Assert.Equal("Staff updated inventory for product Candy to €1.25, inventory: 7", discord.Posts[1]);

        await ChooseAsync("lid", ("stock", "true"), ("sales", "true"), ("people", "true"));
        await SayAsync("The Lid, me@example.com; fuck");
        await app.GivenMachineAsync("post-1", "pickup");
        using var shopper = new Shopper(app);
        var session = await shopper.OrderAsync("post-1");
        await app.Provider.PayAsync(session);
        await shopper.UntilAsync(session, Server.Orders.OrderState.Paid);
        var (_, order) = await shopper.OrderOfAsync(session);
        Assert.Equal(303, (await shopper.Browser.SendAsync(order, $"{order}/cancel")).Status);
        var all = await TestApp.EventuallyAsync(
            () => Task.FromResult(string.Join('\n', discord.Posts)), posts => posts.Contains("Machine post-1", StringComparison.Ordinal));
        Assert.Contains("Received message from frontend: The [BLEEP], me@\u200Bexample.com; fuck", all, StringComparison.Ordinal);
        Assert.Contains("Machine post-1: not delivered (cancelled_by_customer): 1 × Candy, €1.50", all, StringComparison.Ordinal);
        var channel = await ChannelAsync();
        Assert.NotNull(channel.SealedAddress);
        Assert.DoesNotContain("secret-wxyz", channel.SealedAddress, StringComparison.Ordinal);
        var page = await admin.OpenAsync(Page);
        Assert.Contains("ends in wxyz", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-wxyz", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-wxyz", await app.StaffAsync(HttpMethod.Get, "/api/v1/audit?limit=100"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_that_refuses_hangs_or_asks_for_patience_is_tried_again_and_given_up_and_no_request_waits_for_it()
    {
        await ChooseAsync("");
        discord.Hang();
        var began = TimeProvider.System.GetTimestamp();
        await SayAsync("one");
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20));
        await TestApp.EventuallyAsync(() => PostAsync(), p => p is { LastError: "no answer in time", Status: PostStatus.Waiting });
        await UntilPostsAsync(1);

        discord.Refuse(500);
        await SayAsync("two");
        await UntilPostsAsync(2);
        var two = await TestApp.EventuallyAsync(() => PostAsync(), p => p.Status is PostStatus.Sent);
        Assert.Equal((2, ""), (two.Attempts, two.Text));

        discord.Refuse(429, """{"message":"slow down","retry_after":1.2,"global":false}""");
        await SayAsync("three");
        await UntilPostsAsync(3);
        Assert.Equal(1, (await TestApp.EventuallyAsync(() => PostAsync(), p => p.Status is PostStatus.Sent)).Attempts); // patience is no failure

        discord.Refuse(302, header: $"{discord.Origin}/elsewhere");
        await SayAsync("four");
        await TestApp.EventuallyAsync(() => PostAsync(), p => p is { Status: PostStatus.Failed, LastError: "HTTP 302" });
        Assert.Contains("given up", (await admin.OpenAsync(Page)).Text, StringComparison.Ordinal);
        Assert.Equal(303, (await admin.SendAsync(Page, Page + "/retry")).Status);
        await UntilPostsAsync(4);

        discord.Refuse(503);
        await SayAsync("five");
        await app.SetUpAsync("update channel_posts set attempts = 7 where status = 'Waiting'");
        await TestApp.EventuallyAsync(() => PostAsync(), p => p.Status is PostStatus.Failed or PostStatus.Sent);
        Assert.Equal(["one", "two", "three", "four"], discord.Posts.Take(4).Select(p => p.Split(' ')[^1]));

        Assert.Equal(303, (await admin.SendAsync(Page, Page + "/remove")).Status);
        var knocks = discord.Knocks;
        await SayAsync("six");
        Assert.Equal(knocks, discord.Knocks);
        Assert.DoesNotContain("six", (await PostAsync()).Text, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Accepts", "S0-18")]
    [InlineData("http://discord.com/api/webhooks/1/x")]
    [InlineData("https://discord.com:8443/api/webhooks/1/x")]
    [InlineData("https://discord.com/api/users/1")]
    [InlineData("https://discord.com.evil.example/api/webhooks/1/x")]
    [InlineData("https://me@discord.com/api/webhooks/1/x")]
    [InlineData("http://127.0.0.1:5432/api/webhooks/1/x")]
    [InlineData("http://169.254.169.254/api/webhooks/1/x")]
    [InlineData("file:///etc/passwd")]
    public async Task The_server_cannot_be_made_to_call_another_address(string address)
    {
        var answer = await admin.SendAsync(Page, Page, ("address", address), ("messages", "true"));

        Assert.Equal(422, answer.Status);
        Assert.Contains("This is no address of a Discord webhook.", answer.Text, StringComparison.Ordinal);
        Assert.Equal(0, await app.QueryAsync(db => db.Set<DiscordChannel>().CountAsync()));
    }

    private Task<Visitor.Answer> ChooseAsync(string words, params (string, string)[] more) => admin.SendAsync(
        Page, Page, [("address", discord.Address), ("messages", "true"), ("covers", "true"), ("words", words), .. more]);

    private async Task SayAsync(string text)
    {
        using var answer = await app.Client.PostAsJsonAsync("/api/message", new { text });
        answer.EnsureSuccessStatusCode();
    }

    private Task<IReadOnlyList<string>> UntilPostsAsync(int count) =>
        TestApp.EventuallyAsync(() => Task.FromResult(discord.Posts), posts => posts.Count >= count);

    private Task<DiscordChannel> ChannelAsync() => app.QueryAsync(db => db.Set<DiscordChannel>().AsNoTracking().SingleAsync());

    private Task<ChannelPost> PostAsync() =>
        app.QueryAsync(db => db.Set<ChannelPost>().AsNoTracking().OrderByDescending(p => p.CreatedAt).FirstAsync());
}

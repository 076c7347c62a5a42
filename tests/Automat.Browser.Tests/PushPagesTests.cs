using System.Text.Json;
using Automat.Server.Data;
using Automat.Server.Orders;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Automat.Browser.Tests;

/// <summary>"Tell me on this device" in a real browser, whose push service is ours; and what its worker shows.</summary>
public sealed class PushPagesTests(StaffedShop shop) : IClassFixture<StaffedShop>, IAsyncLifetime
{
    private Chromium? chromium;

    private const string Offer = "Tell me on this device";
    private const string Stop = "Stop telling me here";

    public async ValueTask InitializeAsync() => chromium = await Chromium.LaunchWholeAsync();

    public async ValueTask DisposeAsync()
    {
        if (chromium is not null) await chromium.DisposeAsync();
    }

    [Fact]
    public async Task A_customer_has_an_order_told_on_the_phone_and_stops_it_again()
    {
        await shop.App.GivenMachineAsync("push-desk", "pickup");
        using var device = shop.Push.NewDevice();
        await using var customer = await ComeAsync(new Habits(), device);
        await OrderAsync(customer, "push-desk");
        var page = customer.Page;
        await Expect(Button(page, Offer)).ToBeVisibleAsync();
        await customer.LooksAtAsync("push-offer");

        await Button(page, Offer).ClickAsync();
        await Expect(page.Locator("[data-said]")).ToContainTextAsync("You will be told on this device");
        await Expect(Button(page, Stop)).ToBeFocusedAsync();
        await customer.LooksAtAsync("push-on");
        await page.ReloadAsync();
        await Expect(Button(page, Stop)).ToBeVisibleAsync();
        await shop.App.SetUpAsync("update vends set deadline = now() - interval '1 minute' where machine_id = 'push-desk'");
        var told = (await device.HearsAsync(1))[0];
        Assert.Equal("Nobody came to collect it", told.Title);
        Assert.Equal(new Uri(page.Url).AbsolutePath, told.Url);

        await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        await DeliverAsync(page, told.Said.GetRawText());
        var shown = await page.EvaluateAsync<string>(
            """
            async () => {
              const { getNotifications } = ServiceWorkerRegistration.prototype
              // It is shown once the worker has woken up and its picture has come.
              for (const until = Date.now() + 30_000; Date.now() < until;) {
                const all = await getNotifications.call(await navigator.serviceWorker.ready)
                if (all.length > 0) return all.map(n => [n.title, n.body, n.tag, n.data].join('|')).join()
                await new Promise(later => setTimeout(later, 50))
              }
              return ''
            }
            """);
        Assert.Equal($"{told.Title}|{told.Body}|{told.Topic}|{told.Url}", shown);
        customer.HasNoComplaints();
    }

    [Fact]
    public async Task It_is_taken_back_refused_with_a_word_and_not_offered_where_it_is_forbidden()
    {
        await shop.App.GivenMachineAsync("push-back", "pickup");
        using var device = shop.Push.NewDevice();
        await using var customer = await ComeAsync(new Habits { Locale = "de-DE", Light = ColorScheme.Dark, Screen = (360, 740) }, device);
        await OrderAsync(customer, "push-back");
        var page = customer.Page;
        var on = page.Locator("[data-push] [data-on]");
        await on.ClickAsync();
        await page.Locator("[data-push] [data-off]").ClickAsync();
        await Expect(page.Locator("[data-said]")).ToContainTextAsync("nicht mehr benachrichtigt");
        await Expect(on).ToBeVisibleAsync();

        await page.EvaluateAsync("Notification.requestPermission = async () => 'denied'");
        await on.ClickAsync();
        await Expect(page.Locator("[data-said]")).ToContainTextAsync("erlaubt dieser Seite keine Benachrichtigungen");
        await customer.LooksAtAsync("push-refused");
        await page.AddInitScriptAsync("Object.defineProperty(Notification, 'permission', { value: 'denied' })");
        await page.ReloadAsync();
        await Expect(page.Locator("form[data-push]")).ToBeHiddenAsync();
        customer.HasNoComplaints();
    }

    /// <summary>A customer comes with a browser that allows notifications, and whose push service is ours.</summary>
    private async Task<Customer> ComeAsync(Habits habits, FakeDevice device)
    {
        Assert.SkipWhen(chromium is null, "Chromium is not installed.");
        var customer = await Customer.ComeAsync(chromium.Browser, shop.App, habits);
        await customer.Page.Context.GrantPermissionsAsync(["notifications"]);
        var fields = device.Fields.ToDictionary(f => f.Name, f => f.Value);
        await customer.Page.AddInitScriptAsync(
            $$"""
              {
                const { endpoint, ...keys } = {{JsonSerializer.Serialize(fields)}}
                const device = { endpoint, options: {}, toJSON: () => ({ endpoint, keys }), unsubscribe: async () => true }
                PushManager.prototype.getSubscription = async () => localStorage.getItem('device') ? device : null
                PushManager.prototype.subscribe = async options => {
                  if (!options.userVisibleOnly || options.applicationServerKey.length !== 65) throw new Error('no key')
                  localStorage.setItem('device', 'known')
                  device.options = { applicationServerKey: options.applicationServerKey.buffer }
                  return device
                }
              }
              """);
        return customer;
    }

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private async Task OrderAsync(Customer customer, string place)
    {
        using var shopper = new Visitor(shop.App);
        await shopper.SendAsync("/shop/products/1", "/shop/cart/add", ("number", "1"), ("quantity", "1"));
        await shopper.SendAsync("/shop/cart", "/shop/cart", ("place", place));
        var paying = await shopper.SendAsync("/shop/cart", "/shop/checkout", ("seen", $"{place}:150"));
        Assert.Equal(303, paying.Status);
        await shop.App.Provider.PayAsync(Provider.SessionIn(new Uri(paying.Location!)));
        var order = await TestApp.EventuallyAsync(
            () => shop.App.QueryAsync(db => db.Set<Order>().AsNoTracking().OrderByDescending(o => o.CreatedAt).FirstAsync()),
            newest => newest.MachineId.Value == place && newest.State is OrderState.Paid);
        await using var scope = shop.App.Services.GetRequiredService<IServiceScopeFactory>().CreateScopeAcross("a test looks");
        await customer.Page.GotoAsync($"/orders/{scope.ServiceProvider.GetRequiredService<OrderBook>().TokenOf(order)}");
    }

    /// <summary>A push arrives at the worker, as from the browser's service.</summary>
    private static async Task DeliverAsync(IPage page, string said)
    {
        var tools = await page.Context.NewCDPSessionAsync(page);
        var registered = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        tools.Event("ServiceWorker.workerRegistrationUpdated").OnEvent += (_, told) =>
        {
            foreach (var one in told!.Value.GetProperty("registrations").EnumerateArray())
                registered.TrySetResult(one.GetProperty("registrationId").GetString()!);
        };
        await tools.SendAsync("ServiceWorker.enable");
        var id = await registered.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await tools.SendAsync("ServiceWorker.deliverPushMessage", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["origin"] = new Uri(page.Url).GetLeftPart(UriPartial.Authority),
            ["registrationId"] = id,
            ["data"] = said,
        });
    }
}

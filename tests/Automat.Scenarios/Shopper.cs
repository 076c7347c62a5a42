using System.Globalization;
using System.Text.RegularExpressions;
using Automat.Server.Data;
using Automat.Server.Orders;
using Automat.Server.Payments;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>Somebody who orders in the web shop with a browser that knows no JavaScript.</summary>
internal sealed partial class Shopper(TestApp app) : IDisposable
{
    public Visitor Browser { get; } = new(app);

    /// <summary>Puts so many of a product into the cart.</summary>
    public async Task AddAsync(int number, int quantity)
    {
        var answer = await Browser.SendAsync(
            $"/shop/products/{number}", "/shop/cart/add", ("number", Text(number)), ("quantity", Text(quantity)));
        Assert.Equal(303, answer.Status);
    }

    /// <summary>Chooses where to collect it.</summary>
    public async Task ChooseAsync(string place)
    {
        var answer = await Browser.SendAsync("/shop/cart", "/shop/cart", ("place", place));
        Assert.Equal(303, answer.Status);
    }

    /// <summary>Goes to payment from the cart's page as it was seen.</summary>
    public async Task<Visitor.Answer> CheckOutAsync(string? seen = null) => await Browser.SendAsync(
        "/shop/cart", "/shop/checkout", ("seen", seen ?? await SeenAsync()));

    /// <summary>Place and total as the cart's page says them.</summary>
    public async Task<string> SeenAsync() => Seen().Match((await Browser.OpenAsync("/shop/cart")).Text).Groups["seen"].Value;

    /// <summary>Orders so many of the first product and is led to the pay page, which is returned.</summary>
    public async Task<string> OrderAsync(string place, int quantity = 1)
    {
        await AddAsync(1, quantity);
        await ChooseAsync(place);
        var answer = await CheckOutAsync();
        return answer.Status == 303
            ? Provider.SessionIn(new Uri(answer.Location!))
            : throw new InvalidOperationException($"The shop refused: {answer.Status} {answer.Text}");
    }

    /// <summary>The order that is paid on a pay page, and the address of its page.</summary>
    public async Task<(Order Order, string Page)> OrderOfAsync(string session)
    {
        var order = await app.QueryAsync(db => db.Set<Order>().AsNoTracking().SingleAsync(
            o => db.Set<Purchase>().Any(p => p.Id == o.PurchaseId && p.SessionId == session)));
        await using var scope = app.Services.GetRequiredService<IServiceScopeFactory>().CreateScopeAcross("a test looks");
        return (order, $"/orders/{scope.ServiceProvider.GetRequiredService<OrderBook>().TokenOf(order)}");
    }

    /// <summary>Waits until an order was told to be in a state.</summary>
    public async Task<Order> UntilAsync(string session, OrderState state) =>
        (await TestApp.EventuallyAsync(() => OrderOfAsync(session), found => found.Order.State == state)).Order;

    /// <summary>Stock and promised pieces of a place's first slot.</summary>
    public static Task<(int Stock, int Reserved)> ShelfAsync(TestApp app, string place) => app.QueryAsync(async db =>
    {
        var id = Automat.Domain.MachineId.Parse(place);
        var slot = await db.Set<Server.Machines.Slot>().AsNoTracking().SingleAsync(s => s.MachineId == id && s.Code == "A1");
        return (slot.Stock, slot.Reserved);
    });

    /// <summary>Subjects of the mails to the customer, oldest first.</summary>
    public static Task<List<string>> MailsAsync(TestApp app, string number) => app.QueryAsync(db =>
        db.Set<Server.Notifications.Mail.Mail>().AsNoTracking().Where(m => m.Subject.Contains(number)).OrderBy(m => m.CreatedAt)
            .Select(m => m.Subject).ToListAsync());

    public void Dispose() => Browser.Dispose();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("name=\"seen\" value=\"(?<seen>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Seen();
}

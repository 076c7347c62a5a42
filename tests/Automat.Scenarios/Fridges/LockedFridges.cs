using System.Collections.Concurrent;
using System.Net;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Vends;
using Automat.Simulator.Machines;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Automat.Scenarios.Fridges;

/// <summary>An app with products that were weighed, for fridges that tests register.</summary>
public sealed class LockedFridges : SharedApp
{
    private readonly TestApp? own;

    /// <summary>An app that is started for a class.</summary>
    public LockedFridges()
    {
    }

    /// <summary>An app a test has started itself.</summary>
    internal LockedFridges(TestApp own) => this.own = own;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        foreach (var scope in new[] { "catalog.write", "machine.write", "machine.read", "sales.read", "sales.write" }) await App.AllowAsync(scope);
        await WeighAllAsync();
    }

    /// <summary>Cola weighs 355 g, chips 70 g.</summary>
    public async Task WeighAllAsync()
    {
        await WeighAsync(4, 355, 5);
        await WeighAsync(2, 70, 4);
    }

    /// <summary>A fridge with cola in A1 and chips in A2, switched on and ready.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="settings">More settings, as JSON members.</param>
    /// <param name="timing">How fast its controller is.</param>
    /// <param name="celsius">How warm it is; null without a sensor.</param>
    /// <param name="ready">Whether to wait until it sells.</param>
    /// <param name="port">The port of another broker than the server's own.</param>
    public async Task<Fridge> GivenFridgeAsync(
        string id, object? settings = null, FridgeTiming? timing = null, double? celsius = null, bool ready = true, int? port = null)
    {
        var (status, body, _) = await Its.CallAsync(HttpMethod.Post, "/api/v1/machines", new
        {
            id,
            name = $"Fridge {id}",
            location = "Here",
            driver = "fridge",
            time_zone = "Europe/Madrid",
            currency = "EUR",
            settings = settings ?? new { hold_amount = 2_000, skus = new { cola = "A1", chips = "A2" } },
        });
        Assert.True(status is HttpStatusCode.Created, body.ToString());
        (status, body, _) = await Its.CallAsync(HttpMethod.Put, $"/api/v1/machines/{id}/slots", new
        {
            slots = new[]
            {
                new { code = "A1", product = 4, price = 220, capacity = 10, par_level = 8, stock = 5 },
                new { code = "A2", product = 2, price = 150, capacity = 10, par_level = 8, stock = 5 },
            },
        });
        Assert.True(status is HttpStatusCode.OK, body.ToString());
        await Its.GiveSecretAsync(id, $"secret-of-{id}");
        var fridge = new Fridge(Its, id, timing ?? Fridge.Quick, celsius, port);
        if (ready) await fridge.ReadyAsync();
        return fridge;
    }

    private TestApp Its => own ?? App;

    private async Task WeighAsync(int product, decimal grams, decimal tolerance)
    {
        var (status, body, _) = await Its.CallAsync(
            HttpMethod.Put, $"/api/v1/products/{product}/weight", new { grams, tolerance_grams = tolerance });
        Assert.True(status is HttpStatusCode.OK, body.ToString());
    }
}

/// <summary>A simulated fridge, and the customers a test sends to it.</summary>
public sealed class Fridge : IAsyncDisposable
{
    public static readonly FridgeGoods Cola = new("cola", 355);

    public static readonly FridgeGoods Chips = new("chips", 70);

    /// <summary>A controller that has no time to lose.</summary>
    public static readonly FridgeTiming Quick = new(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100));

    private readonly TestApp app;
    private readonly ConcurrentQueue<FridgeVisit> next = new();
    private readonly LastWord log = new();

    public Fridge(TestApp app, string id, FridgeTiming timing, double? celsius, int? port = null)
    {
        this.app = app;
        Id = id;
        World = new Surroundings
        {
            Server = new ServerAddress(app.Http, "127.0.0.1", port ?? app.MqttPort, app.RobotPort),
            Http = new HttpMessageInvoker(new SocketsHttpHandler()),
            Log = log,
        };
        Machine = new SimulatedFridge(
            new MachineIdentity(id, $"secret-of-{id}"), World, timing,
            _ => next.TryDequeue(out var visit) ? visit : throw new InvalidOperationException("Nobody was sent to this door."))
        {
            Celsius = celsius,
        };
        Machine.Start();
    }

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>What is around it; its witness sees what kills controllers.</summary>
    public Surroundings World { get; }

    /// <summary>The fridge itself.</summary>
    public SimulatedFridge Machine { get; }

    /// <summary>Waits until its controller is connected.</summary>
    public Task OnlineAsync() => TestApp.EventuallyAsync(
        () => Task.FromResult((Machine.IsOnline, log.Text)), seen => seen.IsOnline);

    /// <summary>Waits until it sells.</summary>
    public Task ReadyAsync() => WhyNotAsync(null);

    /// <summary>Waits until it does not sell, for this reason; or sells, without one.</summary>
    public Task WhyNotAsync(string? why) => TestApp.EventuallyAsync(
        async () => (await app.CallAsync(HttpMethod.Get, $"/api/v1/machines/{Id}")).Body.GetProperty("status").GetProperty("why_not").GetString(),
        now => now == why);

    /// <summary>A customer has a card held, and does this at the door.</summary>
    public async Task<Id<Vend>> VisitAsync(FridgeVisit visit)
    {
        next.Enqueue(visit);
        await using var scope = app.Services.GetRequiredService<IServiceScopeFactory>().CreateScopeOf(await OrganizationAsync()).WorkOf("test");
        var opened = await scope.ServiceProvider.GetRequiredService<HoldSelling>().OpenAsync(
            MachineId.Parse(Id), "A hold", new ReturnAddresses("http://localhost/back?token={TOKEN}", "http://localhost/back"), default);
        var session = Provider.SessionIn(new Uri(opened.Url));
        await app.Provider.PayAsync(session);
        return (await TestApp.EventuallyAsync(() => app.VendOfAsync(session), vend => vend is not null))!.Id;
    }

    /// <summary>Waits until a sale has come to be so.</summary>
    public Task<Vend> BecomesAsync(Id<Vend> id, VendStatus status) => TestApp.EventuallyAsync(
        () => app.QueryAsync(db => db.Set<Vend>().AsNoTracking().SingleAsync(v => v.Id == id)), vend => vend.Status == status);

    /// <summary>Waits until a visit is somewhere, such as <c>review</c>.</summary>
    public Task<System.Text.Json.JsonElement> BasketAsync(Id<Vend> id, string status) => TestApp.EventuallyAsync(
        async () => (await app.CallAsync(HttpMethod.Get, $"/api/v1/baskets/{id.Value}")).Body,
        body => body.TryGetProperty("basket", out var basket) && basket.GetProperty("status").GetString() == status);

    /// <summary>A person says what was taken.</summary>
    public Task<(HttpStatusCode Status, System.Text.Json.JsonElement Body, string? Etag)> DecideAsync(
        Id<Vend> id, params (string Slot, int Quantity)[] items) => app.CallAsync(
        HttpMethod.Post, $"/api/v1/baskets/{id.Value}/decision", new { items = items.Select(i => new { slot = i.Slot, quantity = i.Quantity }) });

    public async ValueTask DisposeAsync()
    {
        await Machine.DisposeAsync();
        World.Http.Dispose();
        Assert.Empty(World.Witness.Breaches);
    }

    private Task<Id<Organization>> OrganizationAsync()
    {
        var id = MachineId.Parse(Id);
        return app.QueryAsync(db => db.Set<Automat.Server.Machines.Machine>().Where(m => m.Id == id).Select(m => m.OrganizationId).SingleAsync());
    }

    /// <summary>What the fridge complained of last.</summary>
    private sealed class LastWord : ILogger
    {
        public string Text { get; private set; } = "";

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Text = formatter(state, exception);
    }
}

using Automat.Domain;
using Automat.Server.Catalog;
using Automat.Server.Chips;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Automat.Simulator.Machines;
using Automat.Simulator.Running;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Console;

namespace Automat.Server.Cli;

/// <summary>
/// A complete demo server of its own for one run: private database in a temporary folder, sandbox, free ports, rate limits
/// out of the way because all customers come from one address.
/// </summary>
internal sealed class SimulationServer : IAsyncDisposable
{
    private const int Stock = 100_000;
    private const int SlotsPerMachine = 6;

    private readonly DirectoryInfo folder;
    private readonly bool keep;
    private readonly AutomatServer server;
    private readonly IServiceCollection modules;

    private SimulationServer(DirectoryInfo folder, bool keep, AutomatServer server, IServiceCollection modules)
    {
        this.folder = folder;
        this.keep = keep;
        this.server = server;
        this.modules = modules;
    }

    public ServerAddress Address => new(server.Http, "127.0.0.1", server.MqttPort, server.RobotPort);

    public Uri Sandbox => server.Sandbox!.BaseAddress;

    public DatabaseAddress Database => server.Database.Address;

    public static async Task<SimulationServer> StartAsync(bool keep, CancellationToken ct)
    {
        var place = Directory.CreateTempSubdirectory("automat-simulation-");
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = [],
            ApplicationName = "automat",
            ContentRootPath = AppContext.BaseDirectory,
            WebRootPath = Path.Combine(AppContext.BaseDirectory, "wwwroot"),
        });
        builder.Configuration.Sources.Clear(); // an experiment does not depend on what is set around it
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Automat:Demo"] = "true",
            ["Automat:Demo:Simulators"] = "false",
            ["Automat:Demo:Days"] = "0",
            ["Automat:DataDirectory"] = place.FullName,
            ["Automat:Mqtt:Port"] = "0",
            ["Automat:Robot:Port"] = "0",
            ["Automat:Sandbox:Port"] = "0",
            ["Automat:RateLimits:Factor"] = "10000",
            ["Logging:LogLevel:Default"] = "Error",
        });
        try
        {
            return new SimulationServer(place, keep, await AutomatServer.StartAsync(builder, ct, LogBeside), builder.Services);
        }
        catch
        {
            place.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Registers machines with something in every slot, and the secret they are to sign in with.</summary>
    public async Task RegisterAsync(IReadOnlyList<Participant> participants, CancellationToken ct)
    {
        await using var db = DataModule.OwnersView(Database, modules, Actor.Of("simulate", "command line"));
        var organization = await db.Set<Organization>().SingleAsync(ct);
        var products = await db.Set<Product>().AsNoTracking().OrderBy(p => p.Number).ToListAsync(ct);
        // The demo's own robot takes every loopback address, and would take everybody's line.
        var demos = await db.Set<Machine>().SingleAsync(m => m.Id == MachineId.Parse("robot-1"), ct);
        db.Entry(demos).Property(m => m.Settings).CurrentValue = """{"allow":[]}""";
        var keys = server.App.Services.GetRequiredService<MachineKeys>();
        foreach (var some in participants.Chunk(200))
        {
            foreach (var one in some)
            {
                var machine = MachineOf(one, organization);
                db.Add(machine);
                db.AddRange(SlotsOf(one, machine, products));
                await db.SaveChangesAsync(ct);
                await keys.KeepAsync(db, machine, one.Who.Secret, ct);
            }

            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>Issues chips with credit on them.</summary>
    public async Task IssueChipsAsync(IReadOnlyList<string> uids, long credit, CancellationToken ct)
    {
        var organization = server.App.Services.GetRequiredService<PaymentAccount>().Organization;
        foreach (var uid in uids)
        {
            await ChipsModule.SeedChipAsync(server.App.Services, organization, uid, "simulated", credit, ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        if (!keep) folder.Delete(recursive: true);
        else await Console.Error.WriteLineAsync($"The data is kept in {folder.FullName}");
    }

    /// <summary>Standard output is the summary's.</summary>
    private static void LogBeside(IServiceCollection services) =>
        services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

    private static Machine MachineOf(Participant one, Organization organization) => new()
    {
        Id = MachineId.Parse(one.Who.Id),
        OrganizationId = organization.Id,
        Name = $"Simulated {one.Kind.Name} {one.Number}",
        Location = "Simulation",
        Driver = one.Kind.Driver,
        Currency = organization.Currency,
        TimeZone = "Europe/Berlin",
        Settings = one.Kind.SettingsOf(one.Number),
        CreatedAt = TimeProvider.System.GetUtcNow(),
    };

    private static IEnumerable<Slot> SlotsOf(Participant one, Machine machine, List<Product> products)
    {
        var count = one.Kind.SellsCredits ? 1 : SlotsPerMachine;
        var sold = one.Kind.SellsCredits ? products.FindAll(p => p.Category == "Games") : products.FindAll(p => p.Category != "Games");
        return Enumerable.Range(0, count).Select(at => new Slot
        {
            MachineId = machine.Id,
            Code = $"A{at + 1}",
            OrganizationId = machine.OrganizationId,
            ProductId = sold[(one.Number + at) % sold.Count].Id,
            Price = sold[(one.Number + at) % sold.Count].Price,
            Capacity = one.Kind.SellsCredits ? null : Stock,
            Stock = one.Kind.SellsCredits ? 0 : Stock,
        });
    }
}

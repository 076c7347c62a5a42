using System.Globalization;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Machines.Planograms;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Fleet;

/// <summary>Puts a machine's page together.</summary>
internal sealed class MachineDesk(
    AutomatDb db, DriverRegistry drivers, MachineStatuses statuses, MachinePastReader past, DealingsDesk dealings, TestDesk tests, IEnumerable<IMachinePart> parts,
    IStringLocalizer<Texts> texts, TimeProvider clock)
{
    private const int MostSecrets = 20;

    /// <summary>All of the page.</summary>
    public async Task<MachinePageView> PageAsync(HttpContext context, string id, CancellationToken ct)
    {
        var machine = await db.OwnMachineAsync(context.User, id, ct);
        var mayWrite = context.User.Allows(Permission.MachineWrite);
        var view = new MachinePageView(
            machine.Id.Value, machine.Name, machine.Location, texts.Driver(machine.Driver), machine.State, NowOf(machine))
        {
            Group = machine.Group,
            MayWrite = mayWrite,
            MaySeeGoods = context.User.Allows(Permission.CatalogRead),
            Form = MachineForm.Of(machine),
            Etag = OwnMachines.EtagOf(machine),
            Zones = mayWrite ? MachineForm.Zones() : [],
            Reachable = await past.ReachableAsync(machine, context, ct),
            Past = await past.ReadAsync(machine, context, ct),
            Sold = await dealings.SoldAsync(machine, context, ct),
            Commands = await dealings.CommandsAsync(machine, context, ct),
            Test = await tests.LookAsync(machine, context, ct),
            Configuration = await dealings.ConfigurationAsync(machine, ct),
        };
        if (mayWrite) view = view with { Secrets = await SecretsAsync(machine, ct) };
        if (view.MaySeeGoods) view = await WithGoodsAsync(view, machine, ct);
        var shown = new List<MachinePart>();
        foreach (var part in parts.OrderBy(p => p.Order))
        {
            if (await part.ShowAsync(machine, context, ct) is { } known) shown.Add(known);
        }

        return view with { Parts = shown };
    }

    /// <summary>How it is right now.</summary>
    public async Task<MachineNow> NowAsync(HttpContext context, string id, CancellationToken ct) =>
        NowOf(await db.OwnMachineAsync(context.User, id, ct));

    private MachineNow NowOf(Machine machine)
    {
        var status = statuses.Of(machine.Id);
        var report = status.Report ?? new MachineReport();
        return new MachineNow(
            texts.Standing(machine, drivers.WhyNotReady(machine), status), status.Online,
            status is { Online: false, LastHeard: null } ? null : status.Since, status.LastHeard)
        {
            HasLine = !drivers.WithoutLine.Contains(machine.Driver),
            Firmware = report.Firmware,
            Uptime = report.UptimeSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Configuration = report.ConfigEtag,
            Insecure = drivers.Of(machine)?.WhyInsecure(machine) is not null,
            Faults = [.. report.Faults.Select(f => new FaultView(f.Code, f.Text, f.Since))],
            Temperatures = [.. report.Temperatures.OrderBy(t => t.Key, StringComparer.Ordinal).Select(
                t => new ReadingView(t.Key, $"{t.Value.ToString("0.0", CultureInfo.CurrentCulture)} °C"))],
        };
    }

    private async Task<IReadOnlyList<SecretRowView>> SecretsAsync(Machine machine, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var rows = await db.Set<MachineSecret>().AsNoTracking().Where(s => s.MachineId == machine.Id && s.RevokedAt == null)
            .OrderByDescending(s => s.Id).Take(MostSecrets).ToListAsync(ct);
        return [.. rows.Where(s => s.IsLive(now)).Select(s => new SecretRowView(s.Id.ToString(), s.CreatedAt, s.ValidUntil, s.IsLive(now)))];
    }

    private async Task<MachinePageView> WithGoodsAsync(MachinePageView view, Machine machine, CancellationToken ct)
    {
        var present = await PresentLayout.ReadAsync(db, machine, ct);
        return view with
        {
            Shelves = [.. Planograms.Shelves.Of(present.Layout, withRoom: false).Select(row => new ShelfView(
                row.Name is { } name ? texts["Machine.Shelf", name].Value : null,
                [.. row.Places.Select(place => WindowOf(machine, present.Slots[place.Code], present.Products))]))],
            Levels = present.Slots.ToDictionary(
                s => s.Key,
                s => new LevelView(s.Value.Stock, s.Value.Reserved, s.Value.Capacity, s.Value.MinLevel)
                {
                    IsByWeight = present.Products[s.Value.ProductId].IsByWeight,
                },
                StringComparer.Ordinal),
        };
    }

    private static ProductView WindowOf(
        Machine machine, Slot slot, IReadOnlyDictionary<Domain.Id<Product>, Product> products)
    {
        var product = products[slot.ProductId];
        return new ProductView(slot.Code, product.Name, product.Picture, new Amount(slot.Price, machine.Currency.Code), slot.Available)
        {
            IsByWeight = product.IsByWeight,
        };
    }
}

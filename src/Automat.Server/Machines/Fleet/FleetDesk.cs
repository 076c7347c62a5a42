using Automat.Server.Data;
using Automat.Server.Panel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Fleet;

/// <summary>Reads an organisation's machines with how they are: what is stored from the database, what is heard from memory.</summary>
internal sealed class FleetDesk(AutomatDb db, DriverRegistry drivers, MachineStatuses statuses, IStringLocalizer<Texts> texts)
{
    /// <summary>By what the list can be sorted.</summary>
    public static readonly string[] Sorts = ["name", "id", "location", "driver", "created"];

    private const int MostPlaces = 300;

    /// <summary>The machines a reader asks for, sorted.</summary>
    public IQueryable<Machine> Query(HttpContext context, ListView view)
    {
        var organization = context.User.OrganizationOf();
        var query = db.Set<Machine>().AsNoTracking().Where(m => m.OrganizationId == organization);
        if (view["location"] is { } place) query = query.Where(m => m.Location == place);
        if (view["driver"] is { } driver) query = query.Where(m => m.Driver == driver);
        query = view["state"] switch
        {
            "active" => query.Where(m => m.State == MachineState.Active),
            "out_of_service" => query.Where(m => m.State == MachineState.OutOfService),
            "retired" => query.Where(m => m.State == MachineState.Retired),
            _ => query.Where(m => m.State != MachineState.Retired),
        };
        query = Troubled(query, view["problem"]);
        if (view.Search is { } text)
        {
            var pattern = Sql.LikeAnywhere(text);
            query = query.Where(m => EF.Functions.ILike(m.Name, pattern, Sql.LikeEscape) || EF.Functions.ILike(m.Location, pattern, Sql.LikeEscape)
                || EF.Functions.ILike((string)(object)m.Id, pattern, Sql.LikeEscape) || (m.Group != null && EF.Functions.ILike(m.Group, pattern, Sql.LikeEscape)));
        }

        return (view.Sort, view.Descending) switch
        {
            ("id", false) => query.OrderBy(m => m.Id),
            ("id", true) => query.OrderByDescending(m => m.Id),
            ("location", false) => query.OrderBy(m => m.Location).ThenBy(m => m.Id),
            ("location", true) => query.OrderByDescending(m => m.Location).ThenBy(m => m.Id),
            ("driver", false) => query.OrderBy(m => m.Driver).ThenBy(m => m.Id),
            ("driver", true) => query.OrderByDescending(m => m.Driver).ThenBy(m => m.Id),
            ("created", false) => query.OrderBy(m => m.CreatedAt).ThenBy(m => m.Id),
            ("created", true) => query.OrderByDescending(m => m.CreatedAt).ThenBy(m => m.Id),
            (_, true) => query.OrderByDescending(m => m.Name).ThenBy(m => m.Id),
            _ => query.OrderBy(m => m.Name).ThenBy(m => m.Id),
        };
    }

    /// <summary>Machines as rows of the list.</summary>
    public async Task<IReadOnlyList<FleetRow>> RowsAsync(IReadOnlyList<Machine> machines, CancellationToken ct)
    {
        var ids = machines.Select(m => m.Id).ToList();
        var empty = await db.Set<Slot>().AsNoTracking().Where(s => ids.Contains(s.MachineId) && s.Capacity != null)
            .GroupBy(s => s.MachineId)
            .Select(slots => new
            {
                slots.Key,
                SoldOut = slots.Count(s => s.Stock <= s.Reserved),
                Low = slots.Count(s => s.Stock <= s.Reserved || s.Stock < s.MinLevel),
            })
            .ToDictionaryAsync(one => one.Key, ct);
        return
        [
            .. machines.Select(m =>
            {
                var status = statuses.Of(m.Id);
                var stock = empty.GetValueOrDefault(m.Id);
                return new FleetRow(
                    m.Id.Value, m.Name, m.Location, m.Group, texts.Driver(m.Driver), texts.Standing(m, drivers.WhyNotReady(m), status),
                    status.LastHeard, status.Report?.Firmware, stock?.SoldOut ?? 0, stock?.Low ?? 0);
            }),
        ];
    }

    /// <summary>How all machines are, and those of one page.</summary>
    public async Task<FleetNow> NowAsync(HttpContext context, IReadOnlyList<Machine> page, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var all = await db.Set<Machine>().AsNoTracking().Where(m => m.OrganizationId == organization && m.State != MachineState.Retired)
            .Select(m => new { m.Id, m.State, m.Driver }).ToListAsync(ct);
        var active = all.Where(m => m.State is MachineState.Active && !drivers.WithoutLine.Contains(m.Driver)).Select(m => statuses.Of(m.Id)).ToList();
        return new FleetNow(
            active.Count(s => s.Online), active.Count(s => !s.Online), active.Count(s => s.WhyNot is "machine_faulted"),
            all.Count(m => m.State is not MachineState.Active),
            page.ToDictionary(m => m.Id.Value, m => texts.Standing(m, drivers.WhyNotReady(m), statuses.Of(m.Id)), StringComparer.Ordinal));
    }

    /// <summary>Where machines stand, to filter by; the one asked for among them, however many there are.</summary>
    public async Task<IReadOnlyList<Choice>> PlacesAsync(HttpContext context, ListView view, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var places = await db.Set<Machine>().AsNoTracking().Where(m => m.OrganizationId == organization && m.State != MachineState.Retired && m.Location != "")
            .Select(m => m.Location).Distinct().OrderBy(place => place).Take(MostPlaces).ToListAsync(ct);
        if (view["location"] is { } asked && !places.Contains(asked, StringComparer.Ordinal)) places.Add(asked);
        return [.. places.Select(place => new Choice(place, place))];
    }

    /// <summary>The drivers this server has, in words.</summary>
    public IReadOnlyList<Choice> Drivers() => [.. drivers.Names.Select(name => new Choice(name, texts.Driver(name)))];

    private IQueryable<Machine> Troubled(IQueryable<Machine> query, string? problem)
    {
        switch (problem)
        {
            case "offline":
                var (online, lineless) = (statuses.Online(), drivers.WithoutLine);
                return query.Where(m => m.State == MachineState.Active && !online.Contains(m.Id) && !lineless.Contains(m.Driver));
            case "faulted":
                var faulted = statuses.Faulted();
                return query.Where(m => m.State == MachineState.Active && faulted.Contains(m.Id));
            case "sold_out":
                return query.Where(m => db.Set<Slot>().Any(s => s.MachineId == m.Id && s.Capacity != null && s.Stock <= s.Reserved));
            case "low":
                return query.Where(m => db.Set<Slot>().Any(
                    s => s.MachineId == m.Id && s.Capacity != null && (s.Stock <= s.Reserved || s.Stock < s.MinLevel)));
            default:
                return query;
        }
    }
}

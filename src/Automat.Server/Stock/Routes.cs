using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Automat.Server.Stock;

/// <summary>A route as staff write it.</summary>
/// <param name="Name">At most 60 characters, unique.</param>
/// <param name="Place">The van it is driven with; null for none.</param>
/// <param name="DaysBetween">Days from one round to the next.</param>
/// <param name="Machines">Its machines, in the order they are driven to.</param>
internal sealed record RouteRequest(string? Name, Guid? Place, int? DaysBetween, IReadOnlyList<string>? Machines)
{
    /// <summary>Its machines; a request that names none has none.</summary>
    public IReadOnlyList<string> Machines { get; init; } = Machines ?? [];
}

/// <summary>Which rounds there are.</summary>
internal sealed class Routes(AutomatDb db, TimeProvider clock)
{
    /// <summary>A route has at most so many machines.</summary>
    public const int MostStops = 200;

    private const int Most = 200;

    /// <summary>All routes by name.</summary>
    public Task<List<RestockRoute>> ListAsync(Id<Organization> organization, CancellationToken ct) => db.Set<RestockRoute>().AsNoTracking()
        .Where(r => r.OrganizationId == organization).OrderBy(r => r.Name).Take(Most).ToListAsync(ct);

    /// <summary>One of them.</summary>
    /// <exception cref="RuleException"><c>route_unknown</c>.</exception>
    public async Task<RestockRoute> FindAsync(Id<Organization> organization, Guid id, CancellationToken ct)
    {
        var wanted = new Id<RestockRoute>(id);
        return await db.Set<RestockRoute>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == wanted && r.OrganizationId == organization, ct)
            ?? throw new RuleException("route_unknown", "There is no such route.");
    }

    /// <summary>Adds a route, or changes one.</summary>
    /// <exception cref="FieldsException"><c>route_invalid</c>.</exception>
    /// <exception cref="RuleException"><c>route_unknown</c>.</exception>
    public async Task<Id<RestockRoute>> SaveAsync(Id<Organization> organization, Guid? id, RouteRequest request, CancellationToken ct)
    {
        var known = id is { } one ? await FindAsync(organization, one, ct) : null;
        FieldsException.ThrowIfAny("route_invalid", await FaultsAsync(organization, known, request, ct));
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var route = new RestockRoute
        {
            Id = known?.Id ?? Id<RestockRoute>.New(clock.GetUtcNow()),
            OrganizationId = organization,
            Name = request.Name!.Trim(),
            PlaceId = request.Place is { } place ? new Id<StockPlace>(place) : null,
            DaysBetween = request.DaysBetween!.Value,
        };
        if (known is null) db.Add(route);
        else db.Replace(known, route);
        var stops = await db.Set<RestockStop>().Where(s => s.RouteId == route.Id).ToDictionaryAsync(s => s.MachineId.Value, StringComparer.Ordinal, ct);
        for (var i = 0; i < request.Machines.Count; i++)
        {
            if (stops.Remove(request.Machines[i], out var stop)) db.Entry(stop).Property(s => s.Position).CurrentValue = i + 1;
            else db.Add(new RestockStop { RouteId = route.Id, MachineId = MachineId.Parse(request.Machines[i]), OrganizationId = organization, Position = i + 1 });
        }

        db.RemoveRange(stops.Values);
        if (db.ChangeTracker.HasChanges())
        {
            db.Note(organization, known is null ? "restock_route.added" : "restock_route.changed", "restock_route", route.Id.ToString());
            await SaveAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return route.Id;
    }

    /// <summary>Removes a route; visits that were on it stay.</summary>
    /// <exception cref="RuleException"><c>route_unknown</c>.</exception>
    public async Task RemoveAsync(Id<Organization> organization, Guid id, CancellationToken ct)
    {
        var route = await FindAsync(organization, id, ct);
        db.RemoveRange(await db.Set<RestockStop>().Where(s => s.RouteId == route.Id).ToListAsync(ct));
        db.Remove(route);
        db.Note(organization, "restock_route.removed", "restock_route", route.Id.ToString());
        await db.SaveChangesAsync(ct);
    }

    private async Task<Dictionary<string, string>> FaultsAsync(
        Id<Organization> organization, RestockRoute? known, RouteRequest request, CancellationToken ct)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (request.Name?.Trim() is not { Length: > 0 and <= 60 } name || name.Any(char.IsControl)) faults["name"] = "Between 1 and 60 characters in one line.";
        if (request.DaysBetween is null or < 1 or > 365) faults["days"] = "Between 1 and 365 days.";
        if (request.Machines.Count is 0 or > MostStops || request.Machines.Distinct(StringComparer.Ordinal).Count() != request.Machines.Count)
        {
            faults["machines"] = $"Between 1 and {MostStops} machines, each once.";
        }
        else
        {
            var ids = request.Machines.Select(m => MachineId.TryParse(m, out var id) ? id : default(MachineId?)).OfType<MachineId>().ToList();
            var found = await db.Set<Machine>().CountAsync(m => m.OrganizationId == organization && ids.Contains(m.Id), ct);
            if (found != request.Machines.Count) faults["machines"] = "There is no such machine.";
        }

        if (request.Place is { } place)
        {
            var wanted = new Id<StockPlace>(place);
            if (!await db.Set<StockPlace>().AnyAsync(p => p.Id == wanted && p.OrganizationId == organization && p.ArchivedAt == null, ct)) faults["place"] = "There is no such place.";
        }

        if (known is null && await db.Set<RestockRoute>().CountAsync(r => r.OrganizationId == organization, ct) >= Most) faults["name"] = $"There are at most {Most} routes.";
        return faults;
    }

    private async Task SaveAsync(CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException taken) when (taken.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw new FieldsException("route_invalid", new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = "There is a route of this name." });
        }
    }
}

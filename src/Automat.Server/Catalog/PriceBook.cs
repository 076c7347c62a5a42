using System.Collections.Concurrent;
using Automat.Domain;
using Automat.Domain.Chips;
using Automat.Domain.Prices;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Catalog;

/// <summary>What things cost at one machine at one moment.</summary>
public sealed class PriceBoard
{
    private readonly IReadOnlyList<PricedList> lists;
    private readonly MachineId machine;
    private readonly string? group;
    private readonly DateTime clock;

    internal PriceBoard(IReadOnlyList<PricedList> lists, MachineId machine, string? group, DateTime clock) =>
        (this.lists, this.machine, this.group, this.clock) = (lists, machine, group, clock);

    /// <summary>A machine no list is for: each slot's own price.</summary>
    public static PriceBoard Plain { get; } = new([], default, null, default);

    /// <summary>What a product costs in a slot that asks so much while no list says anything else.</summary>
    public long PriceOf(Id<Product> product, long slotPrice) =>
        lists.Count == 0 ? slotPrice : PriceRules.PriceOf(product.Value, slotPrice, lists, machine, group, clock);
}

/// <summary>
/// The price lists of each organisation, remembered for two seconds, because every sale of a fleet asks and hardly ever is
/// one changed. A change is known at once where it was made, on other nodes within those two seconds.
/// </summary>
public sealed class PriceBook(IServiceScopeFactory scopes, TimeProvider clock)
{
    internal const int MostLists = 100;
    internal const int MostEntries = 2_000;

    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Id<Organization>, (Lists Lists, DateTimeOffset Until)> known = new();

    /// <summary>What things cost at a machine now. Prices are the organisation's currency: another currency knows no lists.</summary>
    /// <param name="organization">Whose.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="group">The group staff count it to.</param>
    /// <param name="timeZone">IANA name of the zone of the clock at the machine.</param>
    /// <param name="currency">What it sells in.</param>
    /// <param name="ct">Cancels.</param>
    public async ValueTask<PriceBoard> AtAsync(
        Id<Organization> organization, MachineId machine, string? group, string timeZone, Currency currency, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (!known.TryGetValue(organization, out var entry) || entry.Until <= now)
        {
            entry = (await ReadAsync(organization, ct), now + Remembered);
            known[organization] = entry;
        }

        return entry.Lists.Priced.Count == 0 || entry.Lists.Currency != currency
            ? PriceBoard.Plain
            : new PriceBoard(
                [.. entry.Lists.Priced.Where(l => PriceRules.Reaches(l.List, machine, group))], machine, group,
                LocalTime.At(now, TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone) ? zone : TimeZoneInfo.Utc));
    }

    /// <summary>Lists of this organisation were changed here.</summary>
    internal void Forget(Id<Organization> organization) => known.TryRemove(organization, out _);

    private async Task<Lists> ReadAsync(Id<Organization> organization, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeOf(organization);
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var lists = await db.Set<PriceList>().AsNoTracking().Where(l => l.OrganizationId == organization && !l.Paused)
            .OrderByDescending(l => l.CreatedAt).Take(MostLists).ToListAsync(ct);
        if (lists.Count == 0) return new Lists(default, []);
        var ids = lists.ConvertAll(l => l.Id);
        var currency = await db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);
        var entries = (await db.Set<PriceEntry>().AsNoTracking().Where(e => ids.Contains(e.PriceListId)).ToListAsync(ct))
            .ToLookup(e => e.PriceListId);
        return new Lists(
            currency, [.. lists.Select(l => new PricedList(l, entries[l.Id].ToDictionary(e => e.ProductId.Value, e => e.Price)))]);
    }

    private sealed record Lists(Currency Currency, IReadOnlyList<PricedList> Priced);
}

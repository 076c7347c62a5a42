using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Panel;
using Automat.Server.Payments;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Settlements;

/// <summary>Reads what the comparison has found, under the reader's own rights.</summary>
internal sealed class SettlementFigures(AutomatDb db, TimeProvider clock)
{
    private const int MostCounted = 1_000;

    // The provider books a second later than we, or we wait for its word; after an hour somebody should look.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    /// <summary>Kinds our books have, too: fees, payouts and the rest are the provider's alone.</summary>
    public static bool IsBooked(BalanceKind kind) => kind is BalanceKind.Payment or BalanceKind.Refund or BalanceKind.Dispute;

    /// <summary>What some days came to, currency by currency.</summary>
    public async Task<IReadOnlyList<SettlementSums>> SumsAsync(Id<Organization> organization, DateOnly from, DateOnly to, CancellationToken ct)
    {
        var days = await db.Set<SettlementDay>().AsNoTracking()
            .Where(d => d.OrganizationId == organization && d.Day >= from && d.Day <= to)
            .GroupBy(d => new { d.Currency, d.Kind })
            .Select(g => new Sum { Currency = g.Key.Currency, Kind = g.Key.Kind, Booked = g.Sum(d => d.Booked), Told = g.Sum(d => d.Told), Fees = g.Sum(d => d.Fees) })
            .ToListAsync(ct);
        var held = await db.Set<SettlementDay>().AsNoTracking().Where(d => d.OrganizationId == organization)
            .GroupBy(d => d.Currency).Select(g => new { g.Key, Sum = g.Sum(d => d.Told - d.Fees) }).ToDictionaryAsync(g => g.Key, g => g.Sum, ct);
        return
        [
            .. days.GroupBy(d => d.Currency).OrderByDescending(g => g.Sum(d => Math.Abs(d.Told))).ThenBy(g => g.Key.Code, StringComparer.Ordinal)
                .Select(g => SumsOf(g.Key.Code, [.. g], held.GetValueOrDefault(g.Key))),
        ];
    }

    /// <summary>A page of the payments that differ.</summary>
    public async Task<ListPage<DifferenceRow>> PageAsync(Id<Organization> organization, ListView view, CancellationToken ct)
    {
        var page = await Differing(organization, view).PageAsync(view, ct);
        var ids = page.Items.Select(p => p.VendId).OfType<Id<Vend>>().ToList();
        var machines = await MachinesAsync(ids, ct);
        var young = Young();
        return page.Map(p => RowOf(p, p.VendId is { } vend ? machines.GetValueOrDefault(vend) : null, young));
    }

    /// <summary>All payments that differ, for a file.</summary>
    public IAsyncEnumerable<DifferenceRow> All(Id<Organization> organization, ListView view)
    {
        var young = Young();
        return Differing(organization, view).AsAsyncEnumerable().Select(p => RowOf(p, null, young));
    }

    /// <summary>How many differ, and how many of those may still be on their way; counted up to a limit.</summary>
    public async Task<(int Differing, int OnTheirWay)> CountAsync(Id<Organization> organization, CancellationToken ct)
    {
        var young = Young();
        var all = db.Set<SettledPayment>().AsNoTracking().Where(p => p.OrganizationId == organization && p.Booked != p.Told);
        return (
            await all.Where(p => p.LastAt <= young).OrderBy(p => p.LastAt).Take(MostCounted).CountAsync(ct),
            await all.Where(p => p.LastAt > young).OrderBy(p => p.LastAt).Take(MostCounted).CountAsync(ct));
    }

    /// <summary>When the two were compared last, and what went wrong since.</summary>
    public async Task<(DateTimeOffset? At, string? Trouble)> MarkAsync(Id<Organization> organization, CancellationToken ct) =>
        await db.Set<SettlementMark>().AsNoTracking().SingleOrDefaultAsync(m => m.OrganizationId == organization, ct) is { } mark
            ? (mark.ComparedAt, mark.Trouble)
            : (null, null);

    /// <summary>What the machines of sales are called.</summary>
    public async Task<Dictionary<Id<Vend>, string>> MachinesAsync(IReadOnlyList<Id<Vend>> vends, CancellationToken ct)
    {
        if (vends.Count == 0) return [];
        var found = await (from vend in db.Set<Vend>().AsNoTracking()
                           join machine in db.Set<Machine>().AsNoTracking() on vend.Machine equals machine.Id
                           where vends.Contains(vend.Id)
                           select new { vend.Id, machine.Name }).ToListAsync(ct);
        return found.ToDictionary(f => f.Id, f => f.Name);
    }

    private DateTimeOffset Young() => clock.GetUtcNow().ToUniversalTime() - Patience;

    private IQueryable<SettledPayment> Differing(Id<Organization> organization, ListView view)
    {
        var payments = db.Set<SettledPayment>().AsNoTracking().Where(p => p.OrganizationId == organization && p.Booked != p.Told);
        return view.Descending ? payments.OrderByDescending(p => p.LastAt).ThenBy(p => p.Key) : payments.OrderBy(p => p.LastAt).ThenBy(p => p.Key);
    }

    private static DifferenceRow RowOf(SettledPayment payment, string? machine, DateTimeOffset young) => new(
        payment.Key, payment.VendId?.ToString(), machine, new Amount(payment.Booked, payment.Currency.Code),
        new Amount(payment.Told, payment.Currency.Code),
        payment switch
        {
            _ when payment.LastAt > young => DifferenceState.OnItsWay,
            { BookedEntries: 0 } => DifferenceState.OnlyTold,
            { ToldEntries: 0 } => DifferenceState.OnlyBooked,
            _ => DifferenceState.Differs,
        },
        payment.LastAt);

    private static SettlementSums SumsOf(string currency, List<Sum> kinds, long held)
    {
        List<SettlementRow> rows =
        [
            .. Enum.GetValues<BalanceKind>().Where(k => IsBooked(k) || kinds.Exists(s => s.Kind == k)).Select(kind =>
            {
                var sum = kinds.Find(s => s.Kind == kind) ?? new Sum();
                return new SettlementRow(kind, IsBooked(kind) ? new Amount(sum.Booked, currency) : null, new Amount(sum.Told, currency));
            }),
        ];
        var fees = kinds.Sum(s => s.Fees);
        var net = kinds.Where(s => s.Kind is not BalanceKind.Payout).Sum(s => s.Told) - fees;
        return new SettlementSums(rows, new Amount(fees, currency), new Amount(net, currency), new Amount(held, currency));
    }

    private sealed class Sum
    {
        public Currency Currency { get; init; }

        public BalanceKind Kind { get; init; }

        public long Booked { get; init; }

        public long Told { get; init; }

        public long Fees { get; init; }
    }
}

using System.Globalization;
using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Machines;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Dex;

/// <summary>What was collected from a machine.</summary>
/// <param name="Bag">Number on the bag, 1 to 40 characters.</param>
/// <param name="Counted">What was counted, minor units of the machine's currency.</param>
/// <param name="CollectedAt">When the box was emptied; null for now.</param>
/// <param name="Read">The audit file read at the machine then; null for the newest before that moment.</param>
public sealed record CollectCashRequest(string? Bag, long? Counted, DateTimeOffset? CollectedAt, Guid? Read);

/// <summary>A collection as staff see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Machine">The machine.</param>
/// <param name="Bag">Number on the bag.</param>
/// <param name="Counted">What was counted, minor units.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="CollectedAt">When the box was emptied.</param>
/// <param name="CollectedBy">Who says so.</param>
/// <param name="Read">The audit file read then.</param>
/// <param name="LedgerSequence">Number of the ledger entry.</param>
public sealed record CollectionView(
    Guid Id, string Machine, string Bag, long Counted, string Currency, DateTimeOffset CollectedAt, string CollectedBy, Guid? Read,
    long LedgerSequence)
{
    internal static CollectionView Of(CashCollection one) => new(
        one.Id.Value, one.MachineId.Value, one.Bag, one.Counted, one.Currency.Code, one.CollectedAt, one.CollectedBy, one.ReadId?.Value,
        one.Entry);
}

/// <summary>Coins and notes leave the machine for the desk: <c>cash:MACHINE +c, desk −c</c>.</summary>
/// <param name="collection">What was collected.</param>
/// <param name="key">The request's own name.</param>
/// <param name="bookedSince">What was booked on the machine's cash since it was emptied, where that is a while ago.</param>
/// <param name="by">Who says so.</param>
internal sealed class BookCollection(CashCollection collection, string key, long bookedSince, AuditSignature by) : JournalCommand<CollectionView>
{
    public override string Key => $"collection:{key}";

    public override string Fingerprint => string.Create(
        CultureInfo.InvariantCulture, $"{collection.MachineId}:{collection.Counted}:{collection.Bag}");

    public override void Ask(JournalRows rows) =>
        rows.AskBalance(Organization, Accounts.Cash(collection.MachineId.Value), collection.Currency);

    public override CollectionView Decide(JournalRows rows, DateTimeOffset now)
    {
        var entry = LedgerDraft.Of(
            "cash.collected", collection.Currency,
            Details.None.With("collection", collection.Id.ToString()).With("machine", collection.MachineId.Value).With("bag", collection.Bag),
            new Posting(Accounts.Cash(collection.MachineId.Value), collection.Counted), new Posting(Accounts.Desk, -collection.Counted));
        // Money in a machine stands below nothing in its account.
        var inside = bookedSince - rows.Balance(Organization, Accounts.Cash(collection.MachineId.Value), collection.Currency);
        var kept = collection with { Expected = inside, Entry = rows.Book(Organization, entry, now) ?? 0, CreatedAt = now };
        rows.Of<CashCollectionRows>().Put(kept);
        rows.Of<AuditRows>().Note(
            Organization, by, now, "cash.collected", "machine", kept.MachineId.Value,
            $"{new Money(kept.Counted, kept.Currency)}, bag {kept.Bag}");
        return CollectionView.Of(kept);
    }
}

/// <summary>Books what somebody took out of a machine's cash box.</summary>
public sealed class CollectCash(AutomatDb db, Journal.Journal journal, Idempotency keys, Actor actor, TimeProvider clock)
{
    private const long MostCounted = 100_000_000;
    private const int LongestBag = 40;
    private const int Most = 200;
    private const int MostSince = 20_000;

    private static readonly TimeSpan Latest = TimeSpan.FromDays(90);

    /// <summary>Books a collection.</summary>
    /// <exception cref="RuleException"><c>machine_unknown</c>, <c>dex_unknown</c>, <c>idempotency_key_reused</c>.</exception>
    /// <exception cref="FieldsException">A field is missing or wrong.</exception>
    public async Task<CollectionView> RunAsync(
        ClaimsPrincipal caller, string machine, CollectCashRequest request, string key, CancellationToken ct)
    {
        var own = await db.OwnMachineAsync(caller, machine, ct);
        var now = clock.GetUtcNow();
        var at = (request.CollectedAt ?? now).ToUniversalTime();
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        var bag = request.Bag?.Trim() ?? "";
        if (bag.Length is 0 or > LongestBag || bag.Any(char.IsControl)) faults["bag"] = $"Needed: the number on the bag, 1 to {LongestBag} characters.";
        if (request.Counted is null or < 0 or > MostCounted) faults["counted"] = $"Needed: what was counted, 0 to {MostCounted} minor units.";
        if (at > now.AddMinutes(5) || at < now - Latest) faults["collected_at"] = "A collection lies at most 90 days back, and not ahead.";
        FieldsException.ThrowIfAny("collection_invalid", faults);
        var read = request.Read is { } id
            ? (await UploadDex.FindAsync(db, own, id, ct)).Id
            : (await db.Set<DexRead>().AsNoTracking().Where(r => r.MachineId == own.Id && r.Status == DexReadStatus.Done && r.ReceivedAt <= at)
                .OrderByDescending(r => r.Id).Select(r => new { r.Id }).FirstOrDefaultAsync(ct))?.Id;
        var since = now - at > TimeSpan.FromMinutes(1) ? await BookedSinceAsync(own, at, ct) : 0;
        using var running = keys.Begin(own.OrganizationId, key);
        return await journal.ExecuteAsync(
            new BookCollection(
                new CashCollection
                {
                    Id = Id<CashCollection>.New(now),
                    OrganizationId = own.OrganizationId,
                    MachineId = own.Id,
                    Bag = bag,
                    Counted = request.Counted!.Value,
                    Currency = own.Currency,
                    CollectedAt = at,
                    CollectedBy = actor.Id,
                    ReadId = read,
                    Entry = 0,
                    CreatedAt = now,
                }, key, since, AuditSignature.Of(actor))
            {
                Organization = own.OrganizationId,
            }, ct);
    }

    /// <summary>
    /// What was booked on a machine's cash since a moment: its newest postings, as far as they are younger, and those of entries
    /// whose postings were not taken out yet.
    /// </summary>
    private async Task<long> BookedSinceAsync(Machine machine, DateTimeOffset at, CancellationToken ct)
    {
        var (account, moment) = (Accounts.Cash(machine.Id.Value), Chain.Timestamp(at));
        var currency = machine.Currency.Code;
        return await db.Database.SqlQuery<long>(
            $"""
            select coalesce(sum(amount), 0)::bigint as "Value" from (
                select p.amount
                from (select organization_id, sequence, amount from ledger_postings
                        where organization_id = {machine.OrganizationId.Value} and account = {account} and currency = {currency}
                        order by sequence desc limit {MostSince}) p
                    join ledger_entries e on e.organization_id = p.organization_id and e.sequence = p.sequence
                where e.timestamp > {moment}
                union all
                select (q ->> 1)::bigint
                from ledger_entries e, lateral (select e.payload::jsonb as j offset 0) l, lateral jsonb_array_elements(j -> 'postings') q
                where e.organization_id = {machine.OrganizationId.Value} and e.timestamp > {moment}
                    and e.sequence > (select coalesce(max(sequence), 0) from posting_marks where organization_id = {machine.OrganizationId.Value})
                    and q ->> 0 = {account} and j ->> 'currency' = {currency}) since
            """).SingleAsync(ct);
    }

    internal static void Map(IEndpointRouteBuilder collections)
    {
        collections.MapPost("", async (
            string machine, CollectCashRequest request, CollectCash collect, HttpContext context, ClaimsPrincipal caller, CancellationToken ct) =>
            TypedResults.Ok(await collect.RunAsync(caller, machine, request, Idempotency.KeyOf(context), ct)))
            .RequirePermission(Permission.SalesWrite).WithName(nameof(CollectCash))
            .WithSummary("Book what was taken out of a machine's cash box: bag, amount counted, when");
        collections.MapGet("", ListAsync).RequirePermission(Permission.SalesRead)
            .WithName("ListCollections").WithSummary("A machine's cash collections, newest first");
    }

    private static async Task<IResult> ListAsync(
        string machine, Guid? cursor, int? limit, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct)
    {
        var size = PageSize.Of(limit, Most);
        var own = await db.OwnMachineAsync(caller, machine, ct);
        var query = db.Set<CashCollection>().AsNoTracking().Where(c => c.MachineId == own.Id);
        if (cursor is { } before) query = query.Where(c => (Guid)(object)c.Id < before);
        var page = await query.OrderByDescending(c => c.Id).Take(size + 1).ToListAsync(ct);
        return TypedResults.Ok(new
        {
            items = page.Take(size).Select(CollectionView.Of),
            next_cursor = page.Count > size ? page[size - 1].Id.Value : (Guid?)null,
        });
    }
}

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
internal sealed record CollectCashRequest(string? Bag, long? Counted, DateTimeOffset? CollectedAt, Guid? Read);

/// <summary>A collection as staff see it.</summary>
internal sealed record CollectionView(
    Guid Id, string Machine, string Bag, long Counted, string Currency, DateTimeOffset CollectedAt, string CollectedBy, Guid? Read,
    long LedgerSequence)
{
    public static CollectionView Of(CashCollection one) => new(
        one.Id.Value, one.MachineId.Value, one.Bag, one.Counted, one.Currency.Code, one.CollectedAt, one.CollectedBy, one.ReadId?.Value,
        one.Entry);
}

/// <summary>Coins and notes leave the machine for the desk: <c>cash:MACHINE +c, desk −c</c>.</summary>
internal sealed class BookCollection(CashCollection collection, string key, AuditSignature by) : JournalCommand<CollectionView>
{
    public override string Key => $"collection:{key}";

    public override string Fingerprint => string.Create(
        CultureInfo.InvariantCulture, $"{collection.MachineId}:{collection.Counted}:{collection.Bag}");

    public override CollectionView Decide(JournalRows rows, DateTimeOffset now)
    {
        var entry = LedgerDraft.Of(
            "cash.collected", collection.Currency,
            Details.None.With("collection", collection.Id.ToString()).With("machine", collection.MachineId.Value).With("bag", collection.Bag),
            new Posting(Accounts.Cash(collection.MachineId.Value), collection.Counted), new Posting(Accounts.Desk, -collection.Counted));
        var kept = collection with { Entry = rows.Book(Organization, entry, now) ?? 0, CreatedAt = now };
        rows.Of<CashCollectionRows>().Put(kept);
        rows.Of<AuditRows>().Note(
            Organization, by, now, "cash.collected", "machine", kept.MachineId.Value,
            $"{new Money(kept.Counted, kept.Currency)}, bag {kept.Bag}");
        return CollectionView.Of(kept);
    }
}

/// <summary>Books what somebody took out of a machine's cash box.</summary>
internal sealed class CollectCash(AutomatDb db, Journal.Journal journal, Idempotency keys, Actor actor, TimeProvider clock)
{
    private const long MostCounted = 100_000_000;
    private const int LongestBag = 40;
    private const int Most = 200;

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
                }, key, AuditSignature.Of(actor))
            {
                Organization = own.OrganizationId,
            }, ct);
    }

    public static void Map(IEndpointRouteBuilder collections)
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

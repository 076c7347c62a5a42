using System.Security.Cryptography;
using Automat.Domain;
using Automat.Domain.Meters;
using Automat.Domain.Vends;
using Automat.Protocol.Dex;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Machines;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Dex;

/// <summary>Sets the stock of slots to what the machine says lies in them.</summary>
internal sealed class FollowLevels(Id<DexRead> read, MachineId machine, IReadOnlyList<DexLevel> levels) : JournalCommand<int>
{
    public override string Key => $"dex-levels:{read}";

    public override void Ask(JournalRows rows)
    {
        foreach (var level in levels) rows.Of<SlotRows>().Ask(new SlotKey(machine, level.Slot));
    }

    public override int Decide(JournalRows rows, DateTimeOffset now)
    {
        var changed = 0;
        foreach (var level in levels)
        {
            if (!rows.Of<SlotRows>().TryGet(new SlotKey(machine, level.Slot), out var slot) || slot.Capacity is null) continue;
            if (slot.Stock == level.Level) continue;
            rows.Of<SlotRows>().Put(slot with { Stock = level.Level });
            changed++;
        }

        return changed;
    }
}

/// <summary>
/// Takes an audit file in: keeps it, decides what comes of it, carries that out. Each of the three is safe to repeat, so a file
/// that was brought twice, or interrupted anywhere, is booked once.
/// </summary>
internal sealed class ImportDex(
    AutomatDb db, Journal.Journal journal, MachineSales sales, TellFollowers followers, TimeProvider clock)
{
    /// <summary>Bytes of the largest file.</summary>
    public const int LargestFile = 256 * 1024;

    /// <summary>Takes a file in.</summary>
    /// <param name="machine">The machine it is of.</param>
    /// <param name="file">The file as it came.</param>
    /// <param name="source">Who brought it.</param>
    /// <param name="setsStock">Whether the stock follows it.</param>
    /// <param name="ct">Ends it early; what is open is finished later.</param>
    /// <exception cref="RuleException"><c>dex_invalid</c>, <c>body_too_large</c>.</exception>
    public async Task<DexRead> RunAsync(
        Machine machine, ReadOnlyMemory<byte> file, DexSource source, bool setsStock, CancellationToken ct)
    {
        if (file.Length > LargestFile) throw new RuleException("body_too_large", $"An audit file has at most {LargestFile} bytes.");
        var audit = DexAuditReader.Read(file.Span);
        if (audit is { Sales: null, CashSales: null, Products.Count: 0, Cash.In.Init: null } or { Serial: "", Products.Count: 0 })
        {
            throw new RuleException("dex_invalid", "This is no audit file: it has no counters. Send what the machine gave, unchanged.");
        }

        var (read, known) = await KeepAsync(machine, file.ToArray(), audit.Serial, source, setsStock, ct);
        await FinishAsync(machine, ct);
        // The same file once more, fetched anew: nothing was counted since.
        if (known && source is DexSource.Driver) await followers.TellAgainAsync(machine, read, clock.GetUtcNow(), ct);
        return await db.Set<DexRead>().AsNoTracking().SingleAsync(r => r.Id == read, ct);
    }

    /// <summary>Finishes whatever of a machine's files is open, oldest first.</summary>
    public async Task FinishAsync(Machine machine, CancellationToken ct)
    {
        while (await PlannedAsync(machine, ct) is { } read) await CarryOutAsync(machine, read, DexPlan.FromJson(read.Plan!), ct);
    }

    private async Task<(Id<DexRead> Read, bool Known)> KeepAsync(
        Machine machine, byte[] file, string serial, DexSource source, bool setsStock, CancellationToken ct)
    {
        var hash = SHA256.HashData(file);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await LockAsync(machine, ct);
        var there = await db.Set<DexRead>().AsNoTracking().Where(r => r.MachineId == machine.Id && r.Hash == hash)
            .Select(r => new { r.Id }).SingleOrDefaultAsync(ct);
        if (there is not null) return (there.Id, true);
        var now = clock.GetUtcNow();
        var read = new DexRead
        {
            Id = Id<DexRead>.New(now),
            OrganizationId = machine.OrganizationId,
            MachineId = machine.Id,
            Serial = serial,
            Hash = hash,
            Content = file,
            Source = source,
            SetsStock = setsStock,
            ReceivedAt = now,
        };
        db.Add(read);
        db.Note(machine.OrganizationId, "dex.received", "machine", machine.Id.Value, read.Id.ToString());
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        db.ChangeTracker.Clear();
        return (read.Id, false);
    }

    /// <summary>The oldest open file with its plan; decides it if nobody has.</summary>
    private async Task<DexRead?> PlannedAsync(Machine machine, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await LockAsync(machine, ct);
        var read = await db.Set<DexRead>().Where(r => r.MachineId == machine.Id && r.Status != DexReadStatus.Done)
            .OrderBy(r => r.Id).FirstOrDefaultAsync(ct);
        if (read is { Status: DexReadStatus.Received })
        {
            read.Plan = (await DecideAsync(machine, read, ct)).ToJson();
            read.Status = DexReadStatus.Planned;
            await db.SaveChangesAsync(ct);
        }

        await transaction.CommitAsync(ct);
        db.ChangeTracker.Clear();
        return read;
    }

    private async Task<DexPlan> DecideAsync(Machine machine, DexRead read, CancellationToken ct)
    {
        var chain = await db.DexChainAsync(machine.Id, read.Serial, ct);
        var last = chain.Count > 0 ? chain[^1] : null;
        var slots = await db.Set<Slot>().AsNoTracking().Where(s => s.MachineId == machine.Id).OrderBy(s => s.Code).Select(s => s.Code).ToListAsync(ct);
        IReadOnlyList<BookedSale> cash = [], cashless = [];
        if (last is not null)
        {
            var first = chain[0].ReceivedAt;
            cash = await SoldAsync(db.Set<Vend>().Where(v => v.ReservedAt >= first && v.Tender.Kind == TenderKind.Cash
                && !db.Set<DexVend>().Any(d => d.VendId == (Guid)(object)v.Id)), machine.Id, ct);
            cashless = await SoldAsync(
                db.Set<Vend>().Where(v => v.ReservedAt >= last.ReceivedAt && v.Tender.Kind != TenderKind.Cash), machine.Id, ct);
        }

        return DecidePlan.Of(
            DexAuditReader.Read(read.Content), last is null ? null : DexAuditReader.Read(last.Content), last?.Id.Value,
            new DexKnown(machine.Currency, slots, cash, cashless));
    }

    private static async Task<IReadOnlyList<BookedSale>> SoldAsync(IQueryable<Vend> vends, MachineId machine, CancellationToken ct)
    {
        var found = await vends.AsNoTracking().Where(v => v.Machine == machine && v.Delivered > 0)
            .OrderBy(v => v.ReservedAt).ThenBy(v => v.Id).Take(MostSales).ToListAsync(ct);
        return [.. found.Select(v => new BookedSale(
            v.Id.ToString(), v.Lines is [var one] ? one.Slot : "", v.Lines.Sum(l => l.Quantity), v.Delivered))];
    }

    private async Task CarryOutAsync(Machine machine, DexRead read, DexPlan plan, CancellationToken ct)
    {
        var counted = plan.Known.Select(k => (Vend: Guid.Parse(k.Reference), Amount: k.Value, Booked: false)).ToList();
        for (var i = 0; i < plan.Sales.Count; i++)
        {
            var sale = plan.Sales[i];
            var order = new MachineOrder($"dex:{read.Id}:{i}", sale.Slot, sale.Amount, sale.Pieces) { Most = long.MaxValue };
            counted.Add(((await BookAsync(machine, order, ct)).Id, sale.Amount, true));
        }

        if (read.SetsStock && plan.Levels.Count > 0)
        {
            await journal.ExecuteAsync(new FollowLevels(read.Id, machine.Id, plan.Levels) { Organization = machine.OrganizationId }, ct);
        }

        if (plan.Counts && read.Source is DexSource.Driver) await followers.TellAsync(machine, read, ct);

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await LockAsync(machine, ct);
        var open = await db.Set<DexRead>().SingleAsync(r => r.Id == read.Id, ct);
        if (open.Status is not DexReadStatus.Done)
        {
            db.AddRange(counted.Select(c => new DexVend
            {
                VendId = c.Vend,
                OrganizationId = machine.OrganizationId,
                MachineId = machine.Id,
                ReadId = read.Id,
                Booked = c.Booked,
                Amount = c.Amount,
            }));
            open.Status = DexReadStatus.Done;
            await db.SaveChangesAsync(ct);
        }

        await transaction.CommitAsync(ct);
        db.ChangeTracker.Clear();
    }

    private async Task<MachineSale> BookAsync(Machine machine, MachineOrder order, CancellationToken ct)
    {
        try
        {
            return await sales.CashSaleAsync(machine, order, ct);
        }
        catch (RuleException gone) when (gone.Code == "slot_unknown" && order.Slot is not null)
        {
            // The planogram was changed since it was decided: the money is booked all the same.
            return await sales.CashSaleAsync(machine, order with { Key = order.Key + ":x", Slot = null }, ct);
        }
    }

    /// <summary>One file of a machine at a time, on any node.</summary>
    private async Task LockAsync(Machine machine, CancellationToken ct)
    {
        var name = "dex:" + machine.Id.Value;
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({name}, 0))", ct);
    }

    private const int MostSales = 5_000;
}

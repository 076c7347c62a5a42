using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Planograms;
using Automat.Domain.Stock;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Planograms;

/// <summary>
/// Makes a draft, or an earlier version, what the machine has. The machine's configuration is another one from then on: its
/// ETag changes, and the machine is told so with the answer to its next heartbeat.
/// </summary>
internal sealed class PublishPlanogram(AutomatDb db, MachineChanges changes, DriverRegistry drivers, TimeProvider clock)
{
    private const int LongestNote = 200;

    /// <summary>Publishes the draft as it was looked at.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="id">The machine.</param>
    /// <param name="revision">Which state of the draft was looked at.</param>
    /// <param name="note">What to remember about it.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The version this made; null when the draft changed nothing and was only put away.</returns>
    /// <exception cref="RuleException">
    /// <c>draft_unknown</c>; <c>draft_changed</c> when somebody worked at it since it was looked at; <c>planogram_changed</c> when the
    /// machine's layout is not the one the draft was begun with.
    /// </exception>
    /// <exception cref="FieldsException"><c>planogram_invalid</c>.</exception>
    public async Task<PlanogramVersion?> RunAsync(ClaimsPrincipal caller, string id, int revision, string? note, CancellationToken ct)
    {
        var said = NoteOf(note);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var machine = await OpenAsync(caller, id, ct);
        var draft = await db.Set<PlanogramDraft>().AsNoTracking().SingleOrDefaultAsync(d => d.MachineId == machine.Id, ct)
            ?? throw EditDraft.None(machine);
        if (draft.Revision != revision)
        {
            throw new RuleException("draft_changed", "Somebody changed the draft since you looked at it; look at it again.");
        }

        var present = await PresentLayout.LockAsync(db, machine, ct);
        if (!Layout.AreSame(StoredLayout.Read(draft.Original), present.Layout))
        {
            throw new RuleException(
                "planogram_changed", "The machine's layout was changed since this draft was begun; lay the draft over it, and look at it again.");
        }

        var version = await WriteAsync(machine, present, StoredLayout.Read(draft.Slots), New(caller, machine, said), ct);
        db.Remove(draft);
        await EndAsync(transaction, machine, version, ct);
        return version;
    }

    /// <summary>Brings an earlier version back, which makes a new one. A draft somebody works at stays.</summary>
    /// <returns>The version this made; null when the machine has that layout already.</returns>
    /// <exception cref="RuleException"><c>machine_unknown</c>, <c>machine_retired</c>, <c>version_unknown</c>.</exception>
    /// <exception cref="FieldsException"><c>planogram_invalid</c> when a product of it is gone, or something is promised.</exception>
    public async Task<PlanogramVersion?> RollBackAsync(ClaimsPrincipal caller, string id, int number, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var machine = await OpenAsync(caller, id, ct);
        var source = await db.Set<PlanogramVersion>().AsNoTracking().SingleOrDefaultAsync(v => v.MachineId == machine.Id && v.Number == number, ct)
            ?? throw new RuleException("version_unknown", $"{machine.Name} never had a version {number}.");
        var present = await PresentLayout.LockAsync(db, machine, ct);
        var version = await WriteAsync(
            machine, present, StoredLayout.Read(source.Slots),
            New(caller, machine, note: null) with { Origin = VersionOrigin.RolledBack, Source = number }, ct);
        await EndAsync(transaction, machine, version, ct);
        return version;
    }

    private async Task<Machine> OpenAsync(ClaimsPrincipal caller, string id, CancellationToken ct)
    {
        var machine = await db.LockedMachineAsync(caller, id, ct);
        return machine.State is MachineState.Retired ? throw new RuleException("machine_retired", $"{machine.Name} is retired.") : machine;
    }

    private async Task<PlanogramVersion?> WriteAsync(
        Machine machine, PresentLayout present, IReadOnlyList<PlannedSlot> layout, PlanogramVersion version, CancellationToken ct)
    {
        if (Layout.AreSame(present.Layout, layout)) return null;
        var products = await LayoutProducts.OfAsync(db, machine, layout, ct);
        FieldsException.ThrowIfAny(
            "planogram_invalid",
            LayoutProducts.Sentences(LayoutRules.FaultsIn(layout, LayoutProducts.GoodsOf(machine, drivers, products), present.Fills)));
        present.Become(db, machine, layout, products);
        var added = await VersionBook.AddAsync(db, present.Layout, version with { Slots = StoredLayout.Write(layout) }, ct);
        db.Note(
            machine.OrganizationId, version.Origin is VersionOrigin.RolledBack ? "planogram.rolled_back" : "planogram.published", "machine",
            machine.Id.Value, version.Note);
        return added;
    }

    private async Task EndAsync(
        Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction, Machine machine, PlanogramVersion? version, CancellationToken ct)
    {
        await db.SayAsync(new StockMove(MovementKind.Planogram, version?.PublishedBy), ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        if (version is not null) changes.Tell(machine.Id);
    }

    private PlanogramVersion New(ClaimsPrincipal caller, Machine machine, string? note) => new()
    {
        MachineId = machine.Id,
        Number = 0,
        OrganizationId = machine.OrganizationId,
        Slots = "[]",
        Origin = VersionOrigin.Published,
        PublishedBy = caller.ActorOf(),
        PublishedAt = clock.GetUtcNow(),
        Note = note,
    };

    private static string? NoteOf(string? note)
    {
        if (string.IsNullOrWhiteSpace(note)) return null;
        if (note.Trim().Length > LongestNote || note.Any(char.IsControl))
        {
            throw new FieldsException("note_invalid", new Dictionary<string, string> { ["note"] = $"At most {LongestNote} characters in one line." });
        }

        return note.Trim();
    }
}

using System.Collections.Concurrent;
using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Doors;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>
/// Keeps visits: whatever is heard of one is put to the rules under a lock of its row, and what they decide is written down
/// before anything follows from it.
/// </summary>
internal sealed class Visits(IServiceScopeFactory scopes, LiveDoors doors, FridgeMeter meter, TimeProvider clock)
{
    /// <summary>Words kept of one visit; what comes after is heard and not kept.</summary>
    private const int MostWords = 100;

    private readonly ConcurrentDictionary<Id<Vend>, TaskCompletionSource> moved = new();

    /// <summary>Begins a visit, or begins it anew when the lock was never told.</summary>
    /// <returns>The visit; null when the lock was told of it before.</returns>
    public async Task<DoorVisit?> BeginAsync(Machine machine, Id<Vend> vend, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeOf(machine.OrganizationId).WorkOf("fridge");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var door = doors.Of(machine.Id);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var known = await db.Set<DoorVisit>().FromSql($"select * from door_visits where vend_id = {vend.Value} for update").ToListAsync(ct);
        if (known is [{ IsNotSent: false }]) return null;
        var visit = known is [var before] ? before : new DoorVisit
        {
            VendId = vend,
            OrganizationId = machine.OrganizationId,
            MachineId = machine.Id,
            Transaction = TransactionOf(vend),
        };
        visit.Keep(new DoorSession { UnlockedAt = clock.GetUtcNow(), MassBefore = door.Mass, MassNow = door.Mass });
        visit.TakeUp();
        if (known.Count == 0) db.Add(visit);
        db.Add(Word(visit, "server", "unlock"));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return visit;
    }

    /// <summary>The lock was never told: the visit has not begun, and may begin when the controller is back.</summary>
    public Task NotSentAsync(DoorVisit visit, CancellationToken ct) => ChangeAsync(visit.OrganizationId, visit.VendId, (now, at) =>
    {
        if (now.Status is DoorStatus.Unlocked) now.GiveUp(at);
        return new DoorChange(now.Session(), News: true);
    }, ("server", "not sent"), ct);

    /// <summary>A visit; null when there is none.</summary>
    public async Task<DoorVisit?> FindAsync(Id<Organization> organization, Id<Vend> vend, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeOf(organization);
        return await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<DoorVisit>().AsNoTracking()
            .SingleOrDefaultAsync(v => v.VendId == vend, ct);
    }

    /// <summary>The visit a machine means; null when it never had one of that name. A machine has only its own.</summary>
    public async Task<Id<Vend>?> NamedAsync(Machine machine, string transaction, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeOf(machine.OrganizationId);
        var found = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<DoorVisit>().AsNoTracking()
            .Where(v => v.MachineId == machine.Id && v.Transaction == transaction).Select(v => (Id<Vend>?)v.VendId).ToListAsync(ct);
        return found is [var one] ? one : null;
    }

    /// <summary>Puts something heard to the rules; returns what they said, and the visit as it is now.</summary>
    /// <param name="organization">Whose visit.</param>
    /// <param name="vend">The sale.</param>
    /// <param name="heard">What was heard.</param>
    /// <param name="limits">How long things may take.</param>
    /// <param name="source">Who said it, and what, for the evidence; null for what is no word.</param>
    /// <param name="ct">Ends the wait.</param>
    public Task<(DoorChange Change, DoorVisit Visit)> HearAsync(
        Id<Organization> organization, Id<Vend> vend, DoorEvent heard, DoorLimits limits, (string Source, string Text)? source,
        CancellationToken ct) => ChangeAsync(organization, vend, (visit, now) =>
        {
            var change = DoorRules.Hear(visit.Session(), heard, now, limits);
            visit.Keep(change.Session);
            if (change is { News: true, Session.Status: DoorStatus.Weighing }) visit.TakeUp();
            return change;
        }, source, ct);

    /// <summary>Changes a visit under its lock.</summary>
    public async Task<(DoorChange Change, DoorVisit Visit)> ChangeAsync(
        Id<Organization> organization, Id<Vend> vend, Func<DoorVisit, DateTimeOffset, DoorChange> work,
        (string Source, string Text)? word, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeOf(organization).WorkOf("fridge");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var visit = await LockedAsync(db, vend, ct);
        var change = work(visit, clock.GetUtcNow().ToUniversalTime());
        if (word is { } said && await db.Set<DoorWord>().CountAsync(w => w.VendId == vend, ct) < MostWords)
        {
            db.Add(Word(visit, said.Source, said.Text));
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        if (change.RaisesAlarm) meter.Alarmed();
        if (change.News && moved.TryRemove(vend, out var waiting)) waiting.TrySetResult();
        return (change, visit);
    }

    /// <summary>A visit, locked until the caller's transaction ends.</summary>
    /// <exception cref="RuleException"><c>basket_unknown</c>.</exception>
    internal static async Task<DoorVisit> LockedAsync(AutomatDb db, Id<Vend> vend, CancellationToken ct) =>
        await db.Set<DoorVisit>().FromSql($"select * from door_visits where vend_id = {vend.Value} for update").ToListAsync(ct)
            is [var one] ? one : throw new RuleException("basket_unknown", "There is no such basket.");

    /// <summary>Ends when the visit moves, here or (within so long) anywhere.</summary>
    public async Task MovedAsync(Id<Vend> vend, TimeSpan atMost, CancellationToken ct)
    {
        var waiting = moved.GetOrAdd(vend, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await waiting.Task.WaitAsync(atMost, clock, ct);
        }
        catch (TimeoutException)
        {
            // Another node may have heard it: the table is looked at.
        }
    }

    /// <summary>Nobody waits for it any more.</summary>
    public void Forget(Id<Vend> vend) => moved.TryRemove(vend, out _);

    /// <summary>What a sale is called on the wire: its id without hyphens.</summary>
    public static string TransactionOf(Id<Vend> vend) => vend.Value.ToString("N");

    /// <summary>One more word of evidence.</summary>
    internal DoorWord Word(DoorVisit visit, string source, string text)
    {
        var now = clock.GetUtcNow().ToUniversalTime();
        return new DoorWord
        {
            Id = Id<DoorWord>.New(now),
            VendId = visit.VendId,
            OrganizationId = visit.OrganizationId,
            At = now,
            Source = source,
            Text = text.Length > 2_000 ? text[..2_000] : text,
        };
    }

    /// <summary>Items as evidence.</summary>
    internal static string TextOf<T>(T told) => JsonSerializer.Serialize(told, JsonSerializerOptions.Web);
}

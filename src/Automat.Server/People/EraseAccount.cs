using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>
/// An account goes for good, with everything kept about its person. Each organisation they worked for keeps an administrator,
/// and its audit log says that somebody of that id is gone.
/// </summary>
internal sealed class EraseAccount(PersonalData data, IServiceScopeFactory scopes, Actor caller, TimeProvider clock)
{
    /// <summary>Erases somebody.</summary>
    /// <param name="person">Whom.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <exception cref="RuleException"><c>last_admin</c>: an organisation, or the platform, would have no administrator left.</exception>
    public async Task RunAsync(Guid person, CancellationToken ct)
    {
        var address = await NoteAsync(person, ct);
        await data.EraseAsync(new DataSubject(person, address, Within: null), ct);
    }

    /// <summary>
    /// Switches the account off first, in one transaction with what the audit is told: should the rest be interrupted, nobody
    /// signs in any more and asking again finishes it.
    /// </summary>
    private async Task<string?> NoteAsync(Guid id, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("somebody's account belongs to every organisation they work for");
        var actor = scope.ServiceProvider.GetRequiredService<Actor>();
        actor.ComesLike(caller);
        actor.Is(caller.Kind, caller.Id, caller.OnBehalfOf);
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var person = await db.Set<Person>().SingleOrDefaultAsync(p => p.Id == id, ct)
            ?? throw new RuleException("person_unknown", "There is no such account any more.");
        // Whoever else changes who administers one of these waits.
        await db.Database.ExecuteSqlAsync(
            $"""
            select 1 from memberships where organization_id in (select organization_id from memberships where person_id = {id})
            order by organization_id, person_id for update
            """, ct);
        var works = await db.Set<Membership>().Where(m => m.PersonId == id).ToListAsync(ct);
        foreach (var membership in works) await Administrators.KeepOneAsync(db, membership, ct);
        if (person.IsPlatformAdministrator && !await db.Set<Person>().AnyAsync(p => p.Id != id && p.IsPlatformAdministrator, ct))
            throw new RuleException("last_admin", "The last platform administrator stays one. Make somebody else one first.");

        var now = clock.GetUtcNow();
        foreach (var membership in works)
        {
            membership.DisabledAt ??= now;
            db.Note(membership.OrganizationId, "person.erased", "person", id.ToString());
        }

        db.Note(AuditLog.Platform, "person.erased", "person", id.ToString());
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return person.Email;
    }
}

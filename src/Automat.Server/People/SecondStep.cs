using Automat.Server.Audit;
using Automat.Server.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>The second step: a code of an authenticator app, or a recovery code. Each counts once.</summary>
internal sealed class SecondStep(AutomatDb db, UserManager<Person> people, Actor actor, TimeProvider clock)
{
    /// <summary>Whether a code of the app is right; it is used up then. Wrong ones count towards the lock.</summary>
    public async Task<bool> CheckAppAsync(Person person, string? code)
    {
        if (await people.IsLockedOutAsync(person)) return false;
        var secret = await people.GetAuthenticatorKeyAsync(person);
        var step = secret is null ? null : Totp.Check(secret, code, clock.GetUtcNow());
        if (step is { } at && person.UseCode(at))
        {
            // Two requests with one code: the concurrency stamp lets only the first save.
            return (await people.UpdateAsync(person)).Succeeded;
        }

        return await FailAsync(person);
    }

    /// <summary>Whether a recovery code is one of the person's and unused; it is used up then.</summary>
    public async Task<bool> CheckRecoveryAsync(Person person, string? code, CancellationToken ct)
    {
        if (await people.IsLockedOutAsync(person) || code is not { Length: > 0 and <= 64 }) return false;
        var hash = Secrets.HashOfCode(code);
        var now = clock.GetUtcNow();
        var used = await db.Set<RecoveryCode>()
            .Where(c => c.PersonId == person.Id && c.Hash == hash && c.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.UsedAt, now), ct);
        if (used != 1) return await FailAsync(person);
        actor.Proves(ActorKind.Person, person.Id.ToString());
        db.Note(AuditLog.Platform, "person.recovery_code_used", "person", person.Id.ToString());
        await db.SaveChangesAsync(ct);
        return true;
    }

    private async Task<bool> FailAsync(Person person)
    {
        // Whoever it was: that a name is locked is the server's doing.
        if (!actor.IsKnown) actor.Is(ActorKind.System, "sign-in");
        await people.AccessFailedAsync(person);
        return false;
    }

    /// <summary>How many recovery codes are left.</summary>
    public Task<int> LeftAsync(Person person, CancellationToken ct) =>
        db.Set<RecoveryCode>().CountAsync(c => c.PersonId == person.Id && c.UsedAt == null, ct);

    /// <summary>A new set of recovery codes; the old one is void. Shown once. The caller saves.</summary>
    public async Task<IReadOnlyList<string>> NewCodesAsync(Person person, CancellationToken ct)
    {
        await db.Set<RecoveryCode>().Where(c => c.PersonId == person.Id).ExecuteDeleteAsync(ct);
        var codes = Enumerable.Range(0, RecoveryCode.InASet).Select(_ => Secrets.NewRecoveryCode()).ToList();
        db.AddRange(codes.Select(code => new RecoveryCode
        {
            Id = Domain.Id<RecoveryCode>.New(clock.GetUtcNow()),
            PersonId = person.Id,
            Hash = Secrets.HashOfCode(code),
        }));
        return codes;
    }

    /// <summary>Switches the second step off and forgets its secret, its codes and the devices that skip it.</summary>
    public async Task SwitchOffAsync(Person person, CancellationToken ct)
    {
        await db.Set<RecoveryCode>().Where(c => c.PersonId == person.Id).ExecuteDeleteAsync(ct);
        await people.ResetAuthenticatorKeyAsync(person);
        await people.SetTwoFactorEnabledAsync(person, enabled: false);
    }
}

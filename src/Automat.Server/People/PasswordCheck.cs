using Automat.Server.Data;
using Microsoft.AspNetCore.Identity;

namespace Automat.Server.People;

/// <summary>
/// Whether a name and a password belong together. An unknown name, a wrong password and a locked account cannot be told
/// apart, neither by the answer nor by the clock.
/// </summary>
internal sealed class PasswordCheck(UserManager<Person> people, CallerLimits limits, EvenPace pace, Actor actor)
{
    private static readonly Person Nobody = new() { FirstName = "", LastName = "" };

    /// <summary>A real hash of nothing anybody knows: checking an unknown name takes as long as checking a known one.</summary>
    private static readonly string NobodysHash =
        new PasswordHasher<Person>().HashPassword(Nobody, Guid.CreateVersion7().ToString());

    /// <summary>The person, or null. Failures count towards the lock of the account.</summary>
    /// <exception cref="Domain.RuleException"><c>too_many_requests</c> beyond the limit of attempts for one name.</exception>
    public async Task<Person?> RunAsync(string? name, string? password, CancellationToken ct)
    {
        limits.CountAttempt(name);
        var start = pace.Start();
        var person = name is { Length: > 0 and <= 256 } ? await people.FindByNameAsync(name.Trim()) : null;
        var right = await MatchesAsync(person, password);
        if (right && !await people.IsLockedOutAsync(person!)) return person;
        if (person is not null && !right)
        {
            // Whoever it was: that a name is locked is the server's doing.
            if (!actor.IsKnown) actor.Is(ActorKind.System, "sign-in");
            await people.AccessFailedAsync(person);
        }

        await pace.WaitAsync(start, ct);
        return null;
    }

    /// <summary>Whether somebody who is signed in knows the own password. Failures count, too.</summary>
    public async Task<bool> ConfirmAsync(Person person, string? password, CancellationToken ct) =>
        await RunAsync(person.UserName, password, ct) is not null;

    private async Task<bool> MatchesAsync(Person? person, string? password)
    {
        if (password is { Length: > PasswordRules.Longest }) password = "";
        if (person is { PasswordHash: not null }) return await people.CheckPasswordAsync(person, password ?? "");
        people.PasswordHasher.VerifyHashedPassword(Nobody, NobodysHash, password ?? "");
        return false;
    }
}

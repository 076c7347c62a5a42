using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.People;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Demo;

/// <summary>Gives the demo's people, programs and machines the sign-ins of this start.</summary>
internal static class DemoSignIns
{
    /// <summary>The administrator's address.</summary>
    public const string Administrator = "admin@demo.automat";

    /// <summary>The administrator existing admin pages sign in as.</summary>
    public const string ExistingAdministrator = "admin1";

    /// <summary>Somebody who runs machines.</summary>
    public const string Operator = "operator@demo.automat";

    /// <summary>Somebody who looks after the books.</summary>
    public const string Auditor = "auditor@demo.automat";

    private const string KeyName = "Demo";

    /// <summary>Both administrators: they may put off their second step, because a demo is to be looked at right away.</summary>
    public static IReadOnlySet<string> Administrators { get; } =
        new HashSet<string>(StringComparer.Ordinal) { Administrator, ExistingAdministrator };

    /// <summary>Brings them up to date, before anybody can sign in. Secrets are encrypted, so it needs the built server.</summary>
    public static async Task SetAsync(
        IServiceProvider services, Id<Organization> organization, DemoSecrets secrets, CancellationToken ct)
    {
        await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateScopeOf(organization).WorkOf("demo");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Several nodes may start at once; the second finds everything as it should be.
        await db.Database.ExecuteSqlRawAsync("select pg_advisory_xact_lock(hashtext('automat.demo'))", ct);
        var password = new DemoPassword(secrets.Password);
        await SetPersonAsync(db, organization, Administrator, Role.Admin, password, ct);
        await SetPersonAsync(db, organization, ExistingAdministrator, Role.Admin, password, ct);
        await SetPersonAsync(db, organization, Operator, Role.Operator, password, ct);
        await SetPersonAsync(db, organization, Auditor, Role.Auditor, password, ct);
        var hash = ApiToken.HashOf(secrets.ApiKey);
        if (!await db.Set<ApiToken>().AnyAsync(k => k.Hash == hash, ct))
        {
            db.RemoveRange(await db.Set<ApiToken>()
                .Where(k => k.OrganizationId == organization && k.Name == KeyName && k.CreatedBy == null).ToListAsync(ct));
            db.Add(new ApiToken
            {
                Id = Id<ApiToken>.New(),
                OrganizationId = organization,
                Name = KeyName,
                Hash = hash,
                Start = secrets.ApiKey[..Math.Min(ApiToken.Shown, secrets.ApiKey.Length)],
                Scopes = [.. Permissions.ScopesOf(Role.Operator).Select(Permissions.NameOf)], // whatever staff may do
                CreatedAt = TimeProvider.System.GetUtcNow(),
            });
        }

        var keys = scope.ServiceProvider.GetRequiredService<MachineKeys>();
        foreach (var machine in await db.Set<Machine>().AsNoTracking().Where(m => m.OrganizationId == organization).ToListAsync(ct))
        {
            await keys.KeepAsync(db, machine, secrets.MachineSecret, ct);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private static async Task SetPersonAsync(
        AutomatDb db, Id<Organization> organization, string name, Role role, DemoPassword password, CancellationToken ct)
    {
        var normalized = name.ToUpperInvariant();
        var person = await db.Set<Person>().SingleOrDefaultAsync(p => p.NormalizedUserName == normalized, ct);
        if (person is null)
        {
            person = new Person
            {
                Id = Guid.CreateVersion7(),
                FirstName = "Demo",
                LastName = role is Role.Admin ? "Administrator" : role.ToString(),
                UserName = name,
                NormalizedUserName = normalized,
                SecurityStamp = Guid.CreateVersion7().ToString(),
                Email = name.Contains('@', StringComparison.Ordinal) ? name : null,
                NormalizedEmail = name.Contains('@', StringComparison.Ordinal) ? normalized : null,
                LockoutEnabled = true,
                IsPlatformAdministrator = name == Administrator,
            };
            db.Add(person);
        }

        // People of an older demo worked here without a membership.
        if (!await db.Set<Membership>().AnyAsync(m => m.OrganizationId == organization && m.PersonId == person.Id, ct))
        {
            db.Add(new Membership
            {
                OrganizationId = organization,
                PersonId = person.Id,
                Role = role,
                CreatedAt = TimeProvider.System.GetUtcNow(),
            });
        }

        person.PasswordHash = password.HashFor(person);
    }

    // All of them have the one printed password. Hashing it is slow, as it should be, so they share the hash too.
    private sealed class DemoPassword(string password)
    {
        private static readonly PasswordHasher<Person> _hasher = new();
        private string? known;

        public string HashFor(Person person) => known ??=
            person.PasswordHash is { } hash
                && _hasher.VerifyHashedPassword(person, hash, password) is not PasswordVerificationResult.Failed
                ? hash
                : _hasher.HashPassword(person, password);
    }
}

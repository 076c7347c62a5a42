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

    private const string KeyName = "Demo";

    /// <summary>Brings them up to date, before anybody can sign in. Secrets are encrypted, so it needs the built server.</summary>
    public static async Task SetAsync(
        IServiceProvider services, Id<Organization> organization, DemoSecrets secrets, CancellationToken ct)
    {
        await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateScopeOf(organization).WorkOf("demo");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Several nodes may start at once; the second finds everything as it should be.
        await db.Database.ExecuteSqlRawAsync("select pg_advisory_xact_lock(hashtext('automat.demo'))", ct);
        await SetPersonAsync(db, organization, Administrator, secrets.Password, ct);
        await SetPersonAsync(db, organization, ExistingAdministrator, secrets.Password, ct);
        var hash = ApiKey.HashOf(secrets.ApiKey);
        if (!await db.Set<ApiKey>().AnyAsync(k => k.Hash == hash, ct))
        {
            db.RemoveRange(await db.Set<ApiKey>().Where(k => k.OrganizationId == organization && k.Name == KeyName).ToListAsync(ct));
            db.Add(new ApiKey
            {
                Id = Id<ApiKey>.New(),
                OrganizationId = organization,
                Name = KeyName,
                Hash = hash,
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
        AutomatDb db, Id<Organization> organization, string name, string password, CancellationToken ct)
    {
        var hasher = new PasswordHasher<Person>();
        var normalized = name.ToUpperInvariant();
        var person = await db.Set<Person>().SingleOrDefaultAsync(p => p.NormalizedUserName == normalized, ct);
        if (person is null)
        {
            person = new Person
            {
                Id = Guid.CreateVersion7(),
                OrganizationId = organization,
                FirstName = "Demo",
                LastName = "Administrator",
                UserName = name,
                NormalizedUserName = normalized,
                SecurityStamp = Guid.CreateVersion7().ToString(),
                Email = name.Contains('@', StringComparison.Ordinal) ? name : null,
                NormalizedEmail = name.Contains('@', StringComparison.Ordinal) ? normalized : null,
                LockoutEnabled = true,
            };
            db.Add(person);
        }

        var same = person.PasswordHash is { } hash
            && hasher.VerifyHashedPassword(person, hash, password) is not PasswordVerificationResult.Failed;
        if (!same) person.PasswordHash = hasher.HashPassword(person, password);
    }
}

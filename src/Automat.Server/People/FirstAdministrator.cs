using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>A server nobody can sign in to yet prints a link for its first administrator. There is no default password.</summary>
public static class FirstAdministrator
{
    /// <summary>Makes the link's path while there is nobody; null once there is somebody.</summary>
    /// <param name="services">The running server's services.</param>
    /// <param name="ct">Stops waiting.</param>
    public static async Task<string?> LinkAsync(IServiceProvider services, CancellationToken ct)
    {
        await using var scope = services.GetRequiredService<IServiceScopeFactory>()
            .CreateScopeAcross("nobody is there yet whose organisation it could be").WorkOf("first start");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var now = scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow();
        if (await db.Set<Person>().AnyAsync(ct)) return null;
        var organization = await db.Set<Organization>().OrderBy(o => o.CreatedAt).Select(o => o.Id).FirstAsync(ct);
        var token = Secrets.NewToken();
        db.Add(new Invitation
        {
            Id = Id<Invitation>.New(now),
            OrganizationId = organization,
            Role = Role.Admin,
            Hash = Secrets.HashOf(token),
            CreatedAt = now,
            ExpiresAt = now + Invitation.FirstLasts,
        });
        await db.SaveChangesAsync(ct);
        return $"/invitations/{token}";
    }
}

using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>An organisation somebody works for.</summary>
/// <param name="Organization">Which.</param>
/// <param name="Name">Its name.</param>
/// <param name="Role">As what.</param>
internal sealed record Workplace(Id<Organization> Organization, string Name, Role Role);

/// <summary>
/// The organisations somebody works for. Looked up across all of them, since a request belongs to none before its person has
/// been found to work there.
/// </summary>
internal sealed class Workplaces(IServiceScopeFactory scopes)
{
    /// <summary>Those where the person is not switched off, the one joined first at the head.</summary>
    public async Task<IReadOnlyList<Workplace>> OfAsync(Guid person, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("a person tells where they work");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        return await (from m in db.Set<Membership>().AsNoTracking()
                      join o in db.Set<Organization>().AsNoTracking() on m.OrganizationId equals o.Id
                      where m.PersonId == person && m.DisabledAt == null
                      orderby m.CreatedAt
                      select new Workplace(o.Id, o.Name, m.Role)).ToListAsync(ct);
    }
}

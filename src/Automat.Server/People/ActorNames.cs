using Automat.Server.Audit;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>What colleagues and tokens are called, for those who read the log.</summary>
internal sealed class ActorNames(AutomatDb db, Tenant tenant) : IActorNames
{
    public async Task<IReadOnlyDictionary<string, string>> OfAsync(IReadOnlyCollection<string> ids, CancellationToken ct)
    {
        var guids = ids.Select(i => Guid.TryParse(i, out var id) ? id : (Guid?)null).OfType<Guid>().ToList();
        var names = await (from m in db.Set<Membership>().AsNoTracking()
                           join p in db.Set<Person>().AsNoTracking() on m.PersonId equals p.Id
                           where m.OrganizationId == tenant.Organization && guids.Contains(p.Id)
                           select p).ToDictionaryAsync(
            p => p.Id.ToString(), p => p.FullName.Length > 0 ? p.FullName : p.UserName!, StringComparer.Ordinal, ct);
        var tokens = guids.ConvertAll(g => new Domain.Id<ApiToken>(g));
        foreach (var token in await db.Set<ApiToken>().AsNoTracking().Where(t => tokens.Contains(t.Id)).ToListAsync(ct))
        {
            names[token.Id.ToString()] = token.Name;
        }

        return names;
    }
}

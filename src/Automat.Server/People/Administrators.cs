using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>An organisation keeps an administrator.</summary>
internal static class Administrators
{
    /// <summary>Makes sure that somebody else is one, where this member is. Whoever asks holds the memberships' locks.</summary>
    /// <exception cref="RuleException"><c>last_admin</c>.</exception>
    public static async Task KeepOneAsync(AutomatDb db, Membership member, CancellationToken ct)
    {
        if (member.Role is not Role.Admin || member.DisabledAt is not null) return;
        var others = await db.Set<Membership>().AnyAsync(
            m => m.OrganizationId == member.OrganizationId && m.PersonId != member.PersonId && m.Role == Role.Admin && m.DisabledAt == null,
            ct);
        if (!others) throw new RuleException("last_admin", "The last administrator stays one. Make somebody else one first.");
    }
}

using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Notifications.Mail;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>Where colleagues get mails, as long as they work here and may do what the mail is about.</summary>
internal sealed class StaffMail(AutomatDb db) : IStaffMail
{
    public async Task<string?> AddressOfAsync(Id<Organization> organization, Guid person, Permission permission, CancellationToken ct)
    {
        var found = await (from m in db.Set<Membership>().AsNoTracking()
                           join p in db.Set<Person>().AsNoTracking() on m.PersonId equals p.Id
                           where m.OrganizationId == organization && m.PersonId == person && m.DisabledAt == null
                           select new { m.Role, p.Email }).SingleOrDefaultAsync(ct);
        return found is not null && Permissions.Has(found.Role, permission) ? found.Email : null;
    }
}

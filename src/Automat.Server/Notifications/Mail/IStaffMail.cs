using Automat.Domain;

namespace Automat.Server.Notifications.Mail;

/// <summary>Knows where somebody of the staff gets mails; whoever writes to them keeps their id and no address.</summary>
public interface IStaffMail
{
    /// <summary>The address of somebody who works there and may do something now; null for everybody else.</summary>
    /// <param name="organization">Where.</param>
    /// <param name="person">Who.</param>
    /// <param name="permission">What they must be allowed to do to be written to about it.</param>
    /// <param name="ct">Stops waiting.</param>
    Task<string?> AddressOfAsync(Id<Organization> organization, Guid person, Permission permission, CancellationToken ct);
}

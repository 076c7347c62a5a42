using Automat.Domain;

namespace Automat.Server.Customers;

/// <summary>Hears that a customer's account is about to be deleted, to let go of what is kept for it outside of this server.</summary>
public interface ICustomerLeaves
{
    /// <summary>Lets go. Doing it again changes nothing; what cannot be done now is noted and done later.</summary>
    /// <param name="organization">Whose customer.</param>
    /// <param name="customer">Who leaves.</param>
    /// <param name="ct">Ends the waiting.</param>
    Task LeavesAsync(Id<Organization> organization, Id<Customer> customer, CancellationToken ct);
}

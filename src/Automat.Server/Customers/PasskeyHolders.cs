using Automat.Domain;
using Automat.Server.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Customers;

/// <summary>
/// Whose passkey one is, for the framework that checks them. What it adds and removes goes with the caller's save. Everything
/// else about customers has its own use case and is refused here.
/// </summary>
internal sealed class PasskeyHolders(AutomatDb db) : IUserPasskeyStore<Customer>
{
    public Task<string> GetUserIdAsync(Customer user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString());

    public Task<string?> GetUserNameAsync(Customer user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task<string?> GetNormalizedUserNameAsync(Customer user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.Email);

    public async Task<Customer?> FindByIdAsync(string userId, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(userId, out var parsed)) return null;
        var id = new Id<Customer>(parsed);
        return await db.Set<Customer>().SingleOrDefaultAsync(c => c.Id == id, cancellationToken);
    }

    public async Task<Customer?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) => await (
        from passkey in db.Set<CustomerPasskey>()
        join customer in db.Set<Customer>() on passkey.CustomerId equals customer.Id
        where passkey.CredentialId == credentialId
        select customer).SingleOrDefaultAsync(cancellationToken);

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(Customer user, byte[] credentialId, CancellationToken cancellationToken) =>
        await db.Set<CustomerPasskey>().AsNoTracking()
            .SingleOrDefaultAsync(p => p.CredentialId == credentialId && p.CustomerId == user.Id, cancellationToken) is { } found
            ? InfoOf(found)
            : null;

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Customer user, CancellationToken cancellationToken) =>
        [.. (await db.Set<CustomerPasskey>().AsNoTracking().Where(p => p.CustomerId == user.Id).OrderBy(p => p.CreatedAt)
            .Take(CustomerPasskey.Most).ToListAsync(cancellationToken)).Select(InfoOf)];

    public async Task AddOrUpdatePasskeyAsync(Customer user, UserPasskeyInfo passkey, CancellationToken cancellationToken)
    {
        var known = await db.Set<CustomerPasskey>()
            .SingleOrDefaultAsync(p => p.CredentialId == passkey.CredentialId && p.CustomerId == user.Id, cancellationToken);
        if (known is not null)
        {
            (known.SignCount, known.IsBackedUp) = (passkey.SignCount, passkey.IsBackedUp);
            return;
        }

        db.Add(new CustomerPasskey
        {
            CredentialId = passkey.CredentialId,
            OrganizationId = user.OrganizationId,
            CustomerId = user.Id,
            Name = passkey.Name ?? "",
            PublicKey = passkey.PublicKey,
            SignCount = passkey.SignCount,
            IsBackupEligible = passkey.IsBackupEligible,
            IsBackedUp = passkey.IsBackedUp,
            Transports = passkey.Transports ?? [],
            CreatedAt = passkey.CreatedAt,
        });
    }

    public Task RemovePasskeyAsync(Customer user, byte[] credentialId, CancellationToken cancellationToken) =>
        db.Set<CustomerPasskey>().Where(p => p.CredentialId == credentialId && p.CustomerId == user.Id)
            .ExecuteDeleteAsync(cancellationToken);

    public Task SetUserNameAsync(Customer user, string? userName, CancellationToken cancellationToken) => throw NotHere();

    public Task SetNormalizedUserNameAsync(Customer user, string? normalizedName, CancellationToken cancellationToken) => throw NotHere();

    public Task<IdentityResult> CreateAsync(Customer user, CancellationToken cancellationToken) => throw NotHere();

    public Task<IdentityResult> UpdateAsync(Customer user, CancellationToken cancellationToken) => throw NotHere();

    public Task<IdentityResult> DeleteAsync(Customer user, CancellationToken cancellationToken) => throw NotHere();

    public Task<Customer?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => throw NotHere();

    public void Dispose()
    {
        // The database is the request's.
    }

    // How it was made is not kept: nobody asks for it again.
    private static UserPasskeyInfo InfoOf(CustomerPasskey passkey) => new(
        passkey.CredentialId, passkey.PublicKey, passkey.CreatedAt, (uint)passkey.SignCount, passkey.Transports,
        isUserVerified: true, passkey.IsBackupEligible, passkey.IsBackedUp, attestationObject: [], clientDataJson: [])
    { Name = passkey.Name };

    private static NotSupportedException NotHere() => new("Customers are made and changed by the use cases of this folder.");
}

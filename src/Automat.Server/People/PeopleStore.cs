using System.Security.Cryptography;
using Automat.Server.Data;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace Automat.Server.People;

/// <summary>
/// Keeps people as the framework does, but authenticators' secrets encrypted: whoever reads a backup of the tables alone
/// cannot make codes with it.
/// </summary>
internal sealed class PeopleStore(AutomatDb db, IDataProtectionProvider keys, IdentityErrorDescriber? words = null)
    : UserOnlyStore<Person, AutomatDb, Guid>(db, words)
{
    private readonly IDataProtector protector = keys.CreateProtector("Automat.People.Authenticator");

    public override Task SetAuthenticatorKeyAsync(Person user, string key, CancellationToken cancellationToken) =>
        base.SetAuthenticatorKeyAsync(user, protector.Protect(key), cancellationToken);

    /// <summary>The secret; null when there is none, or none that can be read any more.</summary>
    public override async Task<string?> GetAuthenticatorKeyAsync(Person user, CancellationToken cancellationToken)
    {
        if (await base.GetAuthenticatorKeyAsync(user, cancellationToken) is not { } kept) return null;
        try
        {
            return protector.Unprotect(kept);
        }
        catch (CryptographicException)
        {
            return null; // the key ring was lost: a recovery code or an administrator helps
        }
    }
}

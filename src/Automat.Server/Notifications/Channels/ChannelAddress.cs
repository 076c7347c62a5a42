using System.Security.Cryptography;
using Automat.Domain;
using Automat.Server.Data;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Notifications.Channels;

/// <summary>The address of a channel: whoever has it can post there, so it is kept encrypted for its organisation.</summary>
internal sealed class ChannelAddress(AutomatDb db, ChannelSettings settings, IDataProtectionProvider protection)
{
    private const string Purpose = "Automat.Channels.Address";

    public string Seal(Id<Organization> organization, Uri address) => ProtectorOf(organization).Protect(address.AbsoluteUri);

    /// <summary>Where an organisation's posts go; null when nowhere, or when the server may not call it any more.</summary>
    public async Task<Uri?> OfAsync(Id<Organization> organization, CancellationToken ct)
    {
        var sealedAddress = await db.Set<DiscordChannel>().Where(c => c.OrganizationId == organization).Select(c => c.SealedAddress)
            .SingleOrDefaultAsync(ct);
        if (sealedAddress is null) return null;
        try
        {
            return settings.Allowed(ProtectorOf(organization).Unprotect(sealedAddress));
        }
        catch (CryptographicException)
        {
            return null; // what it was encrypted with is lost
        }
    }

    private IDataProtector ProtectorOf(Id<Organization> organization) => protection.CreateProtector(Purpose, organization.ToString());
}

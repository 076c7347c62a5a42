using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Automat.Domain;
using Automat.Server.Push.Wire;
using Microsoft.AspNetCore.DataProtection;

namespace Automat.Server.Push;

/// <summary>Where a device is reached, and what is encrypted with for it.</summary>
/// <param name="Address">The address its browser's service gave it: whoever has it and the keys can write to it.</param>
/// <param name="Receiver">Its keys.</param>
internal sealed record PushTarget(Uri Address, PushReceiver Receiver);

/// <summary>Encrypts, each for its organisation, what would let others write to devices or open a customer's pages.</summary>
internal sealed class PushSeal(IDataProtectionProvider protection, PushSettings settings)
{
    private const string TargetPurpose = "Automat.Push.Target";
    private const string TokenPurpose = "Automat.Push.Token";

    public string Seal(Id<Organization> organization, PushTarget target) => For(TargetPurpose, organization).Protect(JsonSerializer.Serialize(
        new Kept(
            target.Address.AbsoluteUri, Base64Url.EncodeToString(target.Receiver.PublicKey), Base64Url.EncodeToString(target.Receiver.Secret))));

    /// <summary>Where a device is; null where what it was encrypted with is lost, or the server may not call it any more.</summary>
    public PushTarget? Open(PushDevice device)
    {
        if (Unprotect(TargetPurpose, device.OrganizationId, device.SealedTarget) is not { } json) return null;
        var kept = JsonSerializer.Deserialize<Kept>(json)!;
        return settings.Allowed(kept.Address) is { } address
            ? new PushTarget(address, new PushReceiver(Base64Url.DecodeFromChars(kept.PublicKey), Base64Url.DecodeFromChars(kept.Secret)))
            : null;
    }

    public string SealToken(Id<Organization> organization, string token) => For(TokenPurpose, organization).Protect(token);

    /// <summary>The key to a customer's page; null where what it was encrypted with is lost.</summary>
    public string? OpenToken(Id<Organization> organization, string token) => Unprotect(TokenPurpose, organization, token);

    private string? Unprotect(string purpose, Id<Organization> organization, string text)
    {
        try
        {
            return For(purpose, organization).Unprotect(text);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector For(string purpose, Id<Organization> organization) => protection.CreateProtector(purpose, organization.ToString());

    private sealed record Kept(string Address, string PublicKey, string Secret);
}

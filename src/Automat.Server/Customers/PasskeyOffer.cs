using System.Security.Cryptography;
using Automat.Server.Platform;
using Microsoft.AspNetCore.DataProtection;

namespace Automat.Server.Customers;

/// <summary>What a browser was asked for when it was to make or show a passkey: sealed in a cookie until it answers.</summary>
internal sealed class PasskeyOffer(IDataProtectionProvider protection)
{
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(10);
    private static readonly KeyCookie Cookie = new("automat_offer", Lasts, longest: 4_000);

    private readonly ITimeLimitedDataProtector seal =
        protection.CreateProtector("Automat.Customers.PasskeyOffer").ToTimeLimitedDataProtector();

    /// <summary>Has the browser bring it back with its answer.</summary>
    public void Keep(HttpContext context, string state) => Cookie.Keep(context, seal.Protect(state, Lasts));

    /// <summary>What was asked for; null where nothing was, or too long ago. It is good for one answer.</summary>
    public string? Take(HttpContext context)
    {
        if (Cookie.In(context.Request) is not { } sealedState) return null;
        Cookie.Drop(context);
        try
        {
            return seal.Unprotect(sealedState);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

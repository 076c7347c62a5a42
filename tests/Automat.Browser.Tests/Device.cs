using Microsoft.Playwright;

namespace Automat.Browser.Tests;

/// <summary>A device that makes passkeys and shows them, as the developer tools play it: it answers as its owner's finger would.</summary>
internal static class Device
{
    public static async Task GiveAsync(IPage page, bool knowsOwner)
    {
        var tools = await page.Context.NewCDPSessionAsync(page);
        await tools.SendAsync("WebAuthn.enable");
        await tools.SendAsync("WebAuthn.addVirtualAuthenticator", new(StringComparer.Ordinal)
        {
            ["options"] = new
            {
                protocol = "ctap2",
                transport = "internal",
                hasResidentKey = true,
                hasUserVerification = true,
                isUserVerified = knowsOwner,
                automaticPresenceSimulation = true,
            },
        });
    }
}

using Automat.Server.Platform;

namespace Automat.Server.Shop;

/// <summary>The key to a cart in the browser: gone after a month without a visit.</summary>
internal static class CartCookie
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public static readonly KeyCookie Key = new("automat_cart", Kept);
}

using Automat.Server.Platform;

namespace Automat.Server.Customers;

/// <summary>The key to a customer's session in the browser.</summary>
internal static class CustomerCookie
{
    public static readonly KeyCookie Key = new("automat_me", CustomerSession.Lasts);
}

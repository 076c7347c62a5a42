namespace Automat.Server.Payments;

/// <summary>What is done with pay pages of every kind.</summary>
public static class PayPages
{
    /// <summary>Closes a page at the provider, so that it is sure that nobody pays there any more.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="page">The page as it was seen last; null when there is none.</param>
    /// <param name="key">Our idempotency key.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>False when it was paid at this very moment: the next look takes that in.</returns>
    /// <exception cref="ProviderException">Nobody knows; ask again.</exception>
    public static async Task<bool> CloseAsync(this IPaymentProvider provider, Checkout? page, string key, CancellationToken ct)
    {
        if (page is not { Status: CheckoutStatus.Open }) return true;
        try
        {
            await provider.ExpireCheckoutAsync(page.Id, key, ct);
            return true;
        }
        catch (ProviderRefusedException)
        {
            return false;
        }
    }
}

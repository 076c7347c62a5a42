namespace Automat.Server.Shop;

/// <summary>Which text says why a cart could not be paid.</summary>
internal static class CartWords
{
    public static string Of(CartError error) => error switch
    {
        CartError.Empty => "Refused.Empty",
        CartError.NotThere => "Refused.NotThere",
        CartError.NoPlace => "Refused.NoPlace",
        CartError.OtherTotal => "Refused.OtherTotal",
        CartError.BadQuantity => "Refused.BadQuantity",
        CartError.PlaceNotReady => "Refused.PlaceNotReady",
        CartError.PaymentUnavailable => "Refused.PaymentUnavailable",
        CartError.BeingPaid => "Refused.BeingPaid",
    };
}

using Automat.Domain.Goods;
using Automat.Server.Storefront;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Shop;

/// <summary>Which text says what about a cart.</summary>
internal static class CartWords
{
    /// <summary>What is wrong with a quantity, as a sentence.</summary>
    /// <param name="texts">The shop's texts.</param>
    /// <param name="fault">What.</param>
    /// <param name="terms">What holds for the product, where it is weighed.</param>
    public static string Say(this IStringLocalizer<Texts> texts, QuantityFault fault, WeightTerms? terms) => texts[Of(fault), fault switch
    {
        QuantityFault.TooLittle => new Quantity(terms?.Least ?? 1, terms is not null),
        QuantityFault.OffStep => new Quantity(terms?.Step ?? 1, terms is not null),
        _ => new Quantity(terms?.Limit ?? CartItem.MostOf(byWeight: false), terms is not null),
    }];

    /// <summary>What one may order of it, as a hint; empty where nothing needs saying.</summary>
    public static string Hint(this IStringLocalizer<Texts> texts, WeightTerms terms) => string.Join(' ', new[]
    {
        terms.Least is { } least ? texts["Good.Least", new Quantity(least, IsByWeight: true)].Value : "",
        terms.Most is { } most ? texts["Good.Most", new Quantity(most, IsByWeight: true)].Value : "",
        terms.Step is { } step ? texts["Good.Step", new Quantity(step, IsByWeight: true)].Value : "",
    }.Where(s => s.Length > 0));

    private static string Of(QuantityFault fault) => fault switch
    {
        QuantityFault.NoNumber => "Quantity.NoNumber",
        QuantityFault.WholeOnly => "Quantity.WholeOnly",
        QuantityFault.TooPrecise => "Quantity.TooPrecise",
        QuantityFault.Ambiguous => "Quantity.Ambiguous",
        QuantityFault.Nothing => "Quantity.Nothing",
        QuantityFault.TooLittle => "Quantity.TooLittle",
        QuantityFault.TooMuch => "Quantity.TooMuch",
        QuantityFault.OffStep => "Quantity.OffStep",
        QuantityFault.NotThere => "Quantity.NotThere",
    };

    /// <summary>Which text says why a cart could not be paid.</summary>
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

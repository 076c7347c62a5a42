using System.Globalization;
using Automat.Domain;
using Automat.Domain.Goods;

namespace Automat.Server.Shop;

/// <summary>Reads what somebody typed as quantities: whole pieces, or kilograms in the language of the page.</summary>
internal static class CartForm
{
    private const int LongestTyped = 20;

    /// <summary>Nothing is wrong.</summary>
    public static IReadOnlyDictionary<Guid, TypedQuantity> Nothing { get; } = new Dictionary<Guid, TypedQuantity>();

    /// <summary>One quantity; zero when it could not be read, and why.</summary>
    public static (int Quantity, QuantityFault? Fault) Read(string? typed, bool byWeight)
    {
        if (byWeight)
        {
            var fault = Of(Weights.Read(typed, CultureInfo.CurrentCulture.NumberFormat, out var grams));
            return (grams, fault);
        }

        var text = typed?.Trim() ?? "";
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pieces))
            return pieces <= CartItem.MostOf(byWeight: false) ? (pieces, null) : (0, QuantityFault.TooMuch);
        // A fraction of a piece is told from what is no number at all.
        var isFraction = Weights.Read(text, CultureInfo.InvariantCulture.NumberFormat, out _) is null or WeightFault.TooPrecise or WeightFault.Ambiguous;
        return (0, isFraction ? QuantityFault.WholeOnly : QuantityFault.NoNumber);
    }

    /// <summary>The cart with what the form says. Products and quantities come as two lists side by side; what is wrong changes nothing.</summary>
    public static Cart Over(Cart cart, IFormCollection form, out IReadOnlyDictionary<Guid, TypedQuantity> wrong)
    {
        var (products, quantities) = (form["product"], form["quantity"]);
        var faults = new Dictionary<Guid, TypedQuantity>();
        var removed = Guid.TryParse(form["remove"], out var gone) ? gone : (Guid?)null;
        for (var i = 0; i < products.Count && i < Cart.MostProducts; i++)
        {
            if (!Guid.TryParse(products[i], out var product) || product == removed) continue;
            if (cart.Items.FirstOrDefault(one => one.Product == product) is not { } item) continue;
            var typed = i < quantities.Count ? quantities[i] : "";
            var (quantity, fault) = Read(typed, item.IsByWeight);
            // None of some pieces takes them out; nothing of a weight is more likely a mistake.
            if (fault is null && item.IsByWeight && quantity == 0) fault = QuantityFault.Nothing;
            if (fault is { } why) faults[product] = new TypedQuantity(Short(typed), why);
            else cart = cart.Holding(item with { Quantity = quantity });
        }

        if (removed is { } away && cart.Items.FirstOrDefault(one => one.Product == away) is { } left) cart = cart.Holding(left with { Quantity = 0 });
        wrong = faults;
        return MachineId.TryParse(form["place"].ToString(), out var place) ? cart with { Place = place } : cart;
    }

    /// <summary>Why a weight cannot be, in the shop's words.</summary>
    public static QuantityFault? Of(WeightFault? fault) => fault is { } known ? Of(known) : null;

    private static QuantityFault Of(WeightFault fault) => fault switch
    {
        WeightFault.NoNumber => QuantityFault.NoNumber,
        WeightFault.TooPrecise => QuantityFault.TooPrecise,
        WeightFault.Ambiguous => QuantityFault.Ambiguous,
        WeightFault.Nothing => QuantityFault.Nothing,
        WeightFault.TooLittle => QuantityFault.TooLittle,
        WeightFault.TooMuch => QuantityFault.TooMuch,
        WeightFault.OffStep => QuantityFault.OffStep,
    };

    private static string Short(string? typed) => typed is null ? "" : typed[..Math.Min(typed.Length, LongestTyped)];
}

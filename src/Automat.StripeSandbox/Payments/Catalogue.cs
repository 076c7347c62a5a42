using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Payments;

/// <summary>Products and prices.</summary>
internal static class Catalogue
{
    public static Product CreateProduct(ApiCall call)
    {
        call.Params.Knows("name", "active", "description", "id", "metadata", "default_price_data", "images",
            "marketing_features", "package_dimensions", "shippable", "statement_descriptor", "tax_code", "unit_label",
            "url");
        var product = NewProduct(call.Params);
        if (call.Params.Text("id", 255) is { } id)
        {
            if (call.Tx.Find<Product>(id) is not null)
                throw StripeException.Invalid("Product already exists.", "id", "resource_already_exists");
            product.Id = id;
        }
        product.Active = call.Params.Flag("active") ?? true;
        var price = call.Params.Child("default_price_data") is { } data ? NewPrice(data, product.Id) : null;
        product.DefaultPrice = price?.Id;
        Keep(call.Tx, product);
        if (price is not null) call.Tx.Add(price);
        return product;
    }

    public static Product RetrieveProduct(ApiCall call) => call.Tx.Get<Product>(call.Id, "product");

    public static StripeList<Product> ListProducts(ApiCall call)
    {
        var active = call.Params.Flag("active");
        return Listing.Page<Product>(call, "/v1/products", product => active is null || product.Active == active);
    }

    public static Price CreatePrice(ApiCall call)
    {
        call.Params.Knows("currency", "unit_amount", "unit_amount_decimal", "product", "product_data", "active",
            "metadata", "nickname", "lookup_key", "tax_behavior", "billing_scheme");
        var product = call.Tx.Referred<Product>(call.Params, "product", "product");
        var fresh = product is null ? ProductOf(call.Params) : null;
        var price = NewPrice(call.Params, (product ?? fresh)!.Id);
        price.Active = call.Params.Flag("active") ?? true;
        if (fresh is not null) Keep(call.Tx, fresh);
        return call.Tx.Add(price);
    }

    public static Price RetrievePrice(ApiCall call) => call.Tx.Get<Price>(call.Id, "price");

    public static StripeList<Price> ListPrices(ApiCall call)
    {
        var active = call.Params.Flag("active");
        var product = call.Params.Text("product");
        return Listing.Page<Price>(call, "/v1/prices", price => (active is null || price.Active == active)
            && (product is null || price.Product == product));
    }

    /// <summary>The price of a line item: one that exists, or one described on the spot (<c>price_data</c>).</summary>
    /// <returns>The price, its product's name, and what is new and to be kept once all lines are checked.</returns>
    public static (Price Price, string Name, IReadOnlyList<StripeObject> Fresh) PriceOf(
        Transaction tx, StripeParams line)
    {
        if (tx.Referred<Price>(line, "price", "price") is { } known)
        {
            if (known.Active) return (known, tx.Find<Product>(known.Product)?.Name ?? known.Id, []);
            throw StripeException.Invalid(
                "The price specified is inactive. This field only accepts active prices.", line.PathOf("price"));
        }
        var data = line.Child("price_data") ?? throw StripeException.Missing(line.PathOf("price"));
        data.Knows("currency", "unit_amount", "unit_amount_decimal", "product", "product_data", "tax_behavior");
        var product = tx.Referred<Product>(data, "product", "product");
        var fresh = product is null ? ProductOf(data) : null;
        var price = NewPrice(data, (product ?? fresh)!.Id);
        price.Active = false; // as at Stripe: a price made on the spot is not offered again
        return (price, (product ?? fresh)!.Name, fresh is null ? [price] : [fresh, price]);
    }

    private static Product ProductOf(StripeParams data)
    {
        var described = data.Child("product_data") ?? throw StripeException.Missing(data.PathOf("product"));
        described.Knows("name", "description", "images", "metadata", "tax_code", "unit_label", "active", "id",
            "statement_descriptor");
        return NewProduct(described);
    }

    private static Product NewProduct(StripeParams from) => new()
    {
        Id = Ids.Product(),
        Name = from.Required("name"),
        Description = from.Text("description"),
        Images = from.Words("images"),
        Metadata = from.Metadata(),
        StatementDescriptor = from.Text("statement_descriptor", 22),
        TaxCode = from.Text("tax_code"),
        UnitLabel = from.Text("unit_label", 12),
        Url = from.Address("url"),
    };

    private static Price NewPrice(StripeParams from, string product)
    {
        var currency = Currencies.Required(from);
        var amount = from.Amount("unit_amount", least: 0) ?? from.Amount("unit_amount_decimal", least: 0)
            ?? throw StripeException.Missing(from.PathOf("unit_amount"));
        return new Price
        {
            Id = Ids.Of("price"),
            Currency = currency,
            UnitAmount = amount,
            Product = product,
            Metadata = from.Metadata(),
            Nickname = from.Text("nickname"),
            LookupKey = from.Text("lookup_key", 200),
        };
    }

    private static void Keep(Transaction tx, Product product)
    {
        product.Updated = tx.Now;
        tx.Add(product);
    }
}

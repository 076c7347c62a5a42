namespace Automat.Server.Catalog;

/// <summary>Which text names a word or a mistake.</summary>
internal static class TextNames
{
    /// <summary>What is wrong with a field.</summary>
    public static string WrongOf(string field) => field switch
    {
        "name" => "Wrong.Name",
        "category" => "Wrong.Category",
        "price" => "Wrong.Price",
        "tax_basis_points" => "Wrong.Tax",
        "age_limit" => "Wrong.Age",
        "cost" => "Wrong.Cost",
        "description" => "Wrong.Description",
        "barcode" => "Wrong.Barcode",
        "picture" => "Wrong.Picture",
        "number" => "Wrong.Number",
        "allergens" => "Wrong.Allergens",
        "archived" => "Wrong.Archived",
        "measure" => "Wrong.Measure",
        "least_quantity" => "Wrong.Least",
        "most_quantity" => "Wrong.Most",
        "quantity_step" => "Wrong.Step",
        "valid_until" => "Wrong.Until",
        "ends_at" => "Wrong.Ends",
        "days" => "Wrong.Days",
        "prices" => "Wrong.Prices",
        _ => "Wrong.Other",
    };
}

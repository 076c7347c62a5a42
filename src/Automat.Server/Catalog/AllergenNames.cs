namespace Automat.Server.Catalog;

/// <summary>Which of the catalogue's texts names an allergen: staff choose them, customers read them.</summary>
public static class AllergenNames
{
    /// <summary>The key of its name in <see cref="Texts"/>.</summary>
    public static string Of(string word) => word switch
    {
        "gluten" => "Allergen.Gluten",
        "crustaceans" => "Allergen.Crustaceans",
        "eggs" => "Allergen.Eggs",
        "fish" => "Allergen.Fish",
        "peanuts" => "Allergen.Peanuts",
        "soybeans" => "Allergen.Soybeans",
        "milk" => "Allergen.Milk",
        "nuts" => "Allergen.Nuts",
        "celery" => "Allergen.Celery",
        "mustard" => "Allergen.Mustard",
        "sesame" => "Allergen.Sesame",
        "sulphites" => "Allergen.Sulphites",
        "lupin" => "Allergen.Lupin",
        _ => "Allergen.Molluscs",
    };
}

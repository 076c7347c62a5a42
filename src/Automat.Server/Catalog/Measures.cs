using Automat.Domain.Goods;

namespace Automat.Server.Catalog;

/// <summary>The words programs and files name a measure by.</summary>
public static class Measures
{
    /// <summary>The measure of that word; null for none.</summary>
    public static Measure? Of(string? word) => word?.Trim().ToLowerInvariant() switch
    {
        "piece" => Measure.Piece,
        "weight" => Measure.Weight,
        _ => null,
    };

    /// <summary>Its word.</summary>
    public static string Word(Measure measure) => measure switch
    {
        Measure.Piece => "piece",
        Measure.Weight => "weight",
    };
}

namespace Automat.Server.Demo;

/// <summary>What the demo sells.</summary>
internal static class DemoCatalog
{
    /// <summary>One product of the demo; what a piece costs to buy is null where nobody has said.</summary>
    public sealed record Item(int Number, string Slug, string Name, string Category, long Price, int TaxBasisPoints, long? Cost = null)
    {
        /// <summary>Whether it is sold by weight: then prices are those of a kilogram.</summary>
        public bool IsByWeight { get; init; }

        /// <summary>Of goods by weight, the grams orders are multiples of.</summary>
        public int? Step { get; init; }

        /// <summary>Grams of one piece; null where nobody has weighed it.</summary>
        public int? Grams { get; init; }
    }

    public static IReadOnlyList<Item> Items { get; } =
    [
        new(1, "candy", "Candy", "Sweets", 150, 1900, 62),
        new(2, "chips", "Chips", "Snacks", 200, 1900, 81),
        new(3, "cookies", "Cookies", "Sweets", 175, 1900, 70),
        new(4, "cola", "Cola", "Cold drinks", 220, 1900, 74),
        new(5, "lemonade", "Lemonade", "Cold drinks", 220, 1900, 71),
        new(6, "still-water", "Still water", "Cold drinks", 150, 1900, 38),
        new(7, "sparkling-water", "Sparkling water", "Cold drinks", 150, 1900, 39),
        new(8, "coffee", "Coffee", "Hot drinks", 180, 1900, 31),
        new(9, "green-tea", "Green tea", "Hot drinks", 170, 1900, 28),
        new(10, "orange-juice", "Orange juice", "Cold drinks", 260, 1900, 118) { Grams = 530 },
        new(11, "apple", "Apple", "Fresh", 90, 700, 34) { Grams = 180 },
        new(12, "sandwich", "Cheese sandwich", "Fresh", 390, 700, 165) { Grams = 210 },
        new(13, "wrap", "Falafel wrap", "Fresh", 450, 700, 198) { Grams = 240 },
        new(14, "salad", "Garden salad", "Fresh", 520, 700, 236) { Grams = 350 },
        new(15, "yoghurt", "Yoghurt with berries", "Fresh", 240, 700, 102) { Grams = 220 },
        new(16, "pie", "Slice of apple pie", "Fresh", 290, 700, 121) { Grams = 190 },
        new(17, "chocolate-bar", "Chocolate bar", "Sweets", 160, 1900, 66),
        new(18, "nuts", "Roasted nuts", "Snacks", 230, 1900, 104),
        new(19, "gum", "Chewing gum", "Sweets", 120, 1900, 45),
        new(20, "token", "Game credit", "Games", 100, 1900),
        new(21, "cheese", "Mountain cheese", "By weight", 1290, 700, 610) { IsByWeight = true, Step = 50 },
        new(22, "olives", "Marinated olives", "By weight", 1480, 700, 720) { IsByWeight = true },
    ];

    /// <summary>Settings of the board in the demo's machine with an MDB bus: which of its keys is which slot.</summary>
    public const string VmFlowSettings =
        """{"items":{"11":"A1","12":"A2","13":"A3","14":"A4","21":"B1","22":"B2"},"info_s":10,"sales_at_once":2}""";

    /// <summary>What lies in each machine: product numbers in the order of the slots.</summary>
    public static IReadOnlyDictionary<string, int[]> Planograms { get; } = new Dictionary<string, int[]>(StringComparer.Ordinal)
    {
        ["cab001"] = [20],
        ["robot-1"] = [1, 2, 3, 17, 18, 19, 4, 6],
        ["snack-1"] = [2, 18, 1, 3, 17, 19, 4, 5, 6, 7, 8, 9],
        ["mdb-1"] = [1, 17, 2, 18, 4, 6],
        ["fridge-1"] = [10, 11, 12, 13, 14, 15, 16],
    };

    /// <summary>The code of a machine's slot by its place, from 0.</summary>
    public static string CodeOf(int at) => $"{(char)('A' + (at / 4))}{(at % 4) + 1}";
}

using Automat.Domain;
using Automat.Domain.Goods;
using Automat.Server.Catalog;
using Automat.Server.Machines;
using Automat.Server.Vends;

namespace Automat.Server.Shop;

/// <summary>Where orders can be collected.</summary>
/// <param name="Machine">The machine or counter.</param>
/// <param name="IsReady">Whether it can take an order now.</param>
/// <param name="ByHand">Whether people hand orders over there.</param>
/// <param name="Keeps">How long a paid order is kept there.</param>
internal sealed record Place(Machine Machine, bool IsReady, bool ByHand, TimeSpan Keeps);

/// <summary>A slot with a product, and what a piece costs there now.</summary>
internal sealed record Stand(string Slot, int Available, long Price);

/// <summary>A product and where it can be had.</summary>
/// <param name="Product">The product.</param>
/// <param name="At">Its stands, by place; a place without any is not named.</param>
/// <param name="Open">Places that take orders now.</param>
internal sealed record Good(Product Product, IReadOnlyDictionary<MachineId, IReadOnlyList<Stand>> At, IReadOnlySet<MachineId> Open)
{
    /// <summary>
    /// How much can be had at a place: all pieces of all its slots; of what is weighed the most of one, because one weight is one
    /// line with one price.
    /// </summary>
    public int AvailableAt(MachineId place)
    {
        if (!At.TryGetValue(place, out var stands)) return 0;
        return Product.IsByWeight ? stands.Max(s => s.Available) : stands.Sum(s => s.Available);
    }

    /// <summary>The most pieces that can be ordered at one place.</summary>
    public int Most => At.Keys.Where(Open.Contains).Select(AvailableAt).DefaultIfEmpty(0).Max();

    /// <summary>The same with so many more in a slot: what a visitor's own order holds is there for that visitor.</summary>
    public Good With(MachineId place, string slot, int more) => At.TryGetValue(place, out var stands)
        ? this with
        {
            At = new Dictionary<MachineId, IReadOnlyList<Stand>>(At)
            {
                [place] = [.. stands.Select(s => s.Slot == slot ? s with { Available = s.Available + more } : s)],
            },
        }
        : this;

    /// <summary>What a piece costs at least.</summary>
    public long Price => At.Values.SelectMany(s => s).Select(s => s.Price).DefaultIfEmpty(Product.Price).Min();
}

/// <summary>Which slots a wish is taken from.</summary>
/// <param name="Wishes">So many from each slot.</param>
/// <param name="Amount">What that costs, minor units.</param>
/// <param name="Missing">Pieces, or grams, that are not there.</param>
internal sealed record Taken(IReadOnlyList<Wish> Wishes, long Amount, int Missing)
{
    /// <summary>
    /// Takes so many pieces, the cheapest first: a customer never pays more because a product lies in two slots. Always the same
    /// for the same stands.
    /// </summary>
    public static Taken From(IReadOnlyList<Stand> stands, int quantity, bool byWeight)
    {
        if (byWeight) return Weighed(stands, quantity);
        var (wishes, amount, left) = (new List<Wish>(), 0L, quantity);
        foreach (var stand in stands.OrderBy(s => s.Price).ThenBy(s => s.Slot, StringComparer.Ordinal))
        {
            var here = Math.Min(left, stand.Available);
            if (here <= 0) continue;
            wishes.Add(new Wish(stand.Slot, here));
            amount += here * stand.Price;
            left -= here;
        }

        return new Taken(wishes, amount, left);
    }

    /// <summary>From one slot, and the cheapest that has as much: rounded once.</summary>
    private static Taken Weighed(IReadOnlyList<Stand> stands, int grams)
    {
        var from = stands.Where(s => s.Available >= grams).OrderBy(s => s.Price).ThenBy(s => s.Slot, StringComparer.Ordinal).FirstOrDefault();
        return from is null
            ? new Taken([], 0, grams - stands.Select(s => s.Available).DefaultIfEmpty(0).Max())
            : new Taken([new Wish(from.Slot, grams)], Weights.PriceOf(grams, from.Price), 0);
    }
}

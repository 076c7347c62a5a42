using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Storage;

/// <summary>All objects of one kind, in the order they came, found by id.</summary>
internal sealed class Shelf
{
    private readonly List<StripeObject> inOrder = [];
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

    public int Count => inOrder.Count;

    /// <summary>Newest first, as Stripe lists.</summary>
    public IEnumerable<StripeObject> Newest(int from) => Enumerable.Range(0, from).Select(i => inOrder[from - 1 - i]);

    public StripeObject At(int place) => inOrder[place];

    public StripeObject? Find(string id) => places.TryGetValue(id, out var place) ? inOrder[place] : null;

    public int? PlaceOf(string id) => places.TryGetValue(id, out var place) ? place : null;

    public void Put(StripeObject item)
    {
        if (places.TryGetValue(item.Id, out var place))
        {
            inOrder[place] = item;
            return;
        }
        places.Add(item.Id, inOrder.Count);
        inOrder.Add(item);
    }

    /// <summary>Forgets what the test names; the rest keeps its order.</summary>
    public void Forget(Predicate<StripeObject> which)
    {
        if (inOrder.RemoveAll(which) == 0) return;
        places.Clear();
        for (var i = 0; i < inOrder.Count; i++) places.Add(inOrder[i].Id, i);
    }
}

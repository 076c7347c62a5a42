using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Storage;

/// <summary>All objects the sandbox holds, one shelf per kind.</summary>
internal sealed class Shelves
{
    private readonly Dictionary<string, Shelf> byKind =
        ObjectKinds.All.Keys.ToDictionary(kind => kind, _ => new Shelf(), StringComparer.Ordinal);

    public IEnumerable<Shelf> All => byKind.Values;

    public Shelf Of(string kind) => byKind[kind];

    public Shelf Of<T>()
        where T : StripeObject => byKind[ObjectKinds.NameOf<T>()];

    public T? Find<T>(string id)
        where T : StripeObject => Of<T>().Find(id) as T;

    public StripeObject? FindAny(string id) =>
        byKind.Values.Select(shelf => shelf.Find(id)).FirstOrDefault(found => found is not null);

    /// <summary>All of one kind, newest first.</summary>
    public IEnumerable<T> Newest<T>()
        where T : StripeObject
    {
        var shelf = Of<T>();
        return shelf.Newest(shelf.Count).Cast<T>();
    }

    public void Put(StripeObject item) => byKind[item.Object].Put(item);

    public void Forget(string id)
    {
        foreach (var shelf in byKind.Values.Where(shelf => shelf.Find(id) is not null))
            shelf.Forget(item => item.Id == id);
    }

    /// <summary>Ties together what the journal keeps apart.</summary>
    public void Relink()
    {
        foreach (var refund in Newest<Refund>().Where(refund => refund.Charge is not null))
            Find<Charge>(refund.Charge!)?.RefundList.Add(refund);
    }

    /// <summary>Forgets the oldest events once there are too many, but never one still to be delivered.</summary>
    public void Trim()
    {
        var events = Of<StripeEvent>();
        if (events.Count <= Limits.Events) return;
        var deliveries = Of<Delivery>();
        var oldest = Enumerable.Range(0, events.Count / 4).Select(i => events.At(i).Id)
            .ToHashSet(StringComparer.Ordinal);
        deliveries.Forget(item => item is Delivery { Status: not DeliveryStatus.Waiting } done
            && oldest.Contains(done.Event));
        var awaited = Newest<Delivery>().Select(item => item.Event).ToHashSet(StringComparer.Ordinal);
        events.Forget(item => oldest.Contains(item.Id) && !awaited.Contains(item.Id));
    }
}

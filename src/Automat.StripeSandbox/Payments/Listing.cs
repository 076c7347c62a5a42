using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Payments;

/// <summary>Pages of a list, newest first, with Stripe's cursors.</summary>
internal static class Listing
{
    /// <summary>The page the cursors ask for.</summary>
    /// <param name="call">Carries limit, starting_after, ending_before and created.</param>
    /// <param name="url">The list's own address.</param>
    /// <param name="filter">What belongs to this list.</param>
    public static StripeList<T> Page<T>(ApiCall call, string url, Func<T, bool>? filter = null)
        where T : StripeObject
    {
        var limit = Limit(call.Params);
        var shelf = call.Tx.Shelves.Of<T>();
        var created = CreatedFilter(call.Params);
        bool Belongs(StripeObject item) => item is T one && (filter?.Invoke(one) ?? true) && created(item.Created);

        if (call.Params.Text("ending_before") is { } before)
        {
            var place = shelf.PlaceOf(before) ?? throw Unknown<T>(before, "ending_before");
            var newer = Enumerable.Range(place + 1, shelf.Count - place - 1).Select(shelf.At)
                .Where(Belongs).Take(limit + 1).ToList();
            return new StripeList<T>(url, [.. newer.Take(limit).Reverse().Cast<T>()], newer.Count > limit);
        }

        var from = shelf.Count;
        if (call.Params.Text("starting_after") is { } after)
            from = shelf.PlaceOf(after) ?? throw Unknown<T>(after, "starting_after");
        var older = shelf.Newest(from).Where(Belongs).Take(limit + 1).ToList();
        return new StripeList<T>(url, [.. older.Take(limit).Cast<T>()], older.Count > limit);
    }

    /// <summary>A page of what lies inside one object: few, and all at hand.</summary>
    public static StripeList<LineItem> Page(ApiCall call, string url, IReadOnlyList<LineItem> all)
    {
        var limit = Limit(call.Params);
        var skip = 0;
        if (call.Params.Text("starting_after") is { } after)
            skip = all.TakeWhile(item => item.Id != after).Count() + 1;
        return new StripeList<LineItem>(url, [.. all.Skip(skip).Take(limit)], all.Count > skip + limit);
    }

    private static int Limit(StripeParams parameters)
    {
        var limit = parameters.Integer("limit") ?? Limits.DefaultPageSize;
        if (limit is >= 1 and <= Limits.PageSize) return (int)limit;
        throw StripeException.Invalid(
            $"This value must be between 1 and {Limits.PageSize}.", "limit", "parameter_invalid_integer");
    }

    private static Func<long, bool> CreatedFilter(StripeParams parameters)
    {
        if (parameters.Child("created") is not { } created) return _ => true;
        if (created.Value is not null)
        {
            var exactly = parameters.Integer("created");
            return at => at == exactly;
        }
        created.Knows("gt", "gte", "lt", "lte");
        var (gt, gte) = (created.Integer("gt"), created.Integer("gte"));
        var (lt, lte) = (created.Integer("lt"), created.Integer("lte"));
        return at => !(at <= gt) && !(at < gte) && !(at >= lt) && !(at > lte);
    }

    private static StripeException Unknown<T>(string id, string param)
        where T : StripeObject => StripeException.NoSuchReference(Storage.ObjectKinds.NameOf<T>(), id, param);
}

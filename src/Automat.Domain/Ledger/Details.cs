namespace Automat.Domain.Ledger;

/// <summary>
/// What an entry says besides its postings, as canonical JSON can hold it: text, whole numbers, truth values and lists of
/// these. Absent (null) values are left out.
/// </summary>
public sealed class Details
{
    private readonly SortedDictionary<string, object> values = new(StringComparer.Ordinal);

    /// <summary>Says nothing more.</summary>
    public static Details None => new();

    /// <summary>The values by name, names in ordinal order.</summary>
    public IReadOnlyDictionary<string, object> Values => values;

    /// <summary>Adds text; null is left out.</summary>
    public Details With(string name, string? value) => Add(name, value);

    /// <summary>Adds a whole number; null is left out.</summary>
    public Details With(string name, long? value) => Add(name, value);

    /// <summary>Adds an id; null is left out.</summary>
    public Details With<T>(string name, Id<T>? value) => Add(name, value?.ToString());

    /// <summary>Adds a mark, only when it is set.</summary>
    public Details Mark(string name, bool set) => set ? Add(name, true) : this;

    /// <summary>Adds a list of text, whole numbers and lists.</summary>
    public Details With(string name, IReadOnlyList<object> list) => Add(name, list);

    private Details Add(string name, object? value)
    {
        if (value is not null) values[name] = value;
        return this;
    }
}

using System.Globalization;
using Automat.Domain;
using Automat.Domain.Vends;

namespace Automat.Server.Vends.Desk;

/// <summary>Which sales are looked for, as typed into the list's form; what cannot be read is named by its field.</summary>
internal sealed record SalesFilter
{
    private const int Longest = 100;

    /// <summary>The sale itself, or words of what it sold.</summary>
    public string Text { get; private init; } = "";

    /// <summary>A machine's id, or a part of its name.</summary>
    public string Machine { get; private init; } = "";

    /// <summary>A product's id, or a part of its name.</summary>
    public string Product { get; private init; } = "";

    /// <summary>The kind of money.</summary>
    public TenderKind? Tender { get; private init; }

    /// <summary>How it stands.</summary>
    public VendStatus? Status { get; private init; }

    /// <summary>The first day.</summary>
    public DateOnly? From { get; private init; }

    /// <summary>The last day.</summary>
    public DateOnly? To { get; private init; }

    /// <summary>At least so much, as typed.</summary>
    public string Least { get; private init; } = "";

    /// <summary>At most so much, as typed.</summary>
    public string Most { get; private init; } = "";

    /// <summary>Fields that could not be read.</summary>
    public IReadOnlyList<string> Wrong { get; private init; } = [];

    /// <summary>Whether it asks for what no index knows, so that it looks through the newest sales one by one.</summary>
    public bool LooksInside => Id is null && Payment is null
        && (Text.Length > 0 || Product.Length > 0 || Tender is not null || Least.Length > 0 || Most.Length > 0);

    /// <summary>The sale that is named; null when none is.</summary>
    public Id<Vend>? Id => Guid.TryParse(Text, out var id) ? new Id<Vend>(id) : null;

    /// <summary>The provider's payment or pay page that is named; null when none is.</summary>
    public string? Payment => Text.StartsWith("cs_", StringComparison.Ordinal) || Text.StartsWith("pi_", StringComparison.Ordinal) ? Text : null;

    /// <summary>Reads the fields of an address.</summary>
    public static SalesFilter Of(IQueryCollection query)
    {
        var wrong = new List<string>();
        return new SalesFilter
        {
            Text = Word("q"),
            Machine = Word("machine"),
            Product = Word("product"),
            Tender = Named<TenderKind>("tender"),
            Status = Named<VendStatus>("status"),
            From = Day("from"),
            To = Day("to"),
            Least = Word("min"),
            Most = Word("max"),
            Wrong = wrong,
        };

        string Word(string field)
        {
            var text = query[field].ToString().Trim();
            if (text.Length <= Longest && !text.Any(char.IsControl)) return text;
            wrong.Add(field);
            return "";
        }

        T? Named<T>(string field)
            where T : struct, Enum
        {
            if (Word(field) is not { Length: > 0 } word) return null;
            if (Enum.TryParse<T>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var value)
                && Enum.IsDefined(value) && !char.IsAsciiDigit(word[0])) return value;
            wrong.Add(field);
            return null;
        }

        DateOnly? Day(string field)
        {
            if (Word(field) is not { Length: > 0 } word) return null;
            if (DateOnly.TryParseExact(word, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                && day.Year is >= 2000 and < 9999) return day;
            wrong.Add(field);
            return null;
        }
    }
}

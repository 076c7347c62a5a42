using System.Globalization;
using Automat.Domain;
using Automat.Server.Platform;

namespace Automat.Server.Chips.Bulk;

/// <summary>
/// Reads what a file says of chips: a header that names the columns, then a chip a line. Columns: <c>uid</c> (needed),
/// <c>label</c>, <c>reference</c>, <c>holder</c>, <c>holder_email</c>, <c>group</c>, <c>employee</c>, <c>free_vend</c>,
/// <c>proof_of_age</c> (yes, no, 1, 0, true, false), <c>top_up</c> (minor units).
/// </summary>
internal sealed class ImportRows
{
    private static readonly string[] Known =
        ["uid", "label", "reference", "holder", "holder_email", "group", "employee", "free_vend", "proof_of_age", "top_up"];

    private readonly string[] columns;

    private ImportRows(string[] columns) => this.columns = columns;

    /// <summary>Whether rows may bring credit.</summary>
    public bool GivesCredit => columns.Contains("top_up");

    /// <summary>Reads the header.</summary>
    /// <exception cref="RuleException"><c>csv_invalid</c>.</exception>
    public static ImportRows Of(CsvRecord header)
    {
        string[] named = [.. header.Fields.Select(f => f.Trim().ToLowerInvariant())];
        if (Array.Find(named, c => !Known.Contains(c)) is { } unknown)
        {
            throw new RuleException("csv_invalid", $"Line 1: there is no column '{unknown}'. Columns are {string.Join(", ", Known)}.");
        }

        if (!named.Contains("uid")) throw new RuleException("csv_invalid", "Line 1: the column uid is missing.");
        if (named.Distinct(StringComparer.Ordinal).Count() != named.Length) throw new RuleException("csv_invalid", "Line 1: a column is there twice.");
        return new ImportRows(named);
    }

    /// <summary>A row as a request to issue; what is wrong with it goes into <paramref name="faults"/> by column.</summary>
    public IssueChipRequest Read(CsvRecord record, Dictionary<string, string> faults)
    {
        if (record.Fields.Count > columns.Length)
        {
            faults["uid"] = string.Create(CultureInfo.InvariantCulture, $"{record.Fields.Count} fields in a file of {columns.Length} columns.");
        }

        var request = new IssueChipRequest(
            Field(record, "uid"), Field(record, "label"), Field(record, "reference"), Field(record, "holder"),
            Field(record, "holder_email"), Field(record, "group"),
            new FlagsBody(Flag(record, "free_vend", faults), Flag(record, "employee", faults), Flag(record, "proof_of_age", faults)),
            InitialTopUp: Number(record, "top_up", faults));
        ChipFields.Text(faults, "label", request.Label);
        ChipFields.Text(faults, "reference", request.Reference);
        ChipFields.Holder(faults, request.Holder, request.HolderEmail);
        return request;
    }

    private string? Field(CsvRecord record, string column)
    {
        var at = Array.IndexOf(columns, column);
        return at < 0 || at >= record.Fields.Count ? null : record.Fields[at].Trim();
    }

    private bool? Flag(CsvRecord record, string column, Dictionary<string, string> faults)
    {
        switch (Field(record, column)?.ToLowerInvariant())
        {
            case null or "" or "0" or "no" or "false":
                return false;
            case "1" or "yes" or "true":
                return true;
            default:
                faults[column] = "Either yes or no.";
                return null;
        }
    }

    private long? Number(CsvRecord record, string column, Dictionary<string, string> faults)
    {
        var text = Field(record, column);
        if (string.IsNullOrEmpty(text)) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= TopUpChip.Most) return number;
        faults[column] = $"Whole minor units from 0 to {TopUpChip.Most}.";
        return null;
    }
}

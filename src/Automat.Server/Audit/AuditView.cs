namespace Automat.Server.Audit;

/// <summary>What the reader of the log looks for, as typed.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day.</param>
/// <param name="Actor">Who.</param>
/// <param name="Action">What was done.</param>
/// <param name="Subject">To what.</param>
/// <param name="Text">Any words.</param>
public sealed record AuditWish(string? From, string? To, string? Actor, string? Action, string? Subject, string? Text)
{
    /// <summary>The same as the end of an address, without what is empty.</summary>
    public string Query(params (string Key, string Value)[] more)
    {
        (string Key, string? Value)[] own =
        [
            ("from", From), ("to", To), ("actor", Actor), ("action", Action), ("subject", Subject), ("text", Text),
        ];
        var all = own.Concat(more.Select(m => (m.Key, Value: (string?)m.Value))).Where(p => !string.IsNullOrWhiteSpace(p.Value));
        return string.Join('&', all.Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value!)}"));
    }
}

/// <summary>An event of the page.</summary>
/// <param name="Number">Its number.</param>
/// <param name="At">When.</param>
/// <param name="Who">The name, or the kind and id where no name is known.</param>
/// <param name="OnBehalfOf">The name of whom a program acted for.</param>
/// <param name="Origin">From where.</param>
/// <param name="Action">The stable word.</param>
/// <param name="Subject">What it was done to.</param>
/// <param name="Reason">Why.</param>
/// <param name="Changes">Column, before, after.</param>
public sealed record AuditLine(
    long Number, DateTimeOffset At, string Who, string? OnBehalfOf, string? Origin, string Action, string Subject, string? Reason,
    IReadOnlyList<(string Column, string? From, string? To)> Changes);

/// <summary>The page of the log.</summary>
/// <param name="Wish">What is looked for.</param>
/// <param name="Lines">Newest first.</param>
/// <param name="Older">Where older ones begin; null at the end.</param>
/// <param name="Check">What verification last found.</param>
/// <param name="Export">The filter as the export takes it.</param>
/// <param name="IsWrong">Whether a day could not be read.</param>
/// <param name="Done">What was just done, as the name of a text.</param>
public sealed record AuditView(
    AuditWish Wish, IReadOnlyList<AuditLine> Lines, long? Older, AuditCheckView Check, string Export, bool IsWrong, string? Done);

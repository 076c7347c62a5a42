using System.Globalization;
using System.Text.Json;
using Automat.Domain;
using Automat.Server.Storefront;
using Npgsql;

namespace Automat.Server.Books.Desk;

/// <summary>A part of an entry: an account, and what it was credited with; negative: debited.</summary>
public sealed record PostingLine(string Account, Amount Amount);

/// <summary>An entry as staff see it.</summary>
/// <param name="Sequence">Its number.</param>
/// <param name="At">When it was booked.</param>
/// <param name="Kind">What happened, a stable word.</param>
/// <param name="Postings">They sum to zero.</param>
public sealed record EntryLine(long Sequence, DateTimeOffset At, string Kind, IReadOnlyList<PostingLine> Postings)
{
    /// <summary>The sale it is about.</summary>
    public string? Vend { get; init; }

    /// <summary>The machine it is about.</summary>
    public string? Machine { get; init; }

    /// <summary>Why, in a stable word.</summary>
    public string? Reason { get; init; }

    /// <summary>Reads an entry's payload.</summary>
    public static EntryLine Of(long sequence, long timestamp, string kind, string payload)
    {
        using var json = JsonDocument.Parse(payload);
        var root = json.RootElement;
        var currency = root.GetProperty("currency").GetString() ?? "";
        var details = root.GetProperty("details");
        return new EntryLine(
            sequence, Moments.TimeOf(timestamp), kind,
            [
                .. root.GetProperty("postings").EnumerateArray()
                    .Select(p => new PostingLine(p[0].GetString() ?? "", new Amount(p[1].GetInt64(), currency))),
            ])
        {
            Vend = Detail("vend"),
            Machine = Detail("machine"),
            Reason = Detail("reason"),
        };

        string? Detail(string name) =>
            details.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
    }
}

/// <summary>Which entries are looked for.</summary>
/// <param name="Account">Those that name this account.</param>
/// <param name="Vend">Those about this sale.</param>
/// <param name="After">Entries up to this number are left out.</param>
/// <param name="Last">Entries beyond this number are left out.</param>
internal sealed record EntryWish(string? Account, Guid? Vend, long After, long Last);

/// <summary>Reads entries, newest first: found by the index of accounts or sales, told by the entries themselves.</summary>
internal static class BrowseLedger
{
    public static async Task<List<EntryLine>> ReadAsync(
        NpgsqlConnection connection, Id<Organization> organization, EntryWish wish, int most, CancellationToken ct)
    {
        const string AlsoOf = " and exists (select from vend_entries v where v.organization_id = $1 and v.vend_id = $6 and v.sequence = p.sequence)";
        var (from, and) = wish switch
        {
            { Account: not null, Vend: not null } => ("ledger_postings p", "and account = $5" + AlsoOf),
            { Account: not null } => ("ledger_postings p", "and account = $5"),
            { Vend: not null } => ("vend_entries p", "and vend_id = $5"),
            _ => ("ledger_entries p", ""),
        };
        await using var command = new NpgsqlCommand(
            string.Create(CultureInfo.InvariantCulture, $"""
            select e.sequence, e.timestamp, e.kind, e.payload
            from (select distinct sequence from {from} where organization_id = $1 and sequence > $2 and sequence <= $3 {and}
                order by sequence desc limit $4) found
            join ledger_entries e on e.organization_id = $1 and e.sequence = found.sequence
            order by e.sequence desc
            """), connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = organization.Value });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = wish.After });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = wish.Last });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        if (wish.Account is { } account) command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = account });
        if (wish.Vend is { } vend) command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = vend });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var entries = new List<EntryLine>();
        while (await reader.ReadAsync(ct))
        {
            entries.Add(EntryLine.Of(reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3)));
        }

        return entries;
    }
}

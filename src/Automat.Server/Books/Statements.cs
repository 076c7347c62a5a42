using System.Runtime.CompilerServices;
using Automat.Domain;
using Npgsql;

namespace Automat.Server.Books;

/// <summary>A line of an account's statement.</summary>
/// <param name="Sequence">Number of the entry.</param>
/// <param name="At">When it was booked.</param>
/// <param name="Kind">What happened, such as <c>vend.reserved</c>.</param>
/// <param name="Amount">What the account was credited with, minor units; negative: debited.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Balance">The account's balance after it.</param>
/// <param name="Vend">The sale it was about.</param>
/// <param name="Machine">The machine it was about.</param>
/// <param name="Reason">Why, in a stable word.</param>
public sealed record StatementLine(
    long Sequence, DateTimeOffset At, string Kind, long Amount, string Currency, long Balance, string? Vend, string? Machine,
    string? Reason);

/// <summary>Reads statements: an account's postings in order, found by the account, told by the entries themselves.</summary>
/// <param name="connection">Open; its rights decide what is seen.</param>
/// <param name="organization">Whose.</param>
/// <param name="account">Which account.</param>
internal sealed class Statements(NpgsqlConnection connection, Id<Organization> organization, string account)
{
    // The account alone finds its postings (primary key); the amount told is the payload's own.
    private const string Lines =
        """
        select e.sequence, e.timestamp, e.kind, (q ->> 1)::bigint, p.currency, j -> 'details' ->> 'vend',
            j -> 'details' ->> 'machine', j -> 'details' ->> 'reason'
        from (select sequence, currency from ledger_postings where organization_id = $1 and account = $2
            and sequence > $3 and sequence <= $4 order by sequence {0} limit $5) p
        join ledger_entries e on e.organization_id = $1 and e.sequence = p.sequence,
        lateral (select e.payload::jsonb as j offset 0) l,
        lateral (select q from jsonb_array_elements(j -> 'postings') q where q ->> 0 = $2 limit 1) x
        order by e.sequence {0}
        """;

    /// <summary>Oldest first.</summary>
    /// <param name="after">Entries up to this number are left out.</param>
    /// <param name="last">Entries beyond this number are left out.</param>
    /// <param name="most">So many at the most.</param>
    /// <param name="ct">Ends it early.</param>
    public async IAsyncEnumerable<StatementLine> OldestFirstAsync(
        long after, long last, long most, [EnumeratorCancellation] CancellationToken ct)
    {
        var balances = await BalancesAsync(after, ct);
        await foreach (var line in ReadAsync("asc", after, last, most, ct))
        {
            balances[line.Currency] = balances.GetValueOrDefault(line.Currency) + line.Amount;
            yield return line with { Balance = balances[line.Currency] };
        }
    }

    /// <summary>Newest first.</summary>
    /// <param name="last">Entries beyond this number are left out.</param>
    /// <param name="most">So many at the most.</param>
    /// <param name="ct">Ends it early.</param>
    public async Task<List<StatementLine>> NewestFirstAsync(long last, long most, CancellationToken ct)
    {
        var balances = await BalancesAsync(last, ct);
        var lines = new List<StatementLine>();
        await foreach (var line in ReadAsync("desc", 0, last, most, ct))
        {
            lines.Add(line with { Balance = balances.GetValueOrDefault(line.Currency) });
            balances[line.Currency] = balances.GetValueOrDefault(line.Currency) - line.Amount;
        }

        return lines;
    }

    /// <summary>The account's balances as of an entry, by currency.</summary>
    public async Task<Dictionary<string, long>> BalancesAsync(long last, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select currency, sum(amount)::bigint from ledger_postings where organization_id = $1 and account = $2 "
            + "and sequence <= $3 group by currency", connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = organization.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = account });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = last });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var balances = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct)) balances[reader.GetString(0)] = reader.GetInt64(1);
        return balances;
    }

    private async IAsyncEnumerable<StatementLine> ReadAsync(
        string order, long after, long last, long most, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Lines.Replace("{0}", order, StringComparison.Ordinal), connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = organization.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = account });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = last });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = most });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            yield return new StatementLine(
                reader.GetInt64(0), Moments.TimeOf(reader.GetInt64(1)), reader.GetString(2), reader.GetInt64(3), reader.GetString(4),
                0, Text(reader, 5), Text(reader, 6), Text(reader, 7));
        }
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}

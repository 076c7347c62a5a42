using Automat.Server.Data;
using Automat.Server.Ledger;
using Automat.Simulator.Judging;
using Npgsql;

namespace Automat.Server.Cli;

/// <summary>The books of a server, read from its database by the owner's login, as <c>ledger verify</c> does.</summary>
internal sealed class SimulationBooks(DatabaseAddress address) : IBooks, IAsyncDisposable
{
    private readonly NpgsqlDataSource database = NpgsqlDataSource.Create(address.Owner);

    public bool SeesLedger => true;

    public async Task<string?> VerifyAsync(CancellationToken ct)
    {
        await foreach (var verdict in new LedgerVerifier(address, TimeProvider.System).VerifyAsync(new LedgerScope(), ct: ct))
        {
            if (!verdict.IsUnbroken) return LedgerCli.Say(verdict);
        }

        return null;
    }

    public async Task<IReadOnlyList<BookedVend>> VendsAsync(IReadOnlyCollection<string> machines, CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select v.id, v.machine_id, v.status, v.tender_kind, v.amount, v.delivered, v.late, v.reason, v.session, v.code,
                (select p.email from purchases p where p.session_id = v.session),
                (select c.id from machine_commands c where c.vend_id = v.id order by c.id limit 1),
                coalesce(l.commits, 0)::int
            from vends v
            left join (
                select payload::jsonb -> 'details' ->> 'vend' as vend, count(*) as commits from ledger_entries
                where kind in ('vend.committed', 'vend.committed_late', 'vend.cash') group by 1) l on l.vend = v.id::text
            where v.machine_id = any($1)
            """);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. machines] });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var vends = new List<BookedVend>();
        while (await reader.ReadAsync(ct))
        {
            vends.Add(new BookedVend(
                reader.GetGuid(0).ToString(), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4),
                reader.GetInt64(5), reader.GetBoolean(6), Text(reader, 7))
            {
                Session = Text(reader, 8),
                Code = Text(reader, 9),
                Email = Text(reader, 10),
                Command = reader.IsDBNull(11) ? null : reader.GetGuid(11).ToString(),
                Commits = reader.GetInt32(12),
            });
        }

        return vends;
    }

    public async Task<IReadOnlyList<BookedChip>> ChipsAsync(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            """
            select coalesce(b.account, p.account), coalesce(b.amount, 0), coalesce(p.amount, 0)::bigint
            from (select account, sum(amount)::bigint as amount from balances where account like 'chip:%' group by 1) b
            full join (
                select posting ->> 0 as account, sum((posting ->> 1)::bigint) as amount
                from ledger_entries, jsonb_array_elements(payload::jsonb -> 'postings') posting
                where posting ->> 0 like 'chip:%' group by 1) p on p.account = b.account
            """);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var chips = new List<BookedChip>();
        while (await reader.ReadAsync(ct)) chips.Add(new BookedChip(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)));
        return chips;
    }

    public async Task<long> BalanceAsync(string account, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select coalesce(sum(amount), 0)::bigint from balances where account = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = account });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}

using Automat.Domain;
using Automat.Server.Data;
using Npgsql;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>Keeps the credits boards were given, so that a restart of the server forgets none.</summary>
internal sealed class CreditBook(CrossingDataSource database)
{
    private const int Most = 10;

    private const string Columns =
        "select command_id, organization_id, machine_id, units, sent_at, success_before, board_started_at, dex_asked_at from vmflow_credits ";

    /// <summary>Ended without anybody knowing how, on the board's side; as the index on them says.</summary>
    private const string IsLost = "outcome in ('board_restarted', 'machine_reset', 'no_evidence') ";

    /// <summary>Writes a credit down, before the board hears of it.</summary>
    public async Task KeepAsync(CreditRow credit, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(
            "insert into vmflow_credits (command_id, organization_id, machine_id, units, sent_at, success_before, board_started_at) "
            + "values ($1, $2, $3, $4, $5, $6, $7) on conflict (command_id) do update set sent_at = excluded.sent_at, "
            + "success_before = excluded.success_before, board_started_at = excluded.board_started_at, outcome = null, dex_asked_at = null");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = credit.CommandId.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = credit.OrganizationId.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = credit.MachineId.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = credit.Units });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = credit.SentAt });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = credit.SuccessBefore });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = credit.BoardStartedAt });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>What became of a credit is known.</summary>
    public async Task EndAsync(Id<MachineCommand> credit, string outcome)
    {
        await using var command = database.Source.CreateCommand(
            "update vmflow_credits set outcome = $2 where command_id = $1 and outcome is null");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = credit.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = outcome });
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>Credits of a board nobody knows the fate of, newest first.</summary>
    public async Task<IReadOnlyList<CreditRow>> OpenAsync(MachineId machine, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(
            Columns + $"where machine_id = $1 and outcome is null order by sent_at desc limit {Most}");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = machine.Value });
        return await ReadAsync(command, ct);
    }

    /// <summary>A credit the board forgot; null when it did not, or has told of it.</summary>
    public async Task<CreditRow?> LostAsync(Id<MachineCommand> credit, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(Columns + "where command_id = $1 and " + IsLost);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = credit.Value });
        return (await ReadAsync(command, ct)).SingleOrDefault();
    }

    /// <summary>Credits since a moment a board forgot, newest first.</summary>
    public async Task<IReadOnlyList<CreditRow>> LostSinceAsync(MachineId machine, DateTimeOffset since, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(
            Columns + $"where machine_id = $1 and {IsLost}and sent_at > $2 order by sent_at desc limit {Most}");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = machine.Value });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = since.ToUniversalTime() });
        return await ReadAsync(command, ct);
    }

    /// <summary>Audit data is asked for: what comes from now on can tell of what a board forgot before.</summary>
    public async Task DexAskedAsync(MachineId machine, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(
            $"update vmflow_credits set dex_asked_at = $2 where machine_id = $1 and {IsLost}");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = machine.Value });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now.ToUniversalTime() });
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task<IReadOnlyList<CreditRow>> ReadAsync(NpgsqlCommand command, CancellationToken ct)
    {
        await using var rows = await command.ExecuteReaderAsync(ct);
        var open = new List<CreditRow>();
        while (await rows.ReadAsync(ct))
        {
            open.Add(new CreditRow
            {
                CommandId = new Id<MachineCommand>(rows.GetGuid(0)),
                OrganizationId = new Id<Organization>(rows.GetGuid(1)),
                MachineId = MachineId.Parse(rows.GetString(2)),
                Units = rows.GetInt32(3),
                SentAt = rows.GetFieldValue<DateTimeOffset>(4),
                SuccessBefore = rows.GetInt64(5),
                BoardStartedAt = rows.GetFieldValue<DateTimeOffset>(6),
                DexAskedAt = rows.IsDBNull(7) ? null : rows.GetFieldValue<DateTimeOffset>(7),
            });
        }

        return open;
    }
}

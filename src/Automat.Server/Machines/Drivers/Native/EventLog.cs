using Automat.Protocol;
using Automat.Server.Data;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>Keeps machines' events, and knows which numbers are missing.</summary>
internal sealed class EventLog(CrossingDataSource database)
{
    private const int MostRanges = 50;

    /// <summary>How far past a gap is looked at once; the rest is looked at when the gap is closed.</summary>
    private const int Ahead = 10_000;

    /// <summary>Whether a later event about the same fault is kept.</summary>
    public async Task<bool> HasNewerFaultAsync(Machine machine, long sequence, string code, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(
            "select exists (select from machine_events where machine_id = $1 and sequence > $2 "
            + "and type in ('fault', 'fault_cleared') and payload ->> 'code' = $3)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = machine.Id.Value });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = sequence });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = code });
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>What is kept already under these numbers, and from which number on events are kept at all.</summary>
    public async Task<(Dictionary<long, (string Type, string Payload, string? Refused)> Known, long KeptFrom)> FindAsync(
        Machine machine, IReadOnlyCollection<long> sequences, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(
            "select sequence, type, payload::text, refused from machine_events where machine_id = $1 and sequence = any($2) "
            + "union all select kept_from, '', '', null from machine_event_marks where machine_id = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = machine.Id.Value });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. sequences] });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new Dictionary<long, (string, string, string?)>();
        var keptFrom = 1L;
        while (await reader.ReadAsync(ct))
        {
            if (reader.GetString(1).Length == 0)
            {
                keptFrom = reader.GetInt64(0);
                continue;
            }

            found[reader.GetInt64(0)] =
                (reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3));
        }

        return (found, keptFrom);
    }

    /// <summary>Keeps events, moves the mark, and says what is missing; one transaction.</summary>
    public async Task<(long Through, long Highest, IReadOnlyList<SequenceRange> Missing)> KeepAsync(
        Machine machine, IReadOnlyList<MachineEvent> events, long oldest, CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using var batch = new NpgsqlBatch(connection, transaction);
        batch.BatchCommands.Add(
            Sql.Of("insert into machine_event_marks (machine_id, organization_id, through) values ($1, $2, 0) on conflict do nothing")
                .Value(machine.Id.Value).Value(machine.OrganizationId.Value));
        // One batch of a machine at a time.
        batch.BatchCommands.Add(
            Sql.Of("select through from machine_event_marks where machine_id = $1 for update").Value(machine.Id.Value));
        if (events.Count > 0) batch.BatchCommands.Add(Insert(events));
        batch.BatchCommands.Add(
            Sql.Of("with m as (select greatest(through, $2) as t from machine_event_marks where machine_id = $1), "
                    + "s as (select e.sequence, m.t + row_number() over (order by e.sequence) as should "
                    + "from m, lateral (select sequence from machine_events where machine_id = $1 and sequence > m.t "
                    + $"order by sequence limit {Ahead}) e) "
                    + "update machine_event_marks k set through = greatest(m.t, coalesce((select max(sequence) from s "
                    + "where sequence = should), 0)) from m where k.machine_id = $1 returning k.through")
                .Value(machine.Id.Value).Value(oldest - 1));
        batch.BatchCommands.Add(
            Sql.Of("select before + 1, sequence - 1, highest from (select sequence, max(sequence) over () as highest, "
                    + "lag(sequence, 1, through) over (order by sequence) as before from (select m.through, e.sequence "
                    + "from machine_event_marks m, lateral (select sequence from machine_events where machine_id = $1 "
                    + $"and sequence > m.through order by sequence limit {Ahead}) e where m.machine_id = $1) q) r "
                    + $"where sequence > before + 1 order by sequence limit {MostRanges}")
                .Value(machine.Id.Value));
        batch.BatchCommands.Add(
            Sql.Of("select coalesce(max(sequence), 0) from machine_events where machine_id = $1").Value(machine.Id.Value));
        var kept = await ReadAsync(batch, ct);
        await transaction.CommitAsync(ct);
        return kept;
    }

    private static NpgsqlBatchCommand Insert(IReadOnlyList<MachineEvent> events) =>
        Sql.Of("insert into machine_events (machine_id, sequence, organization_id, type, at, received_at, payload, refused) "
                + "select m, s, o, t, a, r, p::jsonb, f from unnest($1, $2, $3, $4, $5, $6, $7, $8) as n(m, s, o, t, a, r, p, f) "
                + "on conflict do nothing")
            .Column(NpgsqlDbType.Text, events, e => e.MachineId.Value)
            .Column(NpgsqlDbType.Bigint, events, e => e.Sequence)
            .Column(NpgsqlDbType.Uuid, events, e => e.OrganizationId.Value)
            .Column(NpgsqlDbType.Text, events, e => e.Type)
            .Column(NpgsqlDbType.TimestampTz, events, e => e.At)
            .Column(NpgsqlDbType.TimestampTz, events, e => e.ReceivedAt)
            .Column(NpgsqlDbType.Text, events, e => e.Payload)
            .Column(NpgsqlDbType.Text, events, e => e.Refused);

    private static async Task<(long, long, IReadOnlyList<SequenceRange>)> ReadAsync(NpgsqlBatch batch, CancellationToken ct)
    {
        await using var reader = await batch.ExecuteReaderAsync(ct); // stands at the first result that has rows: the lock
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        var through = reader.GetInt64(0);
        await reader.NextResultAsync(ct);
        var missing = new List<SequenceRange>();
        while (await reader.ReadAsync(ct)) missing.Add(new SequenceRange(reader.GetInt64(0), reader.GetInt64(1)));
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        return (through, Math.Max(through, reader.GetInt64(0)), missing);
    }
}

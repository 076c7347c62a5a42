using System.Text.Json;
using Automat.Domain;
using Automat.Server.Data;
using Npgsql;

namespace Automat.Server.Machines;

/// <summary>
/// Reads what other nodes have written down of machines, and ends what a dead node has left: a machine that was connected to
/// it is not, until it connects again.
/// </summary>
internal sealed class StatusReader(
    CrossingDataSource database, Nodes nodes, Node node, MachineStatuses statuses, TimeProvider clock)
{
    private const string Columns =
        "select machine_id, online, since, last_heard, why_not, firmware, uptime_seconds, faults, temperatures, counters, "
        + "config_etag, silent_at, told_at, counted_at from machine_statuses ";

    /// <summary>A row may become visible a little later than it says it was told.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LookForDead = TimeSpan.FromSeconds(5);

    private DateTimeOffset read;
    private DateTimeOffset lookedForDead;
    private HashSet<int> missing = [];

    /// <summary>Remembers everything, after a start: how connected machines are now only they can tell.</summary>
    public async Task BeginAsync(CancellationToken ct)
    {
        await EndDeadAsync(sure: true, ct);
        await ReadAsync(Columns, [], ct);
    }

    /// <summary>Reads what is new from others.</summary>
    public async Task ReadAsync(CancellationToken ct)
    {
        if (clock.GetUtcNow() - lookedForDead >= LookForDead) await EndDeadAsync(sure: false, ct);
        await ReadAsync(
            Columns + "where told_at > $1 and node is distinct from $2",
            [
                new NpgsqlParameter<DateTimeOffset> { TypedValue = read == default ? read : read - Overlap },
                new NpgsqlParameter<int> { TypedValue = node.Number },
            ], ct);
    }

    /// <summary>Reads what others say of these machines.</summary>
    public Task ReadOthersAsync(string[] machines, CancellationToken ct) => ReadAsync(
        Columns + "where machine_id = any($1) and node is distinct from $2",
        [
            new NpgsqlParameter<string[]> { TypedValue = machines }, new NpgsqlParameter<int> { TypedValue = node.Number },
        ], ct);

    /// <summary>
    /// Whoever was connected to a node that is gone is offline. A node counts as gone when it is missed twice, or at the first
    /// look after this one's own start.
    /// </summary>
    private async Task EndDeadAsync(bool sure, CancellationToken ct)
    {
        lookedForDead = clock.GetUtcNow();
        var alive = await nodes.AliveAsync(ct);
        var having = new HashSet<int>();
        await using (var who = database.Source.CreateCommand(
            "select distinct coalesce(node, 0) from machine_statuses where online and silent_at is null"))
        await using (var rows = await who.ExecuteReaderAsync(ct))
        {
            while (await rows.ReadAsync(ct)) having.Add(rows.GetInt32(0));
        }

        having.ExceptWith(alive);
        var gone = having.Where(one => sure || missing.Contains(one)).ToArray();
        missing = having;
        if (gone.Length == 0) return;
        await using var lost = database.Source.CreateCommand(
            "with lost as (update machine_statuses set online = false, since = $2, why_not = 'machine_offline', node = $3, "
            + "told_at = clock_timestamp() where online and silent_at is null and coalesce(node, 0) = any($1) "
            + "returning machine_id, organization_id), outages as (insert into machine_outages "
            + "(id, organization_id, machine_id, \"from\", reason) select gen_random_uuid(), organization_id, machine_id, $2, "
            + "'server_restarted' from lost on conflict (machine_id) where \"to\" is null do nothing) "
            + "select machine_id from lost");
        lost.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = gone });
        lost.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = lookedForDead });
        lost.Parameters.Add(new NpgsqlParameter<int> { TypedValue = node.Number });
        var machines = new List<string>();
        await using (var rows = await lost.ExecuteReaderAsync(ct))
        {
            while (await rows.ReadAsync(ct)) machines.Add(rows.GetString(0));
        }

        await ReadAsync(
            Columns + "where machine_id = any($1)", [new NpgsqlParameter<string[]> { TypedValue = [.. machines] }], ct);
    }

    private async Task ReadAsync(string query, NpgsqlParameter[] parameters, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(query);
        command.Parameters.AddRange(parameters);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            statuses.Adopt(MachineId.Parse(rows.GetString(0)), Read(rows));
            var told = rows.GetFieldValue<DateTimeOffset>(12);
            if (told > read) read = told;
        }
    }

    private static MachineStatus Read(NpgsqlDataReader row)
    {
        var heard = !row.IsDBNull(5) || !row.IsDBNull(6) || row.GetString(9) != "{}" || row.GetString(7) != "[]";
        return new MachineStatus(row.GetBoolean(1), row.GetFieldValue<DateTimeOffset>(2), Time(row, 3), Text(row, 4))
        {
            SilentAt = Time(row, 11),
            Report = !heard ? null : new MachineReport
            {
                Firmware = Text(row, 5),
                UptimeSeconds = row.IsDBNull(6) ? null : row.GetInt64(6),
                Faults = JsonSerializer.Deserialize<List<MachineFault>>(row.GetString(7)) ?? [],
                Temperatures = JsonSerializer.Deserialize<Dictionary<string, double>>(row.GetString(8)) ?? [],
                Counters = JsonSerializer.Deserialize<Dictionary<string, long>>(row.GetString(9)) ?? [],
                CountedAt = Time(row, 13),
                ConfigEtag = Text(row, 10),
                WhyNot = Text(row, 4),
            },
        };
    }

    private static string? Text(NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : row.GetString(at);

    private static DateTimeOffset? Time(NpgsqlDataReader row, int at) =>
        row.IsDBNull(at) ? null : row.GetFieldValue<DateTimeOffset>(at);
}

using System.Text.Json;
using Automat.Domain;
using Automat.Server.Data;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Machines;

/// <summary>A machine's status as it is stored.</summary>
internal sealed record StatusRow
{
    public required MachineId MachineId { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required bool Online { get; init; }

    public required DateTimeOffset Since { get; init; }

    public DateTimeOffset? LastHeard { get; init; }

    public string? WhyNot { get; init; }

    public string? Firmware { get; init; }

    public long? UptimeSeconds { get; init; }

    public required string Faults { get; init; }

    public required string Temperatures { get; init; }

    public required string Counters { get; init; }

    public string? ConfigEtag { get; init; }

    public DateTimeOffset? SilentAt { get; init; }
}

/// <summary>
/// Notices silence, and writes statuses and outages down: whatever changed within a second in one round trip. After a
/// restart it remembers when each machine was last heard; how it is now only the machine can tell.
/// </summary>
internal sealed class StatusKeeper(
    CrossingDataSource database, MachineStatuses statuses, TimeProvider clock, IHostApplicationLifetime life,
    ILogger<StatusKeeper> log) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken); // before anybody can report
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        // Machines that lose their lines because we stop are not out of order.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, life.ApplicationStopping);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                statuses.NoteSilent();
                await KeepAsync();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What was heard in the last second is forgotten; the machines will tell again.
        }
    }

    private async Task KeepAsync()
    {
        var (changed, edges) = statuses.Take();
        if (changed.Count == 0) return;
        try
        {
            await using var connection = await database.Source.OpenConnectionAsync();
            await using var batch = new NpgsqlBatch(connection);
            foreach (var chunk in changed.Chunk(1_000)) batch.BatchCommands.Add(Upsert(chunk));
            foreach (var edge in edges) batch.BatchCommands.Add(edge.Reason is null ? End(edge) : Begin(edge));
            await batch.ExecuteNonQueryAsync();
        }
        catch (Exception error) when (error is NpgsqlException or IOException or TimeoutException)
        {
            log.LogWarning("Statuses of {Count} machines could not be written down; tried again: {Reason}",
                changed.Count, error.Message);
            statuses.GiveBack(changed.Keys, edges);
        }
    }

    private static NpgsqlBatchCommand Upsert(KeyValuePair<MachineId, MachineStatus>[] rows) =>
        Sql.Of("insert into machine_statuses (machine_id, organization_id, online, since, last_heard, why_not, firmware, "
                + "uptime_seconds, faults, temperatures, counters, config_etag, silent_at) "
                + "select m.id, m.organization_id, o, s, l, w, f, u, x::jsonb, t::jsonb, c::jsonb, e, z "
                + "from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) as n(i, o, s, l, w, f, u, x, t, c, e, z) "
                + "join machines m on m.id = n.i "
                + "on conflict (machine_id) do update set online = excluded.online, since = excluded.since, "
                + "last_heard = excluded.last_heard, why_not = excluded.why_not, firmware = excluded.firmware, "
                + "uptime_seconds = excluded.uptime_seconds, faults = excluded.faults, "
                + "temperatures = excluded.temperatures, counters = excluded.counters, "
                + "config_etag = excluded.config_etag, silent_at = excluded.silent_at")
            .Column(NpgsqlDbType.Text, rows, r => r.Key.Value)
            .Column(NpgsqlDbType.Boolean, rows, r => r.Value.Online)
            .Column(NpgsqlDbType.TimestampTz, rows, r => r.Value.Since)
            .Column(NpgsqlDbType.TimestampTz, rows, r => r.Value.LastHeard)
            .Column(NpgsqlDbType.Text, rows, r => r.Value.WhyNot)
            .Column(NpgsqlDbType.Text, rows, r => r.Value.Report?.Firmware)
            .Column(NpgsqlDbType.Bigint, rows, r => r.Value.Report?.UptimeSeconds)
            .Column(NpgsqlDbType.Text, rows, r => JsonSerializer.Serialize(r.Value.Report?.Faults ?? []))
            .Column(NpgsqlDbType.Text, rows, r => JsonSerializer.Serialize(r.Value.Report?.Temperatures ?? Nothing<double>()))
            .Column(NpgsqlDbType.Text, rows, r => JsonSerializer.Serialize(r.Value.Report?.Counters ?? Nothing<long>()))
            .Column(NpgsqlDbType.Text, rows, r => r.Value.Report?.ConfigEtag)
            .Column(NpgsqlDbType.TimestampTz, rows, r => r.Value.SilentAt);

    private NpgsqlBatchCommand Begin(OutageEdge edge) =>
        Sql.Of("insert into machine_outages (id, organization_id, machine_id, \"from\", reason) "
                + "select $1, organization_id, id, $3, $4 from machines where id = $2 "
                + "on conflict (machine_id) where \"to\" is null do nothing")
            .Value(Guid.CreateVersion7(clock.GetUtcNow())).Value(edge.Machine.Value).Value(edge.At).Value(edge.Reason!);

    private static NpgsqlBatchCommand End(OutageEdge edge) =>
        Sql.Of("update machine_outages set \"to\" = greatest($2, \"from\") where machine_id = $1 and \"to\" is null")
            .Value(edge.Machine.Value).Value(edge.At);

    private async Task LoadAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await using (var read = new NpgsqlCommand(
            "select machine_id, online, since, last_heard, why_not, firmware, uptime_seconds, faults, temperatures, counters, "
            + "config_etag, silent_at from machine_statuses", connection))
        await using (var reader = await read.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct)) statuses.Remember(MachineId.Parse(reader.GetString(0)), Read(reader, now));
        }

        // Those that were connected are not, until they are again.
        await using var lost = new NpgsqlCommand(
            "insert into machine_outages (id, organization_id, machine_id, \"from\", reason) "
            + "select gen_random_uuid(), organization_id, machine_id, $1, 'server_restarted' from machine_statuses "
            + "where online and silent_at is null on conflict (machine_id) where \"to\" is null do nothing", connection);
        lost.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        await lost.ExecuteNonQueryAsync(ct);
    }

    private static MachineStatus Read(NpgsqlDataReader row, DateTimeOffset now)
    {
        var silentAt = Time(row, 11);
        var online = row.GetBoolean(1) && silentAt is not null;
        var heard = !row.IsDBNull(5) || !row.IsDBNull(6) || row.GetString(9) != "{}" || row.GetString(7) != "[]";
        return new MachineStatus(
            online, online == row.GetBoolean(1) ? row.GetFieldValue<DateTimeOffset>(2) : now, Time(row, 3),
            online || !row.GetBoolean(1) ? Text(row, 4) : "machine_offline")
        {
            SilentAt = silentAt,
            Report = !heard ? null : new MachineReport
            {
                Firmware = Text(row, 5),
                UptimeSeconds = row.IsDBNull(6) ? null : row.GetInt64(6),
                Faults = JsonSerializer.Deserialize<List<MachineFault>>(row.GetString(7)) ?? [],
                Temperatures = JsonSerializer.Deserialize<Dictionary<string, double>>(row.GetString(8)) ?? [],
                Counters = JsonSerializer.Deserialize<Dictionary<string, long>>(row.GetString(9)) ?? [],
                ConfigEtag = Text(row, 10),
                WhyNot = Text(row, 4),
            },
        };
    }

    private static string? Text(NpgsqlDataReader row, int at) => row.IsDBNull(at) ? null : row.GetString(at);

    private static DateTimeOffset? Time(NpgsqlDataReader row, int at) =>
        row.IsDBNull(at) ? null : row.GetFieldValue<DateTimeOffset>(at);

    private static Dictionary<string, T> Nothing<T>() => [];
}

using System.Text.Json;
using Automat.Domain;
using Automat.Server.Data;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Machines;

/// <summary>
/// Notices silence, and writes statuses and outages down: whatever changed within a second in one round trip. What other
/// nodes write is read as often, so that each knows all machines, whichever node they speak to.
/// </summary>
internal sealed class StatusKeeper(
    CrossingDataSource database, Nodes nodes, Node node, MachineStatuses statuses, TimeProvider clock,
    IHostApplicationLifetime life, ILogger<StatusKeeper> log) : BackgroundService
{
    private readonly StatusReader reader = new(database, nodes, node, statuses, clock);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await reader.BeginAsync(cancellationToken); // before anybody can report
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
                await ReadAsync(stopping.Token);
                statuses.NoteSilent();
                await KeepAsync();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What was heard in the last second is forgotten; the machines will tell again.
        }
    }

    private async Task ReadAsync(CancellationToken ct)
    {
        try
        {
            await reader.ReadAsync(ct);
        }
        catch (Exception error) when (error is NpgsqlException or IOException or TimeoutException)
        {
            log.LogWarning("What other nodes know of machines could not be read; tried again: {Reason}", error.Message);
        }
    }

    private async Task KeepAsync()
    {
        var (changed, edges) = statuses.Take();
        if (changed.Count == 0 && edges.Count == 0) return;
        try
        {
            await using var connection = await database.Source.OpenConnectionAsync();
            await using var batch = new NpgsqlBatch(connection);
            foreach (var chunk in changed.Chunk(1_000)) batch.BatchCommands.Add(Upsert(chunk));
            foreach (var edge in edges) batch.BatchCommands.Add(edge.Reason is null ? End(edge) : Begin(edge));
            await batch.ExecuteNonQueryAsync();
            // What was lost here may have moved: then another node's word holds.
            var gone = changed.Where(one => !one.Value.Online).Select(one => one.Key.Value).ToArray();
            if (gone.Length > 0) await reader.ReadOthersAsync(gone, CancellationToken.None);
        }
        catch (Exception error) when (error is NpgsqlException or IOException or TimeoutException)
        {
            log.LogWarning("Statuses of {Count} machines could not be written down; tried again: {Reason}",
                changed.Count, error.Message);
            statuses.GiveBack(changed.Keys, edges);
        }
    }

    /// <summary>
    /// Whoever has heard a machine last speaks for it. That it is gone counts from the node that had it, or from anybody once
    /// it has been silent for too long.
    /// </summary>
    private NpgsqlBatchCommand Upsert(KeyValuePair<MachineId, MachineStatus>[] rows) =>
        Sql.Of("insert into machine_statuses (machine_id, organization_id, online, since, last_heard, why_not, firmware, "
                + "uptime_seconds, faults, temperatures, counters, config_etag, silent_at, counted_at, node) "
                + "select m.id, m.organization_id, o, s, l, w, f, u, x::jsonb, t::jsonb, c::jsonb, e, z, y, $14 "
                + "from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) "
                + "as n(i, o, s, l, w, f, u, x, t, c, e, z, y) "
                + "join machines m on m.id = n.i order by m.id "
                + "on conflict (machine_id) do update set online = excluded.online, since = excluded.since, "
                + "last_heard = greatest(excluded.last_heard, machine_statuses.last_heard), why_not = excluded.why_not, "
                + "firmware = excluded.firmware, uptime_seconds = excluded.uptime_seconds, faults = excluded.faults, "
                + "temperatures = excluded.temperatures, counters = excluded.counters, "
                + "config_etag = excluded.config_etag, silent_at = excluded.silent_at, counted_at = excluded.counted_at, "
                + "node = excluded.node, "
                + "told_at = clock_timestamp() "
                + "where machine_statuses.node is null or machine_statuses.node = excluded.node or not machine_statuses.online "
                + "or machine_statuses.silent_at <= $15 or (excluded.online and (machine_statuses.last_heard is null "
                + "or excluded.last_heard >= machine_statuses.last_heard))")
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
            .Column(NpgsqlDbType.TimestampTz, rows, r => r.Value.SilentAt)
            .Column(NpgsqlDbType.TimestampTz, rows, r => r.Value.Report?.CountedAt)
            .Value(node.Number).Value(clock.GetUtcNow());

    /// <summary>A machine that has moved to another node is not gone.</summary>
    private NpgsqlBatchCommand Begin(OutageEdge edge) =>
        Sql.Of("insert into machine_outages (id, organization_id, machine_id, \"from\", reason) "
                + "select $1, organization_id, machine_id, $3, $4 from machine_statuses where machine_id = $2 and node = $5 "
                + "on conflict (machine_id) where \"to\" is null do nothing")
            .Value(Guid.CreateVersion7(clock.GetUtcNow())).Value(edge.Machine.Value).Value(edge.At).Value(edge.Reason!)
            .Value(node.Number);

    private static NpgsqlBatchCommand End(OutageEdge edge) =>
        Sql.Of("update machine_outages set \"to\" = greatest($2, \"from\") where machine_id = $1 and \"to\" is null")
            .Value(edge.Machine.Value).Value(edge.At);

    private static Dictionary<string, T> Nothing<T>() => [];
}

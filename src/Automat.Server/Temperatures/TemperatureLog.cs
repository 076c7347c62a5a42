using System.Collections.Concurrent;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Machines;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Temperatures;

/// <summary>
/// Keeps how warm machines are: of many readings a minute their least, most and mean. Several nodes may hear one sensor; what
/// they write is added up.
/// </summary>
public sealed class TemperatureLog(IServiceScopeFactory scopes, CrossingDataSource database, TimeProvider clock, ILogger<TemperatureLog> log)
    : BackgroundService
{
    private const int MostSensors = 8;

    private const int MostMinutes = 100_000;

    private readonly ConcurrentDictionary<Key, Reading> open = new();

    /// <summary>A reading, in hundredths of a degree. Readings of more sensors than a machine may have are not kept.</summary>
    public void Note(Machine machine, string sensor, int temperature, DateTimeOffset at)
    {
        var minute = new DateTimeOffset(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        var key = new Key(machine.Id, sensor, minute, machine.OrganizationId);
        if (!open.ContainsKey(key) && (open.Count >= MostMinutes || open.Keys.Count(k => k.Machine == machine.Id && k.Minute == minute) >= MostSensors)) return;
        open.AddOrUpdate(key, _ => new Reading(temperature, temperature, temperature, 1), (_, before) => new Reading(
            Math.Min(before.Lowest, temperature), Math.Max(before.Highest, temperature), before.Sum + temperature, before.Count + 1));
    }

    /// <summary>Since when a machine has been warmer than this without a break, by what is kept; null when it is not, or when
    /// nothing was heard within the last hour.</summary>
    public async Task<DateTimeOffset?> WarmSinceAsync(Machine machine, int limit, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToUniversalTime();
        var from = now - TimeSpan.FromHours(24);
        await using var scope = scopes.CreateScopeOf(machine.OrganizationId);
        var minutes = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<TemperatureMinute>().AsNoTracking()
            .Where(m => m.MachineId == machine.Id && m.Minute >= from).GroupBy(m => m.Minute)
            .Select(m => new { Minute = m.Key, Warmest = m.Max(s => s.Highest) }).OrderByDescending(m => m.Minute).ToListAsync(ct);
        DateTimeOffset? since = null;
        var last = now;
        foreach (var minute in minutes)
        {
            if (minute.Warmest <= limit || last - minute.Minute > TimeSpan.FromHours(1)) break;
            since = last = minute.Minute;
        }

        return since;
    }

    /// <summary>Writes down what is open.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        var taken = new List<(Key Key, Reading Reading)>();
        foreach (var key in open.Keys)
        {
            if (open.TryRemove(key, out var reading)) taken.Add((key, reading));
        }

        foreach (var chunk in taken.OrderBy(one => one.Key.Machine.Value, StringComparer.Ordinal)
            .ThenBy(one => one.Key.Minute).ThenBy(one => one.Key.Sensor, StringComparer.Ordinal).Chunk(1_000))
        {
            try
            {
                await WriteAsync(chunk, ct);
            }
            catch (Exception error) when (error is NpgsqlException or IOException or TimeoutException)
            {
                log.LogWarning("Temperatures could not be written down; tried again: {Reason}", error.Message);
                foreach (var (key, reading) in chunk) GiveBack(key, reading);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(10), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await FlushAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was heard in the last seconds is told again by the next readings.
        }
    }

    private async Task WriteAsync((Key Key, Reading Reading)[] rows, CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Sql.Of(
                "insert into temperature_minutes as t (machine_id, sensor, minute, organization_id, lowest, highest, sum, readings) "
                + "select * from unnest($1, $2, $3, $4, $5, $6, $7, $8) on conflict (machine_id, minute, sensor) do update set "
                + "lowest = least(t.lowest, excluded.lowest), highest = greatest(t.highest, excluded.highest), "
                + "sum = t.sum + excluded.sum, readings = t.readings + excluded.readings")
            .Column(NpgsqlDbType.Text, rows, r => r.Key.Machine.Value)
            .Column(NpgsqlDbType.Text, rows, r => r.Key.Sensor)
            .Column(NpgsqlDbType.TimestampTz, rows, r => r.Key.Minute)
            .Column(NpgsqlDbType.Uuid, rows, r => r.Key.Organization.Value)
            .Column(NpgsqlDbType.Integer, rows, r => r.Reading.Lowest)
            .Column(NpgsqlDbType.Integer, rows, r => r.Reading.Highest)
            .Column(NpgsqlDbType.Bigint, rows, r => r.Reading.Sum)
            .Column(NpgsqlDbType.Integer, rows, r => r.Reading.Count));
        await batch.ExecuteNonQueryAsync(ct);
    }

    private void GiveBack(Key key, Reading reading)
    {
        if (open.Count >= MostMinutes) return; // the database has been away for hours: the newest count
        open.AddOrUpdate(key, _ => reading, (_, newer) => new Reading(
            Math.Min(newer.Lowest, reading.Lowest), Math.Max(newer.Highest, reading.Highest), newer.Sum + reading.Sum,
            newer.Count + reading.Count));
    }

    private sealed record Key(MachineId Machine, string Sensor, DateTimeOffset Minute, Id<Organization> Organization);

    private sealed record Reading(int Lowest, int Highest, long Sum, int Count);
}

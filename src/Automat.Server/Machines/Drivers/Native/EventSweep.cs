using System.Globalization;
using Automat.Server.Data;
using Automat.Server.Platform;
using Npgsql;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>
/// Forgets what machines told long ago, in small batches. What is not yet known without a gap stays, and so does how far each
/// machine has counted: an event that is told again after that has no effect.
/// </summary>
internal sealed class EventSweep(
    CrossingDataSource database, IConfiguration configuration, TimeProvider clock, ILogger<EventSweep> log) : BackgroundService
{
    /// <summary>Days events are kept when nothing is set: long enough to compare with the same weeks of last year.</summary>
    public const int UsualDays = 400;

    /// <summary>Rows of one batch.</summary>
    public const int BatchSize = 1_000;

    private const int MostDays = 36_500;

    private readonly int days = DaysIn(configuration);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => days == 0
        ? Task.CompletedTask // kept for ever
        : Rounds.RunLaterAsync(
            clock, TimeSpan.FromMinutes(1),
            async ct =>
            {
                while (await SweepAsync(TimeSpan.FromDays(days), ct) > 0)
                {
                    // There may be more.
                }
            },
            error => log.LogWarning("Old machine events could not be removed; tried again: {Reason}", error.Message), stoppingToken);

    private static int DaysIn(IConfiguration configuration)
    {
        var text = configuration["Automat:MachineEvents:KeepDays"];
        if (string.IsNullOrWhiteSpace(text)) return UsualDays;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= MostDays
            ? days
            : throw new SettingsException($"Automat__MachineEvents__KeepDays is a number of days from 0 to {MostDays}, not '{text}'.");
    }

    /// <summary>Removes one batch of each organisation's events older than this; returns how many there were.</summary>
    public async Task<int> SweepAsync(TimeSpan kept, CancellationToken ct)
    {
        // Organisation by organisation, because that is how the index lies.
        await using var command = database.Source.CreateCommand(
            "with old as (select k.* from (select distinct organization_id as id from machine_event_marks) o, "
            + "lateral (select e.machine_id, e.sequence from machine_events e "
            + "join machine_event_marks m on m.machine_id = e.machine_id and e.sequence <= m.through "
            + $"where e.organization_id = o.id and e.received_at < $1 order by e.received_at limit {BatchSize}) k), "
            + "gone as (delete from machine_events e using old where e.machine_id = old.machine_id "
            + "and e.sequence = old.sequence returning e.machine_id, e.sequence), "
            + "marked as (update machine_event_marks m set kept_from = greatest(m.kept_from, g.last + 1) from "
            + "(select machine_id, max(sequence) as last from gone group by machine_id) g where m.machine_id = g.machine_id) "
            + "select count(*) from gone");
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() - kept });
        return (int)(long)(await command.ExecuteScalarAsync(ct))!;
    }
}

using System.Globalization;
using Automat.Domain.Doors;
using Automat.Server.Temperatures;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>
/// Whether a fridge may let anybody in: it listens, tells, is closed, and its goods were never too warm for too long. What is
/// wrong is a fault of the machine until it is over.
/// </summary>
internal sealed class FridgeHealth(
    LiveDoors doors, MachineStatuses statuses, TemperatureLog temperatures, FridgeMeter meter, TimeProvider clock)
{
    private static readonly TimeSpan Tell = TimeSpan.FromSeconds(5);

    private readonly DriverSettings<FridgeSettings> settings = new();

    /// <summary>The settings of a fridge.</summary>
    public FridgeSettings SettingsOf(Machine machine) => settings.Of(machine);

    /// <summary>Why nobody may be let in now, in a stable word; null when somebody may.</summary>
    public string? WhyNot(Machine machine)
    {
        var (door, own, now) = (doors.Of(machine.Id), settings.Of(machine), clock.GetUtcNow());
        if (door.HeardAt is not { } heard || now - heard > TimeSpan.FromSeconds(own.HeardWithin)) return "machine_offline";
        if (FaultsOf(door, own, now).Count > 0) return "machine_faulted";
        return door.Visit is not null || door.OpenSince is not null ? "machine_busy" : null;
    }

    /// <summary>Telemetry was heard: what it means for the machine's status is told, at once when something changed.</summary>
    public async Task HearAsync(Machine machine, LockTelemetry told, CancellationToken ct)
    {
        var (door, own, now) = (doors.Of(machine.Id), settings.Of(machine), clock.GetUtcNow());
        door.Telemetry = told;
        door.HeardAt = now;
        door.Mass = told.Units is { } units ? own.MilligramsOf(units) : null;
        door.OpenSince = told.IsOpen ? door.OpenSince ?? now : null;
        await WarmAsync(machine, told.Temperatures, ct);
        Report(machine, always: false);
    }

    /// <summary>Temperatures were heard, from the controller or from the agent inside.</summary>
    public async Task WarmAsync(Machine machine, IReadOnlyDictionary<string, double> told, CancellationToken ct)
    {
        if (told.Count == 0) return;
        var (door, own, now) = (doors.Of(machine.Id), settings.Of(machine), clock.GetUtcNow());
        foreach (var (sensor, degrees) in told) temperatures.Note(machine, sensor, Hundredths(degrees), now);
        if (own.WarmestAllowed is not { } limit) return;
        // What was before this server began stands in the log.
        door.Cold ??= new ColdChain(await temperatures.WarmSinceAsync(machine, Hundredths(limit), ct));
        door.Cold = door.Cold.Value.Hear(told.Values.Max(Hundredths), Hundredths(limit), now);
        door.ColdHeardAt = now;
    }

    /// <summary>Tells the machine's status what is known now.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="always">Also when it was told a moment ago and nothing changed.</param>
    public void Report(Machine machine, bool always)
    {
        var (door, own, now) = (doors.Of(machine.Id), settings.Of(machine), clock.GetUtcNow());
        if (!door.Reachable || door.Telemetry is not { } told || door.HeardAt is not { } heard) return;
        var faults = FaultsOf(door, own, now);
        var news = !faults.Select(f => f.Code).SequenceEqual(door.Faults.Select(f => f.Code));
        if (!always && !news && now - door.ReportedAt < Tell) return;
        var within = TimeSpan.FromSeconds(own.HeardWithin) - (now - heard);
        if (within <= TimeSpan.Zero) return; // its silence tells
        if (faults.Any(f => f.Code == "door_held_open") && door.Faults.All(f => f.Code != "door_held_open")) meter.Alarmed();
        door.Faults = faults;
        door.ReportedAt = now;
        statuses.Heard(machine.Id, new MachineReport
        {
            Faults = faults,
            Temperatures = told.Temperatures,
            Within = within,
            WhyNot = WhyNot(machine),
        });
    }

    private static List<MachineFault> FaultsOf(LiveDoor door, FridgeSettings own, DateTimeOffset now)
    {
        var faults = new List<MachineFault>();
        if (door.OpenSince is { } open && now - open > TimeSpan.FromSeconds(own.OpenAtMost))
        {
            faults.Add(new MachineFault("door_held_open", "The door stands open.", open));
        }

        if (own.WarmestAllowed is { } limit)
        {
            var patience = TimeSpan.FromMinutes(own.WarmMinutes);
            if (door.Cold is { } cold && cold.IsBroken(patience, now))
            {
                faults.Add(new MachineFault(
                    "too_warm", string.Create(CultureInfo.InvariantCulture, $"Warmer than {limit:0.##} °C for more than {own.WarmMinutes} minutes."),
                    cold.WarmSince!.Value));
            }
            else if (door.ColdHeardAt is null || now - door.ColdHeardAt > patience + TimeSpan.FromMinutes(1))
            {
                faults.Add(new MachineFault("temperature_unknown", "No temperature was told.", door.ColdHeardAt ?? now));
            }
        }

        if (own.LeastVolts is { } least && door.Telemetry?.Volts is { } volts && volts < least)
        {
            faults.Add(new MachineFault("low_voltage", "The supply is too weak.", door.HeardAt ?? now));
        }

        return faults;
    }

    private static int Hundredths(double degrees) => (int)Math.Round(degrees * 100);
}

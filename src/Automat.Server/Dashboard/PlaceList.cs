using Automat.Domain;
using Automat.Server.Machines;
using Automat.Server.Storefront;

namespace Automat.Server.Dashboard;

/// <summary>A machine in service, where it stands, and whether there is a line to it.</summary>
internal sealed record StandingMachine(MachineId Id, string Location, bool HasLine);

/// <summary>Sums up machines by the place they stand at: what it took today, and how many there can sell.</summary>
internal static class PlaceList
{
    /// <summary>No page shows more places than these.</summary>
    public const int Most = 12;

    /// <summary>Places with trouble first, then those that took most; of equals by name.</summary>
    /// <param name="machines">Those in service.</param>
    /// <param name="statuses">How they are.</param>
    /// <param name="today">What was sold today; null for whom sales are closed.</param>
    /// <param name="currency">Of the organisation.</param>
    public static IReadOnlyList<PlaceView> Of(
        IEnumerable<StandingMachine> machines, MachineStatuses statuses, DayFigures? today, Currency currency) =>
    [
        .. machines.GroupBy(m => m.Location, StringComparer.Ordinal)
            .Select(place =>
            {
                var (ready, taken) = (0, 0d);
                foreach (var machine in place)
                {
                    if (!machine.HasLine || statuses.Of(machine.Id) is { Online: true, WhyNot: null or "machine_busy" }) ready++;
                    taken += today?.Machines.GetValueOrDefault(machine.Id) ?? 0;
                }

                return (Place: place.Key, Ready: ready, All: place.Count(), Taken: (long)Math.Round(taken));
            })
            .OrderByDescending(p => p.All - p.Ready > 0).ThenByDescending(p => p.Taken).ThenBy(p => p.Place, StringComparer.CurrentCulture)
            .Select(p => new PlaceView(
                p.Place, today is null ? null : new Amount(p.Taken, currency.Code), p.Ready, p.All,
                p.Place.Length == 0 ? "/panel/machines" : $"/panel/machines?location={Uri.EscapeDataString(p.Place)}")),
    ];
}

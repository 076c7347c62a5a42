using System.Collections.Concurrent;
using System.Net;
using Automat.Domain;

namespace Automat.Server.Machines.Drivers.Robot;

/// <summary>
/// The robots that are connected. A robot is known by where it comes from: a connection from an address no robot is allowed
/// to have is closed at once. A robot that comes back replaces its old connection.
/// </summary>
internal sealed class RobotLines(MachineDirectory machines, MachineStatuses statuses, ILogger<RobotLines> log)
{
    private readonly ConcurrentDictionary<MachineId, RobotLine> lines = new();
    private readonly DriverSettings<RobotSettings> settings = new();

    /// <summary>A robot's line; null when it is away.</summary>
    public RobotLine? Of(MachineId machine) => lines.GetValueOrDefault(machine);

    /// <summary>
    /// Which robot comes from this address: the one whose rule names it most narrowly; among several of these one that is not
    /// connected, else the first.
    /// </summary>
    public async Task<Machine?> FindAsync(IPAddress? address, CancellationToken ct)
    {
        if (address is null) return null;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var robots = (await machines.OfDriverAsync(RobotDriver.DriverName, ct))
            .Select(m => (Machine: m, Bits: settings.Of(m).Allow.Max(entry => BitsNamed(entry, plain)))).ToList();
        var narrowest = robots.Max(r => r.Bits);
        if (narrowest is null) return null;
        var allowed = robots.Where(r => r.Bits == narrowest).Select(r => r.Machine).ToList();
        return allowed.Find(m => !lines.ContainsKey(m.Id)) ?? allowed.FirstOrDefault();
    }

    /// <summary>A robot is there.</summary>
    public void Add(RobotLine line)
    {
        RobotLine? old = null;
        lines.AddOrUpdate(line.Machine, line, (_, before) =>
        {
            old = before;
            return line;
        });
        old?.Close();
        log.LogInformation("Robot {Machine} connected from {Address}", line.Machine, line.Address);
        statuses.Report(line.Machine, online: true, whyNot: null);
    }

    /// <summary>A robot is gone, unless it has come back meanwhile.</summary>
    public void Remove(RobotLine line)
    {
        if (!lines.TryRemove(new KeyValuePair<MachineId, RobotLine>(line.Machine, line))) return;
        log.LogInformation("Robot {Machine} is gone", line.Machine);
        statuses.Report(line.Machine, online: false, "machine_offline");
    }

    /// <summary>How many bits of the address a rule names; null when it is about other addresses.</summary>
    private static int? BitsNamed(string entry, IPAddress address)
    {
        if (!entry.Contains('/', StringComparison.Ordinal))
        {
            return IPAddress.TryParse(entry, out var one) && one.Equals(address) ? address.GetAddressBytes().Length * 8 : null;
        }

        return IPNetwork.TryParse(entry, out var network) && network.Contains(address) ? network.PrefixLength : null;
    }
}

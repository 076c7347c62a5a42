using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>Whether a machine can take one more sale now; asked before any money moves.</summary>
internal static class Readiness
{
    /// <summary>Refuses where it cannot.</summary>
    /// <exception cref="RuleException">Why the machine is not ready, or <c>machine_busy</c>.</exception>
    public static async Task RequireAsync(AutomatDb db, DriverRegistry drivers, Machine machine, CancellationToken ct)
    {
        if (drivers.WhyNotReady(machine) is { } why) throw new RuleException(why, $"{machine.Name} cannot sell right now.");
        var most = drivers.TermsOf(machine).SalesAtOnce;
        var open = await db.Set<Vend>().CountAsync(
            v => v.Machine == machine.Id && (v.Status == VendStatus.Reserved || v.Status == VendStatus.Delivering), ct);
        if (open >= most)
        {
            throw new RuleException("machine_busy", $"Too many are waiting for {machine.Name}. Try again in a while.");
        }
    }
}

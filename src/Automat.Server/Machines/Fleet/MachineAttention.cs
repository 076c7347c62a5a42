using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Panel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Fleet;

/// <summary>Machines that cannot sell, report a fault, or have run out.</summary>
internal sealed class MachineAttention(AutomatDb db, DriverRegistry drivers, MachineStatuses statuses, IStringLocalizer<Texts> texts) : IPanelAttention
{
    private const int MostMachines = 20_000;
    private const int Most = 50;

    public async Task<IReadOnlyList<AttentionItem>> LookAsync(ClaimsPrincipal who, CancellationToken ct)
    {
        if (!who.Allows(Permission.MachineRead)) return [];
        var organization = who.OrganizationOf();
        var machines = await db.Set<Machine>().AsNoTracking()
            .Where(m => m.OrganizationId == organization && m.State != MachineState.Retired)
            .OrderBy(m => m.Id).Take(MostMachines).ToListAsync(ct);
        var items = new List<AttentionItem>();
        foreach (var machine in machines.Where(m => m.State is MachineState.Active))
        {
            var (status, whyNot) = (statuses.Of(machine.Id), drivers.WhyNotReady(machine));
            var sells = whyNot is null or "machine_busy";
            var fault = FaultOf(status);
            // What never said a word is being set up.
            if (status.LastHeard is null || (sells && fault is null)) continue;
            items.Add(new AttentionItem(
                () => $"{machine.Name}: {fault ?? texts.Standing(machine, whyNot, status).Text}", machine.Location, $"/panel/machines/{machine.Id}")
            {
                Machine = machine.Id.Value,
                Lost = sells ? 0 : 1,
                Since = status.Since,
                IsUrgent = true,
            });
        }

        var names = machines.ToDictionary(m => m.Id, m => (m.Name, m.Location));
        return [.. items, .. await SoldOutAsync(organization, names, ct)];
    }

    /// <summary>What a machine that can be reached says is wrong with it.</summary>
    private static string? FaultOf(MachineStatus status) => status is { Online: true, Report.Faults: [var first, ..] }
        ? string.IsNullOrWhiteSpace(first.Text) ? first.Code : first.Text
        : null;

    private async Task<IReadOnlyList<AttentionItem>> SoldOutAsync(
        Id<Organization> organization, Dictionary<MachineId, (string Name, string Location)> names, CancellationToken ct)
    {
        var slots = db.Set<Slot>().AsNoTracking().Where(s => s.OrganizationId == organization && s.Capacity != null);
        var empty = await slots.Where(s => s.Stock <= s.Reserved).GroupBy(s => s.MachineId)
            .Select(g => new { Machine = g.Key, Empty = g.Count() }).OrderByDescending(m => m.Empty).Take(Most).ToListAsync(ct);
        if (empty.Count == 0) return [];
        var named = empty.ConvertAll(m => m.Machine);
        var all = await slots.Where(s => named.Contains(s.MachineId)).GroupBy(s => s.MachineId)
            .Select(g => new { Machine = g.Key, All = g.Count() }).ToDictionaryAsync(m => m.Machine, m => m.All, ct);
        return
        [
            .. empty.Where(m => names.ContainsKey(m.Machine)).Select(m => new AttentionItem(
                texts["Fleet.SoldOutSlots", names[m.Machine].Name, m.Empty], names[m.Machine].Location, $"/panel/machines/{m.Machine}")
            {
                Machine = m.Machine.Value,
                Lost = (double)m.Empty / Math.Max(m.Empty, all.GetValueOrDefault(m.Machine)),
            }),
        ];
    }
}

using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Panel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Dashboard;

/// <summary>Machines that cannot sell, report a fault, or have run out.</summary>
internal sealed class MachineAttention(AutomatDb db, MachineStatuses statuses, IStringLocalizer<Texts> texts) : IPanelAttention
{
    private const int MostMachines = 20_000;
    private const int Most = 50;

    public async Task<IReadOnlyList<AttentionItem>> LookAsync(ClaimsPrincipal who, CancellationToken ct)
    {
        if (!who.Allows(Permission.MachineRead)) return [];
        var organization = who.OrganizationOf();
        var machines = await db.Set<Machine>().AsNoTracking()
            .Where(m => m.OrganizationId == organization && m.State != MachineState.Retired)
            .OrderBy(m => m.Id).Take(MostMachines).Select(m => new { m.Id, m.Name, m.Location, m.State }).ToListAsync(ct);
        var items = new List<AttentionItem>();
        foreach (var machine in machines)
        {
            if (machine.State is not MachineState.Active) continue;
            var status = statuses.Of(machine.Id);
            // What never said a word is being set up.
            if (status.LastHeard is null && status.Report is null) continue;
            if (Trouble(status) is not { } trouble) continue;
            items.Add(new AttentionItem(
                $"{machine.Name}: {trouble}", machine.Location, $"/panel/machines/{machine.Id}")
            {
                Machine = machine.Id.Value,
                Lost = status.WhyNot is null && status.Online ? 0 : 1,
                Since = status.Since,
                IsUrgent = true,
            });
        }

        var names = machines.ToDictionary(m => m.Id, m => (m.Name, m.Location));
        return [.. items.Take(4 * Most), .. await SoldOutAsync(organization, names, ct)];
    }

    private string? Trouble(MachineStatus status)
    {
        if (!status.Online) return texts["Trouble.Offline"].Value;
        if (status.Report?.Faults is [var fault, ..]) return string.IsNullOrWhiteSpace(fault.Text) ? fault.Code : fault.Text;
        return status.WhyNot is null ? null : texts["Trouble.Cannot"].Value;
    }

    private async Task<IReadOnlyList<AttentionItem>> SoldOutAsync(
        Id<Organization> organization, Dictionary<MachineId, (string Name, string Location)> names, CancellationToken ct)
    {
        var empty = await db.Set<Slot>().AsNoTracking().Where(s => s.OrganizationId == organization && s.Capacity != null)
            .GroupBy(s => s.MachineId)
            .Select(g => new { Machine = g.Key, Empty = g.Count(s => s.Stock <= s.Reserved), All = g.Count() })
            .Where(m => m.Empty > 0).OrderByDescending(m => m.Empty).Take(Most).ToListAsync(ct);
        return
        [
            .. empty.Where(m => names.ContainsKey(m.Machine)).Select(m => new AttentionItem(
                texts["SoldOut.Title", names[m.Machine].Name, m.Empty], names[m.Machine].Location, $"/panel/machines/{m.Machine}")
            {
                Machine = m.Machine.Value,
                Lost = (double)m.Empty / m.All,
            }),
        ];
    }
}

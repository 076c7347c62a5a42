using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Fleet;

/// <summary>The codes customers scan, as labels: of one machine, of several, on paper.</summary>
internal sealed class LabelPages(AutomatDb db, PublicAddress address)
{
    private const int Most = 60;
    private const int MostListed = 1_000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/panel/machines/labels", async (HttpContext context, LabelPages labels, CancellationToken ct) =>
            Pages.Show<LabelsPage>(await labels.ViewAsync(context, ct))).RequirePermission(Permission.MachineRead).ExcludeFromDescription();
        routes.MapGet("/panel/machines/{id}/label", async (string id, HttpContext context, AutomatDb db, CancellationToken ct) =>
        {
            var machine = await db.OwnMachineAsync(context.User, id, ct);
            return context.SeeOther($"/panel/machines/labels?id={machine.Id}");
        }).RequirePermission(Permission.MachineRead).ExcludeFromDescription();
    }

    private async Task<LabelsView> ViewAsync(HttpContext context, CancellationToken ct)
    {
        var chosen = context.Request.Query["id"].OfType<string>().Take(Most).Where(id => MachineId.TryParse(id, out _)).ToHashSet(StringComparer.Ordinal);
        var organization = context.User.OrganizationOf();
        var machines = await db.Set<Machine>().AsNoTracking()
            .Where(m => m.OrganizationId == organization && m.State != MachineState.Retired).OrderBy(m => m.Name).ThenBy(m => m.Id)
            .Take(MostListed).Select(m => new { m.Id, m.Name, m.Location }).ToListAsync(ct);
        var here = address.For(context.Request);
        return new LabelsView(
            [.. machines.Where(m => chosen.Contains(m.Id.Value)).Select(m => new LabelView(
                m.Id.Value, m.Name, m.Location, $"{here}/m/{m.Id}", QrPicture.Of($"{here}/m/{m.Id}", 8)))],
            [.. machines.Select(m => (new Choice(m.Id.Value, $"{m.Name} · {m.Location}"), chosen.Contains(m.Id.Value)))]);
    }
}

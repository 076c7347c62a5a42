using System.Security.Claims;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>What a board reported that became a sale.</summary>
internal sealed class ReportStory(AutomatDb db) : IVendStory
{
    private const int Most = 20;

    public StoryChapter Chapter => StoryChapter.Machine;

    public async Task<IReadOnlyList<StoryEvent>> TellAsync(Vend vend, ClaimsPrincipal reader, CancellationToken ct)
    {
        var (id, machine) = (vend.Id, vend.Machine);
        var reports = await db.Set<BoardReport>().AsNoTracking().Where(r => r.MachineId == machine && r.VendId == id)
            .OrderBy(r => r.ReceivedAt).Take(Most).ToListAsync(ct);
        return [.. reports.Select(r => new StoryEvent(r.ReceivedAt, System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(r.Kind.ToString()))
        {
            Tone = r.Insecure || r.Late ? "wait" : "good",
            Detail = $"{r.At:u} · {r.Amount} · #{r.Item}{(r.Late ? " · late" : "")}{(r.Insecure ? " · insecure" : "")}",
        })];
    }
}

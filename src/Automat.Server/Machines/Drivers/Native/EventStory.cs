using System.Security.Claims;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>What a machine told while a sale was going on, in its own words.</summary>
internal sealed class EventStory(AutomatDb db) : IVendStory
{
    private const int Most = 50;
    private const int LongestPayload = 300;

    private static readonly TimeSpan Before = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan After = TimeSpan.FromMinutes(5);

    public StoryChapter Chapter => StoryChapter.Machine;

    public async Task<IReadOnlyList<StoryEvent>> TellAsync(Vend vend, ClaimsPrincipal reader, CancellationToken ct)
    {
        var (from, to) = ((vend.ReservedAt - Before).ToUniversalTime(), ((vend.SettledAt ?? vend.Deadline) + After).ToUniversalTime());
        var (machine, organization) = (vend.Machine, vend.Organization);
        var events = await db.Set<MachineEvent>().AsNoTracking()
            .Where(e => e.OrganizationId == organization && e.ReceivedAt >= from && e.ReceivedAt < to && e.MachineId == machine)
            .OrderBy(e => e.ReceivedAt).Take(Most).ToListAsync(ct);
        return [.. events.Select(e => new StoryEvent(e.ReceivedAt, e.Type)
        {
            Tone = e.Refused is null ? "idle" : "bad",
            Detail = $"{(e.Refused is { } why ? $"{why} · " : "")}{(e.Payload.Length > LongestPayload ? e.Payload[..LongestPayload] + "…" : e.Payload)}",
        })];
    }
}

using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>A state a chip came into.</summary>
internal sealed record ChipHistoryItem(string State, string? Reason, string Actor, DateTimeOffset At);

/// <summary>What became of a chip, newest first.</summary>
internal sealed record ChipHistory(IReadOnlyList<ChipHistoryItem> Items);

/// <summary>Shows a chip, its credit and what became of it.</summary>
internal static class GetChip
{
    private const int Most = 200;

    public static void Map(IEndpointRouteBuilder chips)
    {
        chips.MapGet("/{id:guid}", async (Guid id, ChipReader reader, ClaimsPrincipal caller, CancellationToken ct) =>
                TypedResults.Ok(await reader.OneAsync(caller.OrganizationOf(), new Id<Chip>(id), ct)))
            .RequirePermission(Permission.ChipRead)
            .WithName(nameof(GetChip)).WithSummary("Show a chip and its credit");
        chips.MapGet("/{id:guid}/history", async (Guid id, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct) =>
                TypedResults.Ok(await HistoryAsync(db, caller.OrganizationOf(), new Id<Chip>(id), ct)))
            .RequirePermission(Permission.ChipRead)
            .WithName("GetChipHistory").WithSummary("The states a chip came into, and why");
    }

    private static async Task<ChipHistory> HistoryAsync(
        AutomatDb db, Id<Organization> organization, Id<Chip> id, CancellationToken ct)
    {
        if (!await db.Set<Chip>().AnyAsync(c => c.Id == id && c.OrganizationId == organization, ct)) throw ChipReader.Unknown(id);
        var rows = await db.Set<ChipStateChange>().AsNoTracking().Where(s => s.ChipId == id)
            .OrderByDescending(s => s.Id).Take(Most).ToListAsync(ct);
        return new ChipHistory([.. rows.Select(r => new ChipHistoryItem(ChipReader.WordOf(r.State), r.Reason, r.Actor, r.At))]);
    }
}

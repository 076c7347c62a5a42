using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>Which chips are wanted.</summary>
/// <param name="State">Only those in this state.</param>
/// <param name="Reference">Only those another system knows by this.</param>
/// <param name="Group">Only those of this group.</param>
internal sealed record ChipFilter(string? State, string? Reference, string? Group);

/// <summary>A page of chips.</summary>
/// <param name="Items">In the order they were issued.</param>
/// <param name="NextCursor">What to ask for next; null at the end.</param>
internal sealed record ChipPage(IReadOnlyList<ChipAnswer> Items, Guid? NextCursor);

/// <summary>Lists an organisation's chips, a page at a time.</summary>
internal sealed class ListChips(AutomatDb db, ChipReader reader)
{
    private const int Most = 200;

    /// <summary>A page.</summary>
    /// <exception cref="FieldsException"><c>query_invalid</c>.</exception>
    public async Task<ChipPage> RunAsync(
        Id<Organization> organization, ChipFilter filter, Guid? cursor, int? limit, CancellationToken ct)
    {
        var size = PageSize.Of(limit, Most);
        var query = Of(db, organization, filter);
        if (cursor is { } after) query = query.Where(c => (Guid)(object)c.Id > after);
        var page = await query.OrderBy(c => c.Id).Take(size + 1).ToListAsync(ct);
        var shown = page.Take(size).ToList();
        return new ChipPage(
            await reader.AllAsync(organization, shown, ct), page.Count > size ? shown[^1].Id.Value : null);
    }

    /// <summary>The chips a filter leaves.</summary>
    /// <exception cref="FieldsException"><c>query_invalid</c>.</exception>
    internal static IQueryable<Chip> Of(AutomatDb db, Id<Organization> organization, ChipFilter filter)
    {
        var query = db.Set<Chip>().AsNoTracking().Where(c => c.OrganizationId == organization);
        if (filter.State is { } word)
        {
            var state = StateOf(word) ?? throw new FieldsException(
                "query_invalid", new Dictionary<string, string> { ["state"] = "One of active, locked, retired." });
            query = query.Where(c => c.State == state);
        }

        if (filter.Reference is { } reference) query = query.Where(c => c.Reference == reference);
        if (filter.Group is { } group)
        {
            query = query.Where(c => db.Set<ChipGroup>().Any(g => g.Id == c.GroupId && g.Name == group));
        }

        return query;
    }

    internal static ChipState? StateOf(string? word) => word switch
    {
        "active" => ChipState.Active,
        "locked" => ChipState.Locked,
        "retired" => ChipState.Retired,
        _ => null,
    };

    public static void Map(IEndpointRouteBuilder chips) => chips
        .MapGet("", async (
            string? state, string? reference, string? group, Guid? cursor, int? limit, ListChips list, ClaimsPrincipal caller,
            CancellationToken ct) => TypedResults.Ok(await list.RunAsync(
                caller.OrganizationOf(), new ChipFilter(state, reference, group), cursor, limit, ct)))
        .RequirePermission(Permission.ChipRead)
        .WithName(nameof(ListChips)).WithSummary("List chips");
}

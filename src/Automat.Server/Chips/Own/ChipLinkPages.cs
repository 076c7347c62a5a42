using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips.Own;

/// <summary>Staff make the code with which whoever carries a chip takes it into their account.</summary>
internal sealed class ChipLinkPages(AutomatDb db, LinkChip link, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/panel/chips/{id:guid}/link").ExcludeFromDescription();
        pages.MapGet("", async (Guid id, HttpContext context, ChipLinkPages chips, CancellationToken ct) =>
            Pages.Show<ChipLinkPage>(await chips.ViewAsync(context, await chips.ChipAsync(context, id, ct), ct)))
            .RequirePermission(Permission.ChipWrite);
        pages.MapForm("", (Guid id, HttpContext context, ChipLinkPages chips, CancellationToken ct) => chips.MakeAsync(context, id, ct))
            .RequirePermission(Permission.ChipWrite);
    }

    private async Task<IResult> MakeAsync(HttpContext context, Guid id, CancellationToken ct)
    {
        var chip = await ChipAsync(context, id, ct);
        try
        {
            var code = await link.NewCodeAsync(chip, ct);
            return Pages.Show<ChipLinkPage>(await ViewAsync(context, chip, ct) with { Code = code });
        }
        catch (RuleException retired) when (retired.Code == "chip_retired")
        {
            return Pages.Show<ChipLinkPage>(await ViewAsync(context, chip, ct), StatusCodes.Status409Conflict);
        }
    }

    private async Task<Chip> ChipAsync(HttpContext context, Guid id, CancellationToken ct)
    {
        var (wanted, organization) = (new Id<Chip>(id), context.User.OrganizationOf());
        return await db.Set<Chip>().AsNoTracking().SingleOrDefaultAsync(c => c.Id == wanted && c.OrganizationId == organization, ct)
            ?? throw ChipReader.Unknown(wanted);
    }

    private async Task<ChipLinkView> ViewAsync(HttpContext context, Chip chip, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        var now = clock.GetUtcNow();
        var linked = await db.Set<ChipAccount>().AsNoTracking().Where(a => a.ChipId == chip.Id)
            .Select(a => (DateTimeOffset?)a.LinkedAt).SingleOrDefaultAsync(ct);
        var waits = await db.Set<ChipLinkCode>().AsNoTracking().Where(c => c.ChipId == chip.Id && c.ExpiresAt > now)
            .Select(c => (DateTimeOffset?)c.ExpiresAt).SingleOrDefaultAsync(ct);
        return new ChipLinkView(chip.Id.ToString(), chip.Label.Length > 0 ? chip.Label : chip.Id.ToString()[^6..].ToUpperInvariant(), linked, waits)
        {
            IsRetired = chip.State is ChipState.Retired,
        };
    }
}

using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Panel;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Chips.Desk;

/// <summary>The list of chips, and the form to hand out another.</summary>
internal sealed class ChipListPages(AutomatDb db, ChipReader reader, IssueChip issue, IStringLocalizer<Texts> t)
{
    public const string Address = "/panel/chips";

    private const int MostGroups = 500;
    private const int FileBatch = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("", (HttpContext context, ChipListPages chips, CancellationToken ct) => chips.ListAsync(context, ct))
            .RequirePermission(Permission.ChipRead);
        pages.MapGet("/new", async (ChipListPages chips, CancellationToken ct) =>
            Pages.Show<NewChipPage>(new NewChipView(
                "", "", "", "", "", await chips.GroupsAsync(ct), new Dictionary<string, string>(StringComparer.Ordinal))))
            .RequirePermission(Permission.ChipWrite);
        pages.MapForm("/new", (HttpContext context, ChipListPages chips, CancellationToken ct) => chips.IssueAsync(context, ct))
            .RequirePermission(Permission.ChipWrite);
    }

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        var view = ListView.From(context.Request, ["since", "label"], "-since");
        var organization = context.User.OrganizationOf();
        var groups = await GroupsAsync(ct);
        var state = ListChips.StateOf(view["state"]) is null ? null : view["state"];
        var chips = ListChips.Of(db, organization, new ChipFilter(state, null, groups.Contains(view["group"] ?? "") ? view["group"] : null));
        if (view.Search is { } text) chips = Matching(chips, text);
        chips = (view.Sort, view.Descending) switch
        {
            ("label", false) => chips.OrderBy(c => c.Label).ThenBy(c => c.Id),
            ("label", true) => chips.OrderByDescending(c => c.Label).ThenByDescending(c => c.Id),
            (_, false) => chips.OrderBy(c => c.Id),
            _ => chips.OrderByDescending(c => c.Id),
        };
        var columns = Columns(context);
        if (view.Format == "csv") return TableCsv.Result("chips", view, columns, RowsAsync(chips, organization, ct));
        var page = await chips.PageAsync(view, ct);
        var rows = await reader.AllAsync(organization, page.Items, ct);
        return Pages.Show<ChipsPage>(new ChipsView(new ListPage<ChipRow>([.. rows.Select(ChipRow.Of)], view, page.Total), columns, groups)
        {
            MayWrite = context.User.Allows(Permission.ChipWrite),
        });
    }

    private IQueryable<Chip> Matching(IQueryable<Chip> chips, string text)
    {
        if (Guid.TryParse(text, out var id))
        {
            var wanted = new Id<Chip>(id);
            return chips.Where(c => c.Id == wanted);
        }

        var like = Sql.LikeAnywhere(text);
        return chips.Where(c => EF.Functions.ILike(c.Label, like, Sql.LikeEscape) || EF.Functions.ILike(c.Reference!, like, Sql.LikeEscape)
            || db.Set<ChipHolder>().Any(h => h.ChipId == c.Id && EF.Functions.ILike(h.Name, like, Sql.LikeEscape)));
    }

    /// <summary>All rows for the file, some at a time.</summary>
    private async IAsyncEnumerable<ChipRow> RowsAsync(
        IQueryable<Chip> chips, Id<Organization> organization, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        for (var at = 0; at < TableCsv.MostRows; at += FileBatch)
        {
            var some = await chips.Skip(at).Take(FileBatch).ToListAsync(ct);
            foreach (var chip in await reader.AllAsync(organization, some, ct)) yield return ChipRow.Of(chip);
            if (some.Count < FileBatch) yield break;
        }
    }

    private async Task<IResult> IssueAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var view = new NewChipView(
            form["label"].ToString(), form["reference"].ToString(), form["holder"].ToString(), form["holder_email"].ToString(),
            form["group"].ToString(), await GroupsAsync(ct), new Dictionary<string, string>(StringComparer.Ordinal));
        try
        {
            var made = await issue.RunAsync(
                context.User.OrganizationOf(),
                new IssueChipRequest(form["uid"], view.Label, view.Reference, view.Holder, view.HolderEmail, view.Group),
                Guid.TryParse(form["key"], out var key) ? Idempotency.KeyOf(key.ToString()) : null, ct);
            return context.SeeOther($"{Address}/{made.ChipId}?done=issued");
        }
        catch (FieldsException wrong)
        {
            return Pages.Show<NewChipPage>(view with { Wrong = ChipTexts.Of(wrong.Errors) }, StatusCodes.Status422UnprocessableEntity);
        }
        catch (RuleException refused) when (refused.Code == "chip_already_issued")
        {
            return Pages.Show<NewChipPage>(view with { Error = "Refused.Issued" }, StatusCodes.Status409Conflict);
        }
    }

    private Task<List<string>> GroupsAsync(CancellationToken ct) =>
        db.Set<ChipGroup>().AsNoTracking().OrderBy(g => g.Name).Select(g => g.Name).Take(MostGroups).ToListAsync(ct);

    private IReadOnlyList<Column<ChipRow>> Columns(HttpContext context) =>
    [
        new("label", t["Chips.Label"], row => row.Name) { Sorts = true, Csv = row => row.Label },
        new("reference", t["Chips.Reference"], row => row.Reference),
        new("holder", t["Chips.Holder"], row => row.Holder),
        new("group", t["Chips.Group"], row => row.Group),
        new("state", t["Chips.State"], row => Badge(row.State)) { Csv = row => row.State },
        new("balance", t["Chips.Balance"], row => row.Balance.ToString()) { Number = true, Csv = row => row.Balance.Minor },
        new("held", t["Chips.Held"], row => row.Held.ToString()) { Number = true, Hidden = true, Csv = row => row.Held.Minor },
        new("since", t["Chips.Since"], row => context.Moment(row.Since, t["Format.Moment"])) { Sorts = true, Csv = row => row.Since },
        new("id", t["Chips.Id"], row => row.Id.ToString()) { Hidden = true },
    ];

    private RenderFragment Badge(string state) => builder =>
    {
        builder.OpenComponent<Badge>(0);
        builder.AddComponentParameter(1, nameof(Panel.Badge.Tone), ChipTexts.ToneOf(state));
        builder.AddComponentParameter(2, nameof(Panel.Badge.Text), t[ChipTexts.OfState(state)].Value);
        builder.CloseComponent();
    };
}

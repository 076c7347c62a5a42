using System.Globalization;
using Automat.Domain;
using Automat.Domain.Planograms;
using Automat.Server.Data;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Planograms;

/// <summary>
/// The editor of a machine's layout: every step is a form, which a mouse's drag fills in and sends, too. Without scripts the same
/// forms work with buttons and fields.
/// </summary>
internal sealed class PlanogramPages(PlanogramDesk desk, EditDraft edit, LayoutTemplates templates, AutomatDb db, IStringLocalizer<Texts> texts)
{
    private const string Address = "/panel/machines/{id}/planogram";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("", (
            string id, string? q, string? slot, int? product, string? done, HttpContext context, PlanogramPages editor, CancellationToken ct) =>
            editor.ShowAsync(context, id, (q, slot, product, done), ct))
            .RequirePermission(Permission.CatalogRead);
        Form("/place", (editor, context, id, form, ct) => editor.PlaceAsync(context, id, form, ct));
        Form("/move", (editor, context, id, form, ct) => editor.MoveAsync(context, id, form, ct));
        Form("/change", (editor, context, id, form, ct) => editor.ChangeAsync(context, id, form, ct));
        Form("/remove", (editor, context, id, form, ct) => editor.RemoveAsync(context, id, form, ct));
        Form("/copy", (editor, context, id, form, ct) => editor.CopyAsync(context, id, form, ct));
        Form("/keep", (editor, context, id, form, ct) => editor.KeepAsync(context, id, form, ct));
        Form("/forget", (editor, context, id, form, ct) => editor.ForgetAsync(context, form, ct));
        Form("/discard", (editor, context, id, _, ct) => editor.DiscardAsync(context, id, ct));
        Form("/catch-up", (editor, context, id, _, ct) => editor.CatchUpAsync(context, id, ct));
        pages.MapForm("/validate", (string id, HttpContext context, PlanogramPages editor, CancellationToken ct) => editor.ValidateAsync(context, id, ct))
            .RequirePermission(Permission.CatalogWrite);

        void Form(string path, Func<PlanogramPages, HttpContext, string, IFormCollection, CancellationToken, Task<string?>> work) => pages
            .MapForm(path, (string id, HttpContext context, PlanogramPages editor, CancellationToken ct) => editor.DoAsync(context, id, work, ct))
            .RequirePermission(Permission.CatalogWrite);
    }

    private async Task<IResult> ShowAsync(
        HttpContext context, string id, (string? Search, string? Open, int? Chosen, string? Done) wish, CancellationToken ct) =>
        Pages.Show<PlanogramPage>(await desk.EditorAsync(context, id, wish.Search, wish.Open, ct) with
        {
            Chosen = wish.Chosen,
            Done = DoneText(wish.Done),
        });

    private async Task<IResult> DoAsync(
        HttpContext context, string id, Func<PlanogramPages, HttpContext, string, IFormCollection, CancellationToken, Task<string?>> work,
        CancellationToken ct)
    {
        await db.OwnMachineAsync(context.User, id, ct); // another organisation's is unknown, whatever the form says
        var form = await context.Request.ReadFormAsync(ct);
        try
        {
            var done = await work(this, context, id, form, ct);
            var kept = form["product"].ToString() is { Length: > 0 and < 10 } chosen && chosen.All(char.IsAsciiDigit) ? $"&product={chosen}" : "";
            return context.SeeOther($"/panel/machines/{id}/planogram?done={done}{kept}");
        }
        catch (SlotsRefusedException refused)
        {
            var view = await desk.EditorAsync(context, id, null, refused.Form.IsWhole ? refused.Form.Codes[0] : null, ct);
            return Pages.Show<PlanogramPage>(
                view with
                {
                    Error = "Refused.Invalid",
                    ErrorLines = [.. refused.Wrongs.SelectMany(w => w.Value.All.Select(sentence => $"{w.Key}: {sentence}")).Take(10)],
                    Open = view.Open is null ? null : refused.Form.View(refused.Wrongs.Values.First()),
                }, StatusCodes.Status422UnprocessableEntity);
        }
        catch (RuleException refused) when (PlanogramWords.RefusalText(refused.Code) is { } text)
        {
            return Pages.Show<PlanogramPage>(
                await desk.EditorAsync(context, id, null, null, ct) with { Error = text }, ProblemCodes.StatusOf(refused.Code));
        }
        catch (FieldsException refused) when (PlanogramWords.RefusalText(refused.Code) is { } text)
        {
            return Pages.Show<PlanogramPage>(
                await desk.EditorAsync(context, id, null, null, ct) with { Error = text }, StatusCodes.Status422UnprocessableEntity);
        }
    }

    private async Task<string?> PlaceAsync(HttpContext context, string id, IFormCollection form, CancellationToken ct)
    {
        // A place's own button names it; the field is for places that are not shown.
        var code = (form["code"].Count > 0 ? form["code"] : form["typed"]).ToString().Trim();
        if (!SlotCode.IsOne(code)) throw new RuleException("code_invalid", "This is no code of a slot.");
        var machine = await db.OwnMachineAsync(context.User, id, ct);
        var product = int.TryParse(form["product"], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? await desk.ProductAsync(machine, number, ct)
            : null;
        if (product is null) throw new RuleException("product_unknown", "Choose a product first.");
        var room = product.IsByWeight ? Layout.UsualGrams : Layout.UsualCapacity;
        await edit.RunAsync(context.User, id, slots => Layout.Place(slots, code, product.Number, product.Price, room), ct);
        return "placed";
    }

    private async Task<string?> MoveAsync(HttpContext context, string id, IFormCollection form, CancellationToken ct)
    {
        var to = form["to"].ToString().Trim();
        if (!SlotCode.IsOne(to)) throw new RuleException("code_invalid", "This is no code of a slot.");
        var from = form["from"].ToString() is { Length: > 0 } named ? [named] : form["codes"].OfType<string>().ToList();
        if (from.Count == 0) throw new RuleException("selection_empty", "Choose a slot first.");
        if (from.Count > 1) throw new RuleException("selection_large", "Choose one slot.");
        await edit.RunAsync(context.User, id, slots => Layout.Move(slots, from[0], to), ct);
        return "moved";
    }

    private async Task<string?> ChangeAsync(HttpContext context, string id, IFormCollection form, CancellationToken ct)
    {
        var typed = SlotForm.Read(form);
        if (typed.Codes.Count == 0) throw new RuleException("selection_empty", "Choose a slot first.");
        var machine = await db.OwnMachineAsync(context.User, id, ct);
        var (goods, wrongs) = await WrongsAsync(context, id, typed, ct);
        if (wrongs.Count > 0) throw new SlotsRefusedException(typed, wrongs);
        await edit.RunAsync(context.User, id, slots => Layout.Change(slots, typed.Codes, slot => typed.Over(slot, machine.Currency, goods)), ct);
        return "changed";
    }

    private async Task<string?> RemoveAsync(HttpContext context, string id, IFormCollection form, CancellationToken ct)
    {
        var codes = form["slot"].ToString() is { Length: > 0 } one ? [one] : form["codes"].OfType<string>().ToHashSet(StringComparer.Ordinal);
        if (codes.Count == 0) throw new RuleException("selection_empty", "Choose a slot first.");
        await edit.RunAsync(context.User, id, slots => Layout.Remove(slots, codes), ct);
        return "removed";
    }

    private async Task<string?> DiscardAsync(HttpContext context, string id, CancellationToken ct)
    {
        await edit.DiscardAsync(context.User, id, ct);
        return "discarded";
    }

    private async Task<string?> CatchUpAsync(HttpContext context, string id, CancellationToken ct)
    {
        await edit.CatchUpAsync(context.User, id, ct);
        return "caught-up";
    }

    private async Task<string?> CopyAsync(HttpContext context, string id, IFormCollection form, CancellationToken ct)
    {
        if (Guid.TryParse(form["template"], out var template)) await templates.BeginWithAsync(context.User, id, template, ct);
        else await templates.CopyAsync(context.User, id, form["machine"].ToString(), ct);
        return "copied";
    }

    private async Task<string?> KeepAsync(HttpContext context, string id, IFormCollection form, CancellationToken ct)
    {
        await templates.KeepAsync(context.User, id, form["name"], ct);
        return "kept";
    }

    private async Task<string?> ForgetAsync(HttpContext context, IFormCollection form, CancellationToken ct)
    {
        await templates.RemoveAsync(context.User, Guid.TryParse(form["template"], out var id) ? id : Guid.Empty, ct);
        return "forgotten";
    }

    /// <summary>What is wrong with what is being typed, without doing anything: a fragment for the page.</summary>
    private async Task<IResult> ValidateAsync(HttpContext context, string id, CancellationToken ct)
    {
        var typed = SlotForm.Read(await context.Request.ReadFormAsync(ct));
        var wrongs = typed.Codes.Count == 0 ? [] : (await WrongsAsync(context, id, typed, ct)).Wrongs;
        return Pages.Show<SlotWrongList>((IReadOnlyList<string>)[.. wrongs.SelectMany(
            w => w.Value.All.Select(sentence => typed.IsWhole ? sentence : $"{w.Key}: {sentence}")).Take(10)]);
    }

    private async Task<(LayoutGoods Goods, Dictionary<string, SlotWrongs> Wrongs)> WrongsAsync(
        HttpContext context, string id, SlotForm typed, CancellationToken ct)
    {
        var state = await edit.LookAsync(context.User, id, ct);
        // While somebody types, a slot may have gone: nothing is wrong with it any more.
        List<string> there = [.. typed.Codes.Where(code => state.Slots.Any(s => s.Code == code))];
        var touched = Layout.Change(state.Slots, there, slot => typed.Over(slot, state.Machine.Currency, state.Goods))
            .Where(s => there.Contains(s.Code));
        var wrongs = touched.Select(slot => (slot.Code, Wrongs: typed.WrongsOf(
                LayoutRules.FaultsIn(slot, state.Goods, state.Present.Fills.TryGetValue(slot.Code, out var fill) ? fill : null),
                state.Machine.Currency, state.Goods.IsByWeight(slot.Product), texts)))
            .Where(slot => slot.Wrongs.Any).ToDictionary(slot => slot.Code, slot => slot.Wrongs, StringComparer.Ordinal);
        return (state.Goods, wrongs);
    }

    private static string? DoneText(string? done) => done switch
    {
        "placed" => "Done.Placed",
        "moved" => "Done.Moved",
        "changed" => "Done.Changed",
        "removed" => "Done.Removed",
        "copied" => "Done.Copied",
        "kept" => "Done.Kept",
        "forgotten" => "Done.Forgotten",
        "discarded" => "Done.Discarded",
        "caught-up" => "Done.CaughtUp",
        "published" => "Done.Published",
        _ => null,
    };

    /// <summary>What was typed about slots cannot be.</summary>
    private sealed class SlotsRefusedException(SlotForm form, Dictionary<string, SlotWrongs> wrongs) : Exception
    {
        public SlotForm Form { get; } = form;

        public Dictionary<string, SlotWrongs> Wrongs { get; } = wrongs;
    }
}

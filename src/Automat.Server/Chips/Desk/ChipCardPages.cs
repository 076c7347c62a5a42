using System.Globalization;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Chips.Desk;

/// <summary>One chip: what it is, what stands on it, what holds for it, and everything staff do with it.</summary>
internal sealed class ChipCardPages(
    AutomatDb db, ChipReader reader, ChangeChip change, TopUpChip topUp, ReplaceChip replace, IActorNames names, IStringLocalizer<Texts> t)
{
    private const int MostHistory = 50;
    private const int MostGroups = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(ChipListPages.Address + "/{id:guid}").ExcludeFromDescription();
        pages.MapGet("", async (Guid id, string? done, HttpContext context, ChipCardPages chips, CancellationToken ct) =>
            Pages.Show<ChipPage>(await chips.ViewAsync(context, id, ct) with { Done = DoneText(done) })).RequirePermission(Permission.ChipRead);
        Form("/facts", Permission.ChipWrite, "changed", (chips, context, chip, form, ct) => chips.ChangeAsync(context, chip, form, ct));
        Form("/limits", Permission.ChipWrite, "changed", (chips, context, chip, form, ct) => chips.LimitAsync(context, chip, form, ct));
        Form("/state", Permission.ChipWrite, "changed", (chips, context, chip, form, ct) => chips.MoveAsync(context, chip, form, ct));
        Form("/top-up", Permission.ChipTopUp, "topped_up", (chips, context, chip, form, ct) => chips.TopUpAsync(context, chip, form, ct));
        pages.MapForm("/replacement", (Guid id, HttpContext context, ChipCardPages chips, CancellationToken ct) => chips.ReplaceAsync(context, id, ct))
            .RequirePermission(Permission.ChipWrite);

        void Form(
            string path, Permission permission, string done,
            Func<ChipCardPages, HttpContext, Id<Chip>, IFormCollection, CancellationToken, Task> work) => pages
            .MapForm(path, (Guid id, HttpContext context, ChipCardPages chips, CancellationToken ct) => chips.DoAsync(context, id, async form =>
            {
                await work(chips, context, new Id<Chip>(id), form, ct);
                return $"{ChipListPages.Address}/{id}?done={done}";
            }, ct))
            .RequirePermission(permission);
    }

    private async Task<IResult> DoAsync(HttpContext context, Guid id, Func<IFormCollection, Task<string>> work, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        try
        {
            return context.SeeOther(await work(form));
        }
        catch (FieldsException wrong)
        {
            return Pages.Show<ChipPage>(
                await ViewAsync(context, id, ct) with { Wrong = ChipTexts.Of(wrong.Errors), Error = "Refused.Fields" },
                StatusCodes.Status422UnprocessableEntity);
        }
        catch (RuleException wrong) when (wrong.Code.StartsWith("amount_", StringComparison.Ordinal))
        {
            return Pages.Show<ChipPage>(
                await ViewAsync(context, id, ct) with { Error = "Wrong.Amount" }, StatusCodes.Status422UnprocessableEntity);
        }
        catch (RuleException refused) when (RefusedText(refused.Code) is { } text)
        {
            return Pages.Show<ChipPage>(await ViewAsync(context, id, ct) with { Error = text }, StatusCodes.Status409Conflict);
        }
    }

    private Task MoveAsync(HttpContext context, Id<Chip> chip, IFormCollection form, CancellationToken ct) => change.ServeAsync(
        context.User, chip, new ChangeChipRequest { State = form["state"], Reason = form["reason"] }, ct);

    private Task ChangeAsync(HttpContext context, Id<Chip> chip, IFormCollection form, CancellationToken ct) => change.ServeAsync(
        context.User, chip, new ChangeChipRequest
        {
            Label = form["label"],
            Reference = form["reference"],
            Holder = form["holder"],
            HolderEmail = form["holder_email"],
            Group = form["group"],
            Flags = new FlagsBody(form["free_vend"] == "true", form["employee"] == "true", form["proof_of_age"] == "true"),
        }, ct);

    /// <summary>What the form has replaces the same limits; those the form does not show stay as they are.</summary>
    private async Task LimitAsync(HttpContext context, Id<Chip> chip, IFormCollection form, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var before = await reader.OneAsync(organization, chip, ct);
        var currency = Currency.Parse(before.Currency);
        var limits = (before.Limits ?? new LimitsBody(null, null, null, null, null, null)) with
        {
            Day = Cap("day"),
            Week = Cap("week"),
            Locks = LocksOf(form["locks"].ToString()),
        };
        var line = form["credit_line"].ToString().Trim();
        await change.ServeAsync(
            context.User, chip,
            new ChangeChipRequest { Limits = limits, CreditLine = line.Length == 0 ? null : TypedAmount.MinorOf(line, currency) }, ct);

        CapBody? Cap(string span)
        {
            var (amount, vends) = (form[span + "_amount"].ToString().Trim(), form[span + "_vends"].ToString().Trim());
            if (amount.Length == 0 && vends.Length == 0) return null;
            return new CapBody(
                amount.Length == 0 ? null : TypedAmount.MinorOf(amount, currency),
                vends.Length == 0 ? null : int.TryParse(vends, NumberStyles.None, CultureInfo.InvariantCulture, out var pieces) ? pieces : -1);
        }
    }

    private async Task TopUpAsync(HttpContext context, Id<Chip> chip, IFormCollection form, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var currency = Currency.Parse((await reader.OneAsync(organization, chip, ct)).Currency);
        await topUp.RunAsync(
            organization, chip, new TopUpChipRequest(TypedAmount.MinorOf(form["amount"], currency), form["reason"], form["source"]),
            Guid.TryParse(form["key"], out var key) ? key.ToString() : Guid.CreateVersion7().ToString(), ct);
    }

    private Task<IResult> ReplaceAsync(HttpContext context, Guid id, CancellationToken ct) => DoAsync(context, id, async form =>
    {
        var issued = await replace.RunAsync(
            context.User.OrganizationOf(), new Id<Chip>(id), new ReplaceChipRequest(form["uid"], form["reason"]),
            Guid.TryParse(form["key"], out var key) ? key.ToString() : Guid.CreateVersion7().ToString(), ct);
        return $"{ChipListPages.Address}/{issued.ChipId}?done=replaced";
    }, ct);

    private async Task<ChipView> ViewAsync(HttpContext context, Guid id, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        var wanted = new Id<Chip>(id);
        var chip = await reader.OneAsync(context.User.OrganizationOf(), wanted, ct);
        var going = await db.Set<ChipCredit>().AsNoTracking().Where(c => c.ChipId == wanted && c.ClosedAt == null)
            .OrderBy(c => c.ExpiresAt).Take(MostHistory).ToListAsync(ct);
        var states = await db.Set<ChipStateChange>().AsNoTracking().Where(s => s.ChipId == wanted)
            .OrderByDescending(s => s.Id).Take(MostHistory).ToListAsync(ct);
        var known = await names.OfAsync([.. states.Select(s => s.Actor).Distinct(StringComparer.Ordinal)], ct);
        return new ChipView(
            ChipRow.Of(chip), new Amount(chip.Available, chip.Currency), new Amount(chip.CreditLine, chip.Currency), chip.HolderEmail,
            (chip.Flags.FreeVend is true, chip.Flags.Employee is true, chip.Flags.ProofOfAge is true), FormOf(chip),
            [
                .. going.Select(c => new GoingCredit(
                    new Amount(c.Amount, c.Currency.Code), c.Source == Accounts.Allowance ? "Credit.Allowance" : "Credit.Free", c.ExpiresAt)),
            ],
            [
                .. states.Select(s => new TimelineItem(
                    s.At, t[ChipTexts.OfState(ChipReader.WordOf(s.State))],
                    $"{known.GetValueOrDefault(s.Actor, s.Actor)}{(s.Reason is { } why ? $" · {why}" : "")}", ChipTexts.ToneOf(ChipReader.WordOf(s.State)))),
            ],
            await db.Set<ChipGroup>().AsNoTracking().OrderBy(g => g.Name).Select(g => g.Name).Take(MostGroups).ToListAsync(ct))
        {
            StateReason = chip.StateReason,
            ReplacedBy = chip.ReplacedBy,
            MayWrite = context.User.Allows(Permission.ChipWrite) && chip.State != "retired",
            MayTopUp = context.User.Allows(Permission.ChipTopUp) && chip.State != "retired",
        };
    }

    private static LimitsForm FormOf(ChipAnswer chip)
    {
        var limits = chip.Limits;
        return new LimitsForm(
            Typed(limits?.Day?.Amount), Count(limits?.Day?.Vends), Typed(limits?.Week?.Amount), Count(limits?.Week?.Vends),
            string.Join('\n', (limits?.Locks ?? new Dictionary<string, string>()).Select(l => $"{l.Key}: {l.Value}")));

        string Typed(long? minor) => minor is { } some ? Decimal(some) : "";

        string Decimal(long minor) => (minor / (decimal)Math.Pow(10, new Amount(0, chip.Currency).Digits)).ToString(CultureInfo.CurrentCulture);

        static string Count(int? vends) => vends?.ToString(CultureInfo.CurrentCulture) ?? "";
    }

    /// <summary>A category and its lock in each line; a line that is neither is refused by its lock.</summary>
    private static Dictionary<string, string>? LocksOf(string text)
    {
        var locks = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var at = line.LastIndexOf(':');
            locks[at < 0 ? line : line[..at].Trim()] = at < 0 ? "" : line[(at + 1)..].Trim();
        }

        return locks.Count == 0 ? null : locks;
    }

    private static string? DoneText(string? done) => done switch
    {
        "issued" => "Done.Issued",
        "changed" => "Done.Changed",
        "topped_up" => "Done.ToppedUp",
        "replaced" => "Done.Replaced",
        _ => null,
    };

    private static string? RefusedText(string code) => code switch
    {
        "chip_retired" => "Refused.Retired",
        "chip_state" => "Refused.State",
        "chip_busy" => "Refused.Busy",
        "chip_replaced" => "Refused.Replaced",
        "chip_already_issued" => "Refused.Issued",
        "forbidden" => "Refused.Credit",
        "idempotency_key_reused" or "idempotency_key_in_use" => "Refused.Sent",
        _ => null,
    };
}

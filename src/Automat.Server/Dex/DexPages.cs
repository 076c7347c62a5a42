using System.Globalization;
using Automat.Domain;
using Automat.Protocol.Dex;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Dex;

/// <summary>Audit files and cash of a machine, and the forms to bring either.</summary>
internal sealed class DexPages(AutomatDb db, DriverRegistry drivers, ImportDex import, CollectCash collect, ReconcileCash reconcile, TimeProvider clock)
{
    private const string Address = "/panel/dex";
    private const int MostFiles = 20;
    private const int MostBags = 10;
    private const int MostDays = 89; // a collection lies at most 90 days back
    private const int MostMachines = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("", async (HttpContext context, string? machine, string? done, DexPages dex, CancellationToken ct) =>
            Pages.Show<DexPage>(await dex.ViewAsync(context, machine, ct) with { Done = DoneText(done) })).RequirePermission(Permission.SalesRead);
        pages.MapForm("/file", (HttpContext context, DexPages dex, CancellationToken ct) => dex.DoAsync(context, dex.UploadAsync, ct))
            .RequirePermission(Permission.SalesWrite);
        pages.MapForm("/collection", (HttpContext context, DexPages dex, CancellationToken ct) => dex.DoAsync(context, dex.CollectAsync, ct))
            .RequirePermission(Permission.SalesWrite);
    }

    private async Task<IResult> DoAsync(
        HttpContext context, Func<HttpContext, IFormCollection, CancellationToken, Task<string>> work, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var machine = form["machine"].ToString();
        try
        {
            var done = await work(context, form, ct);
            return context.SeeOther($"{Address}?machine={Uri.EscapeDataString(machine)}&done={done}");
        }
        catch (FieldsException wrong)
        {
            return await AgainAsync(context, machine, wrong.Errors.Keys.ToDictionary(k => k, FieldText, StringComparer.Ordinal), ct);
        }
        catch (RuleException refused) when (refused.Code is "dex_invalid" or "body_too_large")
        {
            return await AgainAsync(context, machine, new() { ["file"] = refused.Code == "dex_invalid" ? "Wrong.File" : "Wrong.Size" }, ct);
        }
        catch (RuleException refused) when (refused.Code.StartsWith("amount_", StringComparison.Ordinal))
        {
            return await AgainAsync(context, machine, new() { ["counted"] = "Wrong.Counted" }, ct);
        }
        catch (RuleException refused) when (refused.Code == "idempotency_key_reused")
        {
            return Pages.Show<DexPage>(await ViewAsync(context, machine, ct) with { Error = "Refused.Sent" }, StatusCodes.Status409Conflict);
        }
    }

    private async Task<IResult> AgainAsync(HttpContext context, string machine, Dictionary<string, string> wrong, CancellationToken ct) =>
        Pages.Show<DexPage>(await ViewAsync(context, machine, ct) with { Wrong = wrong }, StatusCodes.Status422UnprocessableEntity);

    private async Task<string> UploadAsync(HttpContext context, IFormCollection form, CancellationToken ct)
    {
        var machine = await db.OwnMachineAsync(context.User, form["machine"].ToString(), ct);
        if (form.Files["file"] is not { Length: > 0 } file) throw new RuleException("dex_invalid", "There is no file.");
        await using var stream = file.OpenReadStream();
        await import.RunAsync(machine, await UploadDex.ReadAsync(stream, ct), DexSource.Staff, form["stock"] == "yes", ct);
        return "read";
    }

    private async Task<string> CollectAsync(HttpContext context, IFormCollection form, CancellationToken ct)
    {
        var machine = await db.OwnMachineAsync(context.User, form["machine"].ToString(), ct);
        var counted = TypedAmount.MinorOf(form["counted"], machine.Currency);
        var key = Guid.TryParse(form["key"], out var own) ? own : Guid.CreateVersion7();
        await collect.RunAsync(context.User, machine.Id.Value, new CollectCashRequest(form["bag"], counted, TakenAt(form["at"]), null), key.ToString(), ct);
        return "collected";
    }

    /// <summary>When a bag from a visit was taken; null for one that is brought now.</summary>
    private static DateTimeOffset? TakenAt(string? written) => DateTimeOffset.TryParseExact(
        written, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at : null;

    private async Task<DexView> ViewAsync(HttpContext context, string? chosen, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var machines = await db.Set<Machine>().AsNoTracking().Where(m => m.OrganizationId == organization && m.State != MachineState.Retired)
            .OrderBy(m => m.Id).Take(MostMachines).ToListAsync(ct);
        var machine = string.IsNullOrEmpty(chosen)
            ? machines.FirstOrDefault()
            : await db.OwnMachineAsync(context.User, chosen, ct);
        List<DexMachineView> all = [.. machines.Select(m => new DexMachineView(m.Id.Value, m.Name))];
        var view = machine is null
            ? new DexView(all, null, "", [], null, [], [])
            : await OfAsync(machine, all, ct);
        return view with { MayWrite = context.User.Allows(Permission.SalesWrite) };
    }

    private async Task<DexView> OfAsync(Machine machine, IReadOnlyList<DexMachineView> all, CancellationToken ct)
    {
        var files = await db.Set<DexRead>().AsNoTracking().Where(r => r.MachineId == machine.Id)
            .OrderByDescending(r => r.Id).Take(MostFiles).ToListAsync(ct);
        var newest = files.Find(f => f.Plan is not null && DexPlan.FromJson(f.Plan).Counts);
        var slots = await db.Set<Slot>().AsNoTracking().Where(s => s.MachineId == machine.Id).ToListAsync(ct);
        return new DexView(
            all,
            new DexMachineView(machine.Id.Value, machine.Name) { Insecure = drivers.Of(machine)?.WhyInsecure(machine) is not null },
            machine.Currency.Code,
            [.. files.Select(f => File(f, machine))],
            newest is null ? null : await SpanAsync(machine, newest, ct),
            newest is null ? [] : [.. DexPriceView.Of(DexAuditReader.Read(newest.Content), machine.Currency, slots).Select(p => new DexSlotView(
                p.Slot, p.Name, Of(p.Wanted), Of(p.Confirmed), p.Differs, p.Stock, p.Level))],
            await BagsAsync(machine, ct))
        {
            Waiting = await WaitingAsync(machine, ct),
        };

        Amount? Of(long? minor) => minor is { } known ? new Amount(known, machine.Currency.Code) : null;
    }

    private static DexFileView File(DexRead read, Machine machine)
    {
        var view = DexReadView.Of(read);
        return new DexFileView(
            view.Id.ToString(), view.ReceivedAt, view.MachineTime, OutcomeText(view.Outcome),
            new Amount(view.CashValue, machine.Currency.Code), view.CashCount, new Amount(view.CardValue, machine.Currency.Code), view.CardCount,
            [.. view.Warnings.Select(w => w.Line > 0 ? $"{w.Line}: {w.Text}" : w.Text), .. view.Findings.Select(f => f.Text)],
            view.Denied.Count, view.Foreign.Sum(f => Math.Max(f.Count, 1)));
    }

    private async Task<DexSpanView?> SpanAsync(Machine machine, DexRead newest, CancellationToken ct)
    {
        if (DexPlan.FromJson(newest.Plan!).Before is null) return null;
        var span = await reconcile.OfReadAsync(machine, newest.Id.Value, ct);
        Amount Of(long minor) => new(minor, span.Currency);
        return new DexSpanView(Of(span.Taken), Of(span.Sold), Of(span.Residual), Of(span.Booked), Of(span.Expected), Causes(span.Causes, span.Currency));
    }

    /// <summary>Bags of visits that nobody has booked.</summary>
    private async Task<IReadOnlyList<DexWaitingBag>> WaitingAsync(Machine machine, CancellationToken ct)
    {
        var since = clock.GetUtcNow().ToUniversalTime().AddDays(-MostDays);
        return await db.Database.SqlQuery<DexWaitingBag>(
            $"""
            select v.id as "Visit", v.cash_bag as "Bag", v.closed_at as "At" from restock_visits v
            where v.machine_id = {machine.Id.Value} and v.closed_at > {since} and v.cash_bag is not null
                and not exists (select from cash_collections c where c.machine_id = v.machine_id and c.bag = v.cash_bag
                    and c.collected_at >= v.closed_at - interval '1 day')
            order by v.closed_at desc limit {MostBags}
            """).ToListAsync(ct);
    }

    private async Task<IReadOnlyList<DexBagView>> BagsAsync(Machine machine, CancellationToken ct)
    {
        var bags = new List<DexBagView>();
        var collections = await db.Set<CashCollection>().AsNoTracking().Where(c => c.MachineId == machine.Id)
            .OrderByDescending(c => c.Id).Take(MostBags).ToListAsync(ct);
        foreach (var one in collections)
        {
            ReconciliationView? known = null;
            try
            {
                known = await reconcile.OfCollectionAsync(machine, one.Id.Value, ct);
            }
            catch (RuleException none) when (none.Code == "dex_first")
            {
                // Nothing to hold it against.
            }

            bags.Add(new DexBagView(
                one.Bag, new Amount(one.Counted, one.Currency.Code), one.CollectedAt,
                known is null ? null : new Amount(known.Expected, known.Currency), known is null ? [] : Causes(known.CountedCauses, known.Currency)));
        }

        return bags;
    }

    private static IReadOnlyList<DexCauseView> Causes(IReadOnlyList<DifferenceView> parts, string currency) =>
        [.. parts.Select(p => new DexCauseView(CauseText(p.Cause), new Amount(p.Amount, currency)))];

    private static string? DoneText(string? done) => done switch { "read" => "Done.Read", "collected" => "Done.Collected", _ => null };

    private static string FieldText(string field) => field switch { "bag" => "Wrong.Bag", _ => "Wrong.Counted" };

    private static string CauseText(string cause) => cause switch
    {
        "constant_offset" => "Cause.Offset",
        "manual_fill" => "Cause.Fill",
        "card_load" => "Cause.Card",
        "overpaid" => "Cause.Overpaid",
        "roll_over" => "Cause.RollOver",
        "restart" => "Cause.Restart",
        _ => "Cause.Unexplained",
    };

    private static string OutcomeText(string? outcome) => outcome switch
    {
        "baseline" => "Outcome.Baseline",
        "booked" => "Outcome.Booked",
        "nothing_new" => "Outcome.Nothing",
        "older" => "Outcome.Older",
        "currency_differs" => "Outcome.Currency",
        "too_much" => "Outcome.TooMuch",
        "no_cash_meters" => "Outcome.NoMeters",
        _ => "Outcome.Open",
    };
}

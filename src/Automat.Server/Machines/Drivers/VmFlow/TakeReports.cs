using System.Globalization;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Vends;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>
/// Takes what a board reports by itself: cash sales, failed vends, people counted, audit data. A report is kept first, has its
/// effect under a key of its own, and is ended then: a crash at any line makes the board say it again, and nothing is had twice.
/// </summary>
internal sealed class TakeReports(
    IServiceScopeFactory scopes, Boards boards, ReportLog reports, SettleLate late, DexReports received, IDexIntake dex, TimeProvider clock,
    ILogger<TakeReports> log)
{
    private const int LargestDex = 16 * 1024;

    private const int FlagFree = 0x8000;
    private const int FlagTest = 0x4000;
    private const int FlagNegative = 0x2000;
    private const int FlagToken = 0x1000;
    private const int ItemBits = 0x0FFF;
    private const int NoItem = 0xFFFF;

    /// <summary>A cash sale. One that comes late is booked and marked: its signature is as good as it was.</summary>
    public async Task SaleAsync(Machine machine, ReadOnlyMemory<byte> line, CancellationToken ct)
    {
        if (boards.SettingsOf(machine).IsLegacy)
        {
            await LegacyAsync(machine, line, LegacyWord.CashSale, ct);
            return;
        }

        if (await boards.OpenAsync(machine, line, ct) is not { } text || BoardLines.Sale(text) is not { } sale)
        {
            NotUnderstood(machine, "sale");
            return;
        }

        await SellAsync(machine, sale, insecure: false, IsLate(sale.At, SignedText.Window), ct);
    }

    /// <summary>A vend failed; its price is in MDB units.</summary>
    public async Task FailAsync(Machine machine, ReadOnlyMemory<byte> line, CancellationToken ct)
    {
        if (boards.SettingsOf(machine).IsLegacy || await boards.OpenAsync(machine, line, ct) is not { } text
            || BoardLines.Fail(text) is not { } failed)
        {
            NotUnderstood(machine, "vend_fail");
            return;
        }

        var report = New(machine, ReportKind.VendFail, failed.At, failed.Units, failed.Item) with { Late = IsLate(failed.At, SignedText.Window) };
        await reports.TakeAsync(report, limit: null, ct);
        boards.Of(machine.Id).Failures.Say(failed);
        await late.FailedAsync(machine, failed, ct);
    }

    /// <summary>People counted.</summary>
    public async Task PaxAsync(Machine machine, ReadOnlyMemory<byte> line, CancellationToken ct)
    {
        if (boards.SettingsOf(machine).IsLegacy)
        {
            await LegacyAsync(machine, line, LegacyWord.Pax, ct);
            return;
        }

        if (await boards.OpenAsync(machine, line, ct) is not { } text || BoardLines.Pax(text) is not { } pax)
        {
            NotUnderstood(machine, "paxcounter");
            return;
        }

        await reports.TakeAsync(
            New(machine, ReportKind.Pax, pax.At, pax.Count, item: -1) with { Late = IsLate(pax.At, SignedText.Window) }, limit: null, ct);
    }

    /// <summary>
    /// Audit data. Nobody signs it, so it is kept as it came and read only where the board's owner lets it be: its channel must
    /// be one that nobody else can write to.
    /// </summary>
    public async Task DexAsync(Machine machine, ReadOnlyMemory<byte> text, CancellationToken ct)
    {
        if (text.Length is 0 or > LargestDex)
        {
            NotUnderstood(machine, "rpc/dex");
            return;
        }

        await received.KeepAsync(machine, text, clock.GetUtcNow(), ct);
        if (!boards.SettingsOf(machine).ReadsDex) return;
        try
        {
            await dex.TakeAsync(machine, text, ct);
        }
        catch (RuleException unreadable) when (unreadable.Code is "dex_invalid")
        {
            NotUnderstood(machine, "rpc/dex");
        }
    }

    private async Task LegacyAsync(Machine machine, ReadOnlyMemory<byte> wire, LegacyWord expected, CancellationToken ct)
    {
        var passkeys = await boards.PasskeysAsync(machine, ct);
        if (LegacyFrame.Read(wire.Span, passkeys) is not { } frame || frame.Word != expected)
        {
            NotUnderstood(machine, "legacy frame");
            return;
        }

        var stale = IsLate(frame.At, LegacyFrame.Window);
        if (expected is LegacyWord.CashSale)
        {
            await SellAsync(machine, new SaleLine(frame.Price, frame.Item, frame.At), insecure: true, stale, ct);
            return;
        }

        await reports.TakeAsync(
            New(machine, ReportKind.Pax, frame.At, frame.Item, item: -1) with { Late = stale, Insecure = true }, limit: null, ct);
    }

    private async Task SellAsync(Machine machine, SaleLine sale, bool insecure, bool isLate, CancellationToken ct)
    {
        var settings = boards.SettingsOf(machine);
        var amount = MdbUnits.MinorOf(sale.Cents, machine.Currency);
        var kept = await reports.TakeAsync(
            New(machine, ReportKind.Sale, sale.At, sale.Cents, sale.Item) with
            {
                Late = isLate,
                Insecure = insecure,
                Booked = amount,
                Refused = WhyNotBooked(sale.Item, amount, insecure && isLate),
            },
            insecure ? settings.InsecureLimit : null, ct);
        if (kept.Refused is { } why)
        {
            log.LogInformation("A cash sale of machine {Machine} is not booked: {Reason}", machine.Id, why);
        }

        if (kept.IsDone) return;
        try
        {
            var booked = await BookAsync(machine, sale, amount, settings, ct);
            await reports.EndAsync(kept.Id, new Id<Vend>(booked), refused: null, ct);
        }
        catch (RuleException broken) when (!MayPass(broken.Code))
        {
            log.LogWarning("A cash sale of machine {Machine} cannot be booked: {Code}", machine.Id, broken.Code);
            await reports.EndAsync(kept.Id, vend: null, broken.Code, ct);
        }
    }

    private async Task<Guid> BookAsync(
        Machine machine, SaleLine sale, long? amount, VmFlowSettings settings, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeOf(machine.OrganizationId);
        var sales = scope.ServiceProvider.GetRequiredService<MachineSales>();
        var item = sale.Item.ToString(CultureInfo.InvariantCulture);
        var order = new MachineOrder(
            string.Create(CultureInfo.InvariantCulture, $"v:{sale.At}:{sale.Cents}:{sale.Item}"),
            sale.Item == NoItem ? null : settings.Items.GetValueOrDefault(item, item), amount, 1)
        {
            Most = settings.LargestAmount,
        };
        try
        {
            return (await sales.CashSaleAsync(machine, order, ct)).Id;
        }
        catch (RuleException unknown) when (unknown.Code == "slot_unknown")
        {
            // Cash was taken, whatever lies there: booked without a product.
            return (await sales.CashSaleAsync(machine, order with { Key = order.Key + ":x", Slot = null }, ct)).Id;
        }
    }

    /// <summary>Why a reported sale moves no cash, a stable word; null when it does.</summary>
    private static string? WhyNotBooked(int item, long? amount, bool stale)
    {
        if (stale) return "late_insecure";
        if (item != NoItem && (item & ~ItemBits) != 0)
        {
            if ((item & FlagTest) != 0) return "test_vend";
            if ((item & FlagFree) != 0) return "free_vend";
            if ((item & FlagToken) != 0) return "token_vend";
            if ((item & FlagNegative) != 0) return "negative_vend";
        }

        return amount is null or 0 ? "amount_invalid" : null;
    }

    /// <summary>A full or absent journal: the connection is closed without acknowledgement, and the board says it again.</summary>
    private static bool MayPass(string code) =>
        code is "journal_full" or "database_unreachable" or "shutting_down" or "changed_meanwhile";

    private bool IsLate(long at, int window) => Math.Abs(clock.GetUtcNow().ToUnixTimeSeconds() - at) > window;

    private BoardReport New(Machine machine, ReportKind kind, long at, long amount, int item)
    {
        var now = clock.GetUtcNow().ToUniversalTime();
        return new BoardReport
        {
            Id = Id<BoardReport>.New(now),
            OrganizationId = machine.OrganizationId,
            MachineId = machine.Id,
            Kind = kind,
            At = DateTimeOffset.FromUnixTimeSeconds(at),
            ReceivedAt = now,
            Amount = amount,
            Item = item,
        };
    }

    private void NotUnderstood(Machine machine, string what) =>
        log.LogInformation("Machine {Machine} said something as {What} that is not signed by it or not readable", machine.Id, what);
}

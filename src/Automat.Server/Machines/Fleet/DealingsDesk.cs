using Automat.Domain.Vends;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Fleet;

/// <summary>What a machine sold and was told, for its page: as far as the reader may see it.</summary>
internal sealed class DealingsDesk(
    AutomatDb db, IMachineSales sales, IEnumerable<IMachineConfigurations> configurations, DriverRegistry drivers, MachineStatuses statuses,
    IActorNames names, IStringLocalizer<Texts> texts)
{
    private const int MostSales = 8;
    private const int MostCommands = 10;

    /// <summary>Its latest sales; null where the reader may not see sales.</summary>
    public async Task<SoldView?> SoldAsync(Machine machine, HttpContext reader, CancellationToken ct)
    {
        if (!reader.User.Allows(Permission.SalesRead)) return null;
        var zone = reader.Zone() ?? TimeZoneInfo.Utc;
        var clock = reader.RequestServices.GetRequiredService<TimeProvider>();
        var today = reader.StartOf(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone).DateTime));
        var sold = await sales.LatelyAsync(machine, today, MostSales, ct);
        return new SoldView(
            sold.Today, Money(sold.TodayAmount), sold.Week, Money(sold.WeekAmount), sold.Doubts,
            [.. sold.Latest.Select(s => new SaleRowView($"/panel/sales/{s.Id}", s.At, s.Goods, Money(s.Amount), StatusOf(s.Status)))]);

        Amount Money(long minor) => new(minor, machine.Currency.Code);
    }

    /// <summary>What it was told lately, and what it can be told.</summary>
    public async Task<CommandsView> CommandsAsync(Machine machine, HttpContext reader, CancellationToken ct)
    {
        var latest = await db.Set<MachineCommand>().AsNoTracking().Where(c => c.MachineId == machine.Id)
            .OrderByDescending(c => c.Id).Take(MostCommands).ToListAsync(ct);
        var known = await names.OfAsync([.. latest.Where(c => c.VendId is null).Select(c => c.AskedBy).Distinct(StringComparer.Ordinal)], ct);
        var driver = drivers.Of(machine);
        var mayWrite = reader.User.Allows(Permission.MachineWrite) && machine.State is not MachineState.Retired;
        return new CommandsView(
            [.. latest.Select(c => new CommandRowView(
                c.CreatedAt, texts[c.VendId is null ? KindKey(c.Kind) : "Told.Sale"], StateOf(c.State), c.Outcome,
                c.VendId is null ? known.GetValueOrDefault(c.AskedBy) : null))],
            !mayWrite || driver is null ? [] : [.. CommandKinds.ForStaff
                .Where(kind => kind is not (CommandKinds.SetPrice or CommandKinds.ShowMessage) && driver.Understands(machine, kind))
                .Select(kind => new Choice(kind, texts[KindKey(kind)]))],
            mayWrite && driver?.TestOf(machine) is not null);
    }

    /// <summary>Its configuration on the way to it; null where its driver sends none.</summary>
    public async Task<ConfigurationView?> ConfigurationAsync(Machine machine, CancellationToken ct)
    {
        foreach (var driver in configurations)
        {
            if (await driver.OfAsync(machine, ct) is not { } state) continue;
            return new ConfigurationView(
                state.Wanted, state.Sent, state.SentAt, statuses.Of(machine.Id).Report?.ConfigEtag?.Trim('"'));
        }

        return null;
    }

    private StandingView StatusOf(VendStatus status) => status switch
    {
        VendStatus.Reserved => new("wait", texts["Sale.Reserved"]),
        VendStatus.Delivering => new("wait", texts["Sale.Delivering"]),
        VendStatus.Committed => new("good", texts["Sale.Committed"]),
        VendStatus.Unknown => new("bad", texts["Sale.Unknown"]),
        VendStatus.Cancelled => new("idle", texts["Sale.Cancelled"]),
        VendStatus.PartlyRefunded => new("idle", texts["Sale.PartlyRefunded"]),
        VendStatus.Refunded => new("idle", texts["Sale.Refunded"]),
    };

    private StandingView StateOf(CommandState state) => state switch
    {
        CommandState.Waiting => new("wait", texts["Command.Waiting"]),
        CommandState.Sending => new("wait", texts["Command.Sending"]),
        CommandState.Done => new("good", texts["Command.Done"]),
        CommandState.Failed => new("bad", texts["Command.Failed"]),
        CommandState.Doubtful => new("bad", texts["Command.Doubtful"]),
        CommandState.Expired => new("idle", texts["Command.Expired"]),
    };

    private static string KindKey(string kind) => kind switch
    {
        CommandKinds.Reboot => "Told.Reboot",
        CommandKinds.Lock => "Told.Lock",
        CommandKinds.Unlock => "Told.Unlock",
        CommandKinds.ReloadConfig => "Told.ReloadConfig",
        CommandKinds.SetPrice => "Told.SetPrice",
        CommandKinds.SetOutOfService => "Told.SetOutOfService",
        CommandKinds.RefreshTelemetry => "Told.RefreshTelemetry",
        CommandKinds.ShowMessage => "Told.ShowMessage",
        _ => "Told.Test",
    };
}

using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Machines;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>What a machine's page asks of selling: its latest sales, and its queue of commands.</summary>
internal sealed class MachineDealings(
    AutomatDb db, TellMachine tell, SellTest test, MachineCommands commands, DriverRegistry drivers, TimeProvider clock) : IMachineSales, IMachineTeller
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private static readonly TimeSpan TestWithin = TimeSpan.FromSeconds(60);

    public async Task<SoldLately> LatelyAsync(Machine machine, DateTimeOffset today, int most, CancellationToken ct)
    {
        var (from, day) = (clock.GetUtcNow() - Week, today.ToUniversalTime());
        var vends = db.Set<Vend>().AsNoTracking().Where(v => v.Machine == machine.Id);
        var week = await vends.Where(v => v.ReservedAt >= from).GroupBy(_ => 1).Select(all => new
        {
            Today = all.Count(v => v.Delivered > 0 && v.ReservedAt >= day),
            TodayAmount = all.Sum(v => v.ReservedAt >= day ? v.Delivered : 0),
            Week = all.Count(v => v.Delivered > 0),
            WeekAmount = all.Sum(v => v.Delivered),
            Doubts = all.Count(v => v.Status == VendStatus.Unknown),
        }).SingleOrDefaultAsync(ct);
        var latest = await vends.OrderByDescending(v => v.ReservedAt).Take(most).ToListAsync(ct);
        return new SoldLately(
            week?.Today ?? 0, week?.TodayAmount ?? 0, week?.Week ?? 0, week?.WeekAmount ?? 0, week?.Doubts ?? 0,
            [.. latest.Select(v => new LatestSale(
                v.Id.Value, v.ReservedAt, string.Join(", ", v.Lines.Select(l => l.Quantity == 1 ? l.Name : l.Say(CultureInfo.CurrentCulture))), v.Amount.Amount,
                v.Status))]);
    }

    public Task TellAsync(
        ClaimsPrincipal caller, string machine, string kind, JsonElement arguments, bool force, CancellationToken ct) =>
        tell.RunAsync(caller, machine, new TellMachineRequest(kind, arguments, DeadlineSeconds: null, force), ct);

    public async Task TestAsync(ClaimsPrincipal caller, string machine, CancellationToken ct)
    {
        var own = await db.OwnMachineAsync(caller, machine, ct);
        if (drivers.Of(own) is not { } driver || driver.TestOf(own) is not { } payload)
        {
            throw new RuleException("test_unsupported", $"{own.Name} delivers nothing without a sale.");
        }

        var command = await commands.IssueAsync(
            own, driver.TermsOf(own).CommandKind, JsonSerializer.Serialize(payload), clock.GetUtcNow() + TestWithin, caller.ActorOf(),
            forced: false, ct);
        db.Note(own.OrganizationId, "machine.tested", "machine_command", command.Id.ToString());
        await db.SaveChangesAsync(ct);
    }

    public Task<TestSold> SellTestAsync(ClaimsPrincipal caller, string machine, string slot, Guid key, CancellationToken ct) =>
        test.RunAsync(caller, machine, slot, key, ct);
}

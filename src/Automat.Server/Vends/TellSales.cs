using System.Globalization;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Notifications.Channels;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>
/// Tells channels what became of sales. It follows the ledger, where every step of a sale stands once and in order: nothing is
/// told twice or left out, and selling knows nothing of it.
/// </summary>
internal sealed class TellSales(SalesFeed feed, IServiceScopeFactory scopes, TimeProvider clock, ILogger<TellSales> log) : BackgroundService
{
    private const int BatchSize = 200;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunLaterAsync(
        clock, Interval,
        async ct =>
        {
            foreach (var (organization, mark) in await feed.WantedAsync(ct)) await FollowAsync(organization, mark, ct);
        },
        error => log.LogWarning(error, "Sales could not be told to channels; tried again"), stoppingToken);

    private async Task FollowAsync(Id<Organization> organization, long? mark, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeOf(organization).WorkOf("channels");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var head = await db.Database.SqlQuery<long>(
            $"select coalesce(max(sequence), 0) as \"Value\" from ledger_heads where organization_id = {organization.Value}").SingleAsync(ct);
        if (head == mark) return;
        // Whoever begins to read begins now.
        if (mark is not { } before)
        {
            await SalesFeed.TellAsync(scope.ServiceProvider, organization, mark, head, [], ct);
            return;
        }

        var upTo = Math.Min(head, before + BatchSize);
        var steps = await db.Database.SqlQuery<Step>(
            $"""
            select kind as "Kind", (payload::jsonb -> 'details' ->> 'vend')::uuid as "Vend" from ledger_entries
            where organization_id = {organization.Value} and sequence > {before} and sequence <= {upTo}
                and kind in ('vend.committed', 'vend.committed_late', 'vend.cancelled', 'vend.refunded')
            order by sequence
            """).ToListAsync(ct);
        await SalesFeed.TellAsync(scope.ServiceProvider, organization, before, upTo, await LinesAsync(db, steps, ct), ct);
    }

    private static async Task<List<string>> LinesAsync(AutomatDb db, List<Step> steps, CancellationToken ct)
    {
        var ids = steps.Select(s => s.Vend).OfType<Guid>().Distinct().Select(v => new Id<Vend>(v)).ToList();
        var vends = await db.Set<Vend>().AsNoTracking().Where(v => ids.Contains(v.Id)).ToDictionaryAsync(v => v.Id.Value, ct);
        var at = vends.Values.Select(v => v.Machine).Distinct().ToList();
        var machines = await db.Set<Machine>().AsNoTracking().Where(m => at.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Name, ct);
        return [.. steps.Where(s => s.Vend is { } vend && vends.ContainsKey(vend)).Select(s => LineOf(s.Kind, vends[s.Vend!.Value], machines))];
    }

    private static string LineOf(string kind, Vend vend, Dictionary<MachineId, string> machines)
    {
        var machine = machines.GetValueOrDefault(vend.Machine, vend.Machine.Value);
        var amount = new Amount(vend.Amount.Amount, vend.Amount.Currency.Code).Format(CultureInfo.GetCultureInfo("en"));
        var goods = string.Join(", ", vend.Lines.Select(l => l.Say(CultureInfo.InvariantCulture)));
        var what = goods.Length > 0 ? $"{goods}, {amount}" : amount;
        return kind switch
        {
            "vend.committed" => $"{machine}: delivered {what}",
            "vend.committed_late" => $"{machine}: delivered late {what}",
            "vend.refunded" => $"{machine}: money back for {what}",
            _ => $"{machine}: not delivered ({vend.Reason ?? "unknown"}): {what}",
        };
    }

    private sealed class Step
    {
        public string Kind { get; init; } = "";

        public Guid? Vend { get; init; }
    }
}

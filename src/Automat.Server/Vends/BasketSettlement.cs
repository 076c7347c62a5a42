using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>
/// The door of sales whose price is known when the machine's door is closed: whoever knows what was taken tells it here. All
/// of it may be told twice, late and out of order.
/// </summary>
public sealed class BasketSettlement
{
    private const int LongestEvidence = 64;

    private readonly IServiceScopeFactory scopes;
    private readonly Journal.Journal journal;
    private readonly MachineDirectory machines;
    private readonly DriverRegistry drivers;
    private readonly VendSignals signals;

    /// <summary>Made by the container.</summary>
    public BasketSettlement(IServiceProvider services)
    {
        scopes = services.GetRequiredService<IServiceScopeFactory>();
        journal = services.GetRequiredService<Journal.Journal>();
        machines = services.GetRequiredService<MachineDirectory>();
        drivers = services.GetRequiredService<DriverRegistry>();
        signals = services.GetRequiredService<VendSignals>();
    }

    /// <summary>
    /// The basket is known: exactly its price is captured and the rest of the hold released; an empty one releases all. Works
    /// from every status: while the door is open, in doubt, and after the sale was called off, when the goods are still to be
    /// paid. Once committed, another basket changes nothing; the outcome says how it stands.
    /// </summary>
    /// <param name="vend">The sale.</param>
    /// <param name="items">What is missing, by slot.</param>
    /// <param name="evidence">How that is known, in a stable snake_case word of at most 64 characters.</param>
    /// <param name="ct">Gives up waiting; what was begun is still done.</param>
    /// <exception cref="RuleException">
    /// <c>vend_unknown</c>, <c>hold_unknown</c> (no sale of this kind), <c>slot_unknown</c>, <c>quantity_invalid</c>.
    /// </exception>
    public async Task<BasketOutcome> SettleAsync(
        Id<Vend> vend, IReadOnlyList<BasketItem> items, string evidence, CancellationToken ct)
    {
        var (sale, command) = await FindAsync(vend, ct);
        return await journal.ExecuteAsync(
            new SettleBasket(sale, items, Short(evidence), command, signals) { Organization = sale.Organization }, ct);
    }

    /// <summary>
    /// The machine fell silent or said something impossible after the door was opened: the money stays held until somebody
    /// knows, or the machine's policy decides. A sale that has ended stays ended.
    /// </summary>
    /// <exception cref="RuleException"><c>vend_unknown</c>.</exception>
    public async Task<VendStatus> ReportUnknownAsync(Id<Vend> vend, string evidence, CancellationToken ct)
    {
        var (sale, command) = await FindAsync(vend, ct);
        if (!VendLife.IsOpen(sale.Status)) return sale.Status;
        var machine = await machines.GetAsync(sale.Machine, ct);
        return await journal.ExecuteAsync(
            new SettleVend(vend, Settlement.Doubt, Short(evidence), signals)
            {
                Organization = sale.Organization,
                Command = command,
                DecideWithin = drivers.TermsOf(machine).DecideWithin,
            }, ct);
    }

    /// <summary>What seems to be taken while the door is open: shown to the customer, and kept for doubts. Moves no money.</summary>
    /// <exception cref="RuleException"><c>vend_unknown</c>, <c>hold_unknown</c>, <c>slot_unknown</c>, <c>quantity_invalid</c>.</exception>
    public async Task PreviewAsync(Id<Vend> vend, IReadOnlyList<BasketItem> items, CancellationToken ct)
    {
        var (sale, _) = await FindAsync(vend, ct);
        await journal.ExecuteAsync(new PreviewBasket(vend, items, signals) { Organization = sale.Organization }, ct);
    }

    private async Task<(Vend Sale, Id<MachineCommand>? Command)> FindAsync(Id<Vend> id, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("a basket tells whose sale it is");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var sale = await db.Set<Vend>().AsNoTracking().SingleOrDefaultAsync(v => v.Id == id, ct)
            ?? throw new RuleException("vend_unknown", $"There is no vend {id}.");
        var command = await db.Set<MachineCommand>().AsNoTracking().Where(c => c.VendId == id)
            .Select(c => (Id<MachineCommand>?)c.Id).FirstOrDefaultAsync(ct);
        return (sale, command);
    }

    private static string Short(string evidence) => evidence.Length > LongestEvidence ? evidence[..LongestEvidence] : evidence;
}

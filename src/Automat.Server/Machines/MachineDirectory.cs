using Automat.Domain;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines;

/// <summary>
/// Machines by their id, remembered for a short while: every message of a machine asks for it, and a machine changes rarely.
/// </summary>
public sealed class MachineDirectory(IServiceScopeFactory scopes, MachineChanges changes, TimeProvider clock)
{
    private readonly Remembered<Machine?> known = new(changes, clock);
    private readonly Remembered<Credit?> credits = new(changes, clock);

    /// <summary>A machine; null when there is none of that id.</summary>
    public ValueTask<Machine?> FindAsync(MachineId id, CancellationToken ct) => known.OfAsync(id, async _ =>
    {
        await using var scope = scopes.CreateScopeAcross("a machine's name tells whose it is");
        var machine = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Machine>().AsNoTracking()
            .SingleOrDefaultAsync(m => m.Id == id, ct);
        return (machine, machine is null ? null : DateTimeOffset.MaxValue);
    });

    /// <summary>A machine.</summary>
    /// <exception cref="RuleException"><c>machine_unknown</c> when there is none of that id.</exception>
    public async ValueTask<Machine> GetAsync(MachineId id, CancellationToken ct) =>
        await FindAsync(id, ct) ?? throw new RuleException("machine_unknown", $"There is no machine '{id}'.");

    /// <summary>What a machine that sells credits sells: its slot that cannot run out; null when it has none.</summary>
    public ValueTask<Credit?> CreditOfAsync(MachineId id, CancellationToken ct) => credits.OfAsync(id, async _ =>
    {
        await using var scope = scopes.CreateScopeAcross("a machine's name tells whose it is");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var credit = await (from slot in db.Set<Slot>().AsNoTracking()
                            join product in db.Set<Product>().AsNoTracking() on slot.ProductId equals product.Id
                            where slot.MachineId == id && slot.Capacity == null
                            orderby slot.Code
                            select new Credit(slot.Code, product.Id, product.Name, slot.Price, product.TaxBasisPoints))
            .FirstOrDefaultAsync(ct);
        return (credit, credit is null ? null : DateTimeOffset.MaxValue);
    });

    /// <summary>All machines of a driver.</summary>
    public async Task<IReadOnlyList<Machine>> OfDriverAsync(string driver, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("a machine's name tells whose it is");
        return await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Machine>().AsNoTracking()
            .Where(m => m.Driver == driver && m.State != MachineState.Retired).OrderBy(m => m.CreatedAt).ThenBy(m => m.Id)
            .ToListAsync(ct);
    }
}

/// <summary>What a machine that sells credits sells.</summary>
/// <param name="Slot">The slot's code.</param>
/// <param name="Product">The product.</param>
/// <param name="Name">Its name.</param>
/// <param name="Price">Minor units of the machine's currency, tax included.</param>
/// <param name="TaxBasisPoints">Tax rate in hundredths of a percent.</param>
public sealed record Credit(string Slot, Id<Product> Product, string Name, long Price, int TaxBasisPoints);

using Automat.Domain;
using Automat.Domain.Stock;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Stock;

/// <summary>
/// The goods at one place, which is locked until the caller's transaction ends: two who take the last piece come one after the
/// other. What is put and taken is saved with the caller's own save, after it said why.
/// </summary>
internal sealed class PlaceStock
{
    private readonly AutomatDb db;
    private readonly TimeProvider clock;
    private readonly Dictionary<Id<Product>, List<StockBatch>> batches = [];

    private PlaceStock(AutomatDb db, StockPlace place, TimeProvider clock) => (this.db, Place, this.clock) = (db, place, clock);

    public StockPlace Place { get; }

    /// <summary>Locks a place.</summary>
    /// <exception cref="RuleException"><c>place_unknown</c>.</exception>
    public static async Task<PlaceStock> LockAsync(
        AutomatDb db, Id<Organization> organization, Guid place, TimeProvider clock, CancellationToken ct)
    {
        var found = await db.Set<StockPlace>()
            .FromSql($"select * from stock_places where id = {place} and organization_id = {organization.Value} for update")
            .AsNoTracking().ToListAsync(ct);
        return found is [var one] ? new PlaceStock(db, one, clock) : throw new RuleException("place_unknown", "There is no such place.");
    }

    /// <summary>How many pieces of a product are there.</summary>
    public async Task<int> LevelAsync(Id<Product> product, CancellationToken ct) => (await OfAsync(product, ct)).Sum(b => b.Quantity);

    /// <summary>Puts pieces there, to those of the same date.</summary>
    public async Task PutAsync(Id<Product> product, DateOnly? expiresOn, int quantity, CancellationToken ct)
    {
        if (quantity == 0) return;
        if (Place.ArchivedAt is not null) throw new RuleException("place_archived", $"{Place.Name} was given up.");
        var all = await OfAsync(product, ct);
        var at = all.FindIndex(b => b.ExpiresOn == expiresOn);
        if (at < 0)
        {
            var made = new StockBatch
            {
                Id = Id<StockBatch>.New(clock.GetUtcNow()),
                OrganizationId = Place.OrganizationId,
                PlaceId = Place.Id,
                ProductId = product,
                ExpiresOn = expiresOn,
                Quantity = quantity,
            };
            db.Add(made);
            all.Add(made);
            return;
        }

        db.Entry(all[at]).Property(b => b.Quantity).CurrentValue = all[at].Quantity + quantity;
    }

    /// <summary>Takes pieces away, those first that expire first.</summary>
    /// <exception cref="RuleException"><c>stock_short</c> when there are not as many.</exception>
    public async Task<IReadOnlyList<Lot>> TakeAsync(Id<Product> product, int quantity, CancellationToken ct)
    {
        var all = await OfAsync(product, ct);
        var taken = BatchRules.Take(all.Select(b => new Lot(b.ExpiresOn, b.Quantity)), quantity);
        foreach (var lot in taken)
        {
            var batch = all.Find(b => b.ExpiresOn == lot.ExpiresOn)!;
            if (batch.Quantity > lot.Quantity)
            {
                db.Entry(batch).Property(b => b.Quantity).CurrentValue = batch.Quantity - lot.Quantity;
                continue;
            }

            db.Remove(batch);
            all.Remove(batch);
        }

        return taken;
    }

    private async Task<List<StockBatch>> OfAsync(Id<Product> product, CancellationToken ct)
    {
        if (batches.TryGetValue(product, out var known)) return known;
        return batches[product] = await db.Set<StockBatch>().Where(b => b.PlaceId == Place.Id && b.ProductId == product).ToListAsync(ct);
    }
}

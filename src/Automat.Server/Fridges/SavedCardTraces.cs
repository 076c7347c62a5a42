using System.Text.Json.Nodes;
using Automat.Server.Customers;
using Automat.Server.Data;
using Automat.Server.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Fridges;

/// <summary>
/// What fridges know of people and customers with an account: the card they had kept. The provider, which keeps the card itself,
/// is told to let go of it.
/// </summary>
internal sealed class SavedCardTraces(TimeProvider clock) : IPersonalData
{
    public string Name => "saved_cards";

    public async Task<IReadOnlyList<JsonObject>> ExportAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        var owners = await OwnersAsync(db, subject, ct);
        var cards = await db.Set<SavedCard>().AsNoTracking().Where(c => owners.Contains(c.Owner))
            .OrderByDescending(c => c.SavedAt).Take(PersonalData.MostEach).ToListAsync(ct);
        return [.. cards.Select(c => new JsonObject
        {
            ["brand"] = c.Brand,
            ["last4"] = c.Last4,
            ["provider_customer"] = c.CustomerId,
            ["saved_at"] = c.SavedAt.ToString("O"),
        })];
    }

    public async Task EraseAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        var owners = await OwnersAsync(db, subject, ct);
        if (owners.Count == 0) return;
        var cards = await db.Set<SavedCard>().AsNoTracking().Where(c => owners.Contains(c.Owner)).ToListAsync(ct);
        if (cards.Count == 0) return;
        db.AddRange(cards.Select(c => CardRemoval.Of(c.OrganizationId, c.MethodId, clock.GetUtcNow())));
        await db.SaveChangesAsync(ct);
        await db.Set<SavedCard>().Where(c => owners.Contains(c.Owner)).ExecuteDeleteAsync(ct);
    }

    private static async Task<List<string>> OwnersAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        var owners = (await CustomerTraces.AccountsOfAsync(db, subject, ct)).Select(id => id.ToString()).ToList();
        if (subject.Person?.ToString() is { } person && !owners.Contains(person)) owners.Add(person);
        return owners;
    }
}

using System.Text.Json.Nodes;
using Automat.Server.Data;
using Automat.Server.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Fridges;

/// <summary>What fridges know of people with an account: the card they had kept. The provider keeps the card itself.</summary>
internal sealed class SavedCardTraces : IPersonalData
{
    public string Name => "saved_cards";

    public async Task<IReadOnlyList<JsonObject>> ExportAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        if (subject.Person?.ToString() is not { } owner) return [];
        var cards = await db.Set<SavedCard>().AsNoTracking().Where(c => c.Owner == owner)
            .OrderByDescending(c => c.SavedAt).Take(PersonalData.MostEach).ToListAsync(ct);
        return [.. cards.Select(c => new JsonObject
        {
            ["brand"] = c.Brand,
            ["last4"] = c.Last4,
            ["provider_customer"] = c.CustomerId,
            ["saved_at"] = c.SavedAt.ToString("O"),
        })];
    }

    public Task EraseAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        if (subject.Person?.ToString() is not { } owner) return Task.CompletedTask;
        return db.Set<SavedCard>().Where(c => c.Owner == owner).ExecuteDeleteAsync(ct);
    }
}

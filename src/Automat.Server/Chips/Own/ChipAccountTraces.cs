using System.Text.Json.Nodes;
using Automat.Domain;
using Automat.Server.Customers;
using Automat.Server.Data;
using Automat.Server.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips.Own;

/// <summary>The chips in a customer's account. They go with the account: the database lets go of them.</summary>
internal sealed class ChipAccountTraces : IPersonalData
{
    public string Name => "linked_chips";

    public async Task<IReadOnlyList<JsonObject>> ExportAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        var accounts = (await CustomerTraces.AccountsOfAsync(db, subject, ct)).Select(id => new Id<Customer>(id)).ToList();
        var links = await db.Set<ChipAccount>().AsNoTracking().Where(l => accounts.Contains(l.CustomerId))
            .OrderByDescending(l => l.LinkedAt).Take(PersonalData.MostEach).ToListAsync(ct);
        return [.. links.Select(l => new JsonObject { ["chip"] = l.ChipId.ToString(), ["linked_at"] = l.LinkedAt.ToString("O") })];
    }

    public Task EraseAsync(AutomatDb db, DataSubject subject, CancellationToken ct) => Task.CompletedTask;
}

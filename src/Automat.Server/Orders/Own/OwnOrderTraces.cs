using System.Text.Json.Nodes;
using Automat.Domain;
using Automat.Server.Customers;
using Automat.Server.Data;
using Automat.Server.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Orders.Own;

/// <summary>The orders in a customer's account. They stay when it goes: the database takes the account out of them.</summary>
internal sealed class OwnOrderTraces : IPersonalData
{
    public string Name => "orders";

    public async Task<IReadOnlyList<JsonObject>> ExportAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        var orders = new List<Order>();
        foreach (var account in await CustomerTraces.AccountsOfAsync(db, subject, ct))
        {
            var customer = new Id<Customer>(account);
            orders.AddRange(await db.Set<Order>().AsNoTracking().Where(o => o.CustomerId == customer)
                .OrderByDescending(o => o.CreatedAt).Take(PersonalData.MostEach).ToListAsync(ct));
        }

        return [.. orders.Select(o => new JsonObject
        {
            ["number"] = o.Number,
            ["state"] = o.State.ToString(),
            ["place"] = o.MachineId.Value,
            ["purchase"] = o.PurchaseId.ToString(),
            ["language"] = o.Language,
            ["created_at"] = o.CreatedAt.ToString("O"),
        })];
    }

    public Task EraseAsync(AutomatDb db, DataSubject subject, CancellationToken ct) => Task.CompletedTask;
}

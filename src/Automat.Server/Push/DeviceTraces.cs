using System.Text.Json.Nodes;
using Automat.Domain;
using Automat.Server.Customers;
using Automat.Server.Data;
using Automat.Server.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Push;

/// <summary>
/// Devices of an account, and those that are told of what somebody bought. They go as a whole: whoever is erased is told of
/// nothing any more. Those of a sale go some days after it is over.
/// </summary>
internal sealed class DeviceTraces : IPersonalData, IRetention
{
    private const int BatchSize = 1_000;

    string IPersonalData.Name => "devices";

    string IRetention.Name => "Devices";

    public int DefaultDays => 14;

    public bool IsPerOrganization => false; // they are over: nobody has a use for them

    public async Task<IReadOnlyList<JsonObject>> ExportAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        var devices = new List<PushDevice>();
        foreach (var of in await OfAsync(db, subject, ct))
            devices.AddRange(await of.AsNoTracking().OrderByDescending(d => d.CreatedAt).Take(PersonalData.MostEach).ToListAsync(ct));
        return [.. devices.DistinctBy(d => d.Id).Select(d => new JsonObject
        {
            ["language"] = d.Language,
            ["of_the_account"] = d.CustomerId is not null,
            ["created_at"] = d.CreatedAt.ToString("O"),
            ["last_told_at"] = d.TakenAt?.ToString("O"),
        })];
    }

    public async Task EraseAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        foreach (var devices in await OfAsync(db, subject, ct)) await devices.ExecuteDeleteAsync(ct);
    }

    public async Task<bool> ForgetAsync(AutomatDb db, DateTimeOffset before, CancellationToken ct)
    {
        var posts = db.Set<PushPost>().Where(p => p.CreatedAt < before).OrderBy(p => p.Id).Take(BatchSize).Select(p => p.Id);
        var sent = await db.Set<PushPost>().Where(p => posts.Contains(p.Id)).ExecuteDeleteAsync(ct);
        var follows = db.Set<PushFollow>().Where(f => f.QuietSince < before).OrderBy(f => f.QuietSince).Take(BatchSize).Select(f => f.Id);
        var over = await db.Set<PushFollow>().Where(f => follows.Contains(f.Id)).ExecuteDeleteAsync(ct);
        // Whoever is told of nothing: neither of a sale nor of an account's orders.
        var idle = db.Set<PushDevice>()
            .Where(d => d.CustomerId == null && d.CreatedAt < before && !db.Set<PushFollow>().Any(f => f.DeviceId == d.Id))
            .OrderBy(d => d.Id).Take(BatchSize).Select(d => d.Id);
        var gone = await db.Set<PushDevice>().Where(d => idle.Contains(d.Id)).ExecuteDeleteAsync(ct);
        return sent == BatchSize || over == BatchSize || gone == BatchSize;
    }

    private static async Task<List<IQueryable<PushDevice>>> OfAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        var all = new List<IQueryable<PushDevice>>();
        if (subject.Address is not null)
        {
            var bought = subject.Of(db.Set<Payments.Purchase>(), p => p.Email).Select(p => p.Id);
            all.Add(db.Set<PushDevice>().Where(d => db.Set<PushFollow>().Any(f => f.DeviceId == d.Id && bought.Contains(f.PurchaseId))));
        }

        foreach (var account in await CustomerTraces.AccountsOfAsync(db, subject, ct))
        {
            var owner = (Id<Customer>?)new Id<Customer>(account);
            all.Add(db.Set<PushDevice>().Where(d => d.CustomerId == owner));
        }

        return all;
    }
}

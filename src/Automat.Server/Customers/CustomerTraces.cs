using System.Text.Json.Nodes;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Customers;

/// <summary>
/// The account of a customer. It goes with its sessions, and the database lets go of it in what belonged to it: carts and linked
/// chips go too, orders stay without it.
/// </summary>
public sealed class CustomerTraces : IPersonalData
{
    /// <inheritdoc/>
    public string Name => "customer_account";

    /// <summary>The ids of the accounts that are somebody's, for modules that keep an id and no more.</summary>
    public static async Task<IReadOnlyList<Guid>> AccountsOfAsync(AutomatDb db, DataSubject subject, CancellationToken ct) =>
        await AccountsOf(db, subject).AsNoTracking().Select(c => c.Id.Value).ToListAsync(ct);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JsonObject>> ExportAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        var customers = await AccountsOf(db, subject).AsNoTracking().OrderBy(c => c.Id).Take(PersonalData.MostEach).ToListAsync(ct);
        var ids = customers.ConvertAll(c => c.Id);
        var passkeys = await db.Set<CustomerPasskey>().AsNoTracking().Where(p => ids.Contains(p.CustomerId)).OrderBy(p => p.CreatedAt)
            .Take(PersonalData.MostEach).Select(p => new { p.CustomerId, p.Name, p.CreatedAt }).ToListAsync(ct);
        return [.. customers.Select(c => new JsonObject
        {
            ["id"] = c.Id.ToString(),
            ["email"] = c.Email,
            ["name"] = c.Name,
            ["mails_ready"] = c.MailsReady,
            ["mails_collected"] = c.MailsCollected,
            ["created_at"] = c.CreatedAt.ToString("O"),
            ["passkeys"] = new JsonArray([.. passkeys.Where(p => p.CustomerId == c.Id)
                .Select(p => new JsonObject { ["name"] = p.Name, ["created_at"] = p.CreatedAt.ToString("O") })]),
        })];
    }

    /// <inheritdoc/>
    public async Task EraseAsync(AutomatDb db, DataSubject subject, CancellationToken ct)
    {
        if (subject.ComparedAddress is { } address) await db.Set<CustomerLink>().Where(l => l.Email == address).ExecuteDeleteAsync(ct);
        await AccountsOf(db, subject).ExecuteDeleteAsync(ct);
    }

    private static IQueryable<Customer> AccountsOf(AutomatDb db, DataSubject subject)
    {
        var (address, id) = (subject.ComparedAddress, subject.Person is { } person ? new Id<Customer>(person) : default);
        return db.Set<Customer>().Where(c => c.Email == address || c.Id == id);
    }
}

/// <summary>Links nobody followed, and sessions that are over.</summary>
internal sealed class CustomerSessionRetention : IRetention
{
    private const int BatchSize = 1_000;

    public string Name => "CustomerSessions";

    public int DefaultDays => 30;

    public bool IsPerOrganization => false; // they are over: nobody has a use for them

    public async Task<bool> ForgetAsync(AutomatDb db, DateTimeOffset before, CancellationToken ct)
    {
        var links = db.Set<CustomerLink>().Where(l => l.ExpiresAt < before).OrderBy(l => l.ExpiresAt).Take(BatchSize).Select(l => l.Id);
        var sessions = db.Set<CustomerSession>().Where(s => s.ExpiresAt < before).OrderBy(s => s.ExpiresAt).Take(BatchSize).Select(s => s.Id);
        var gone = await db.Set<CustomerLink>().Where(l => links.Contains(l.Id)).ExecuteDeleteAsync(ct);
        var over = await db.Set<CustomerSession>().Where(s => sessions.Contains(s.Id)).ExecuteDeleteAsync(ct);
        return gone == BatchSize || over == BatchSize;
    }
}

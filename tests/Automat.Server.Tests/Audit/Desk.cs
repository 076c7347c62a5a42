using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Server.Tests.Audit;

/// <summary>The server's modules on a database of their own, for somebody who changes things.</summary>
public sealed class Desk : IAsyncDisposable
{
    private readonly bool lent;

    private Desk(TestDatabase database, JournalHost host, bool lent) => (Database, Host, this.lent) = (database, host, lent);

    public TestDatabase Database { get; }

    public JournalHost Host { get; }

    public Id<Organization> Organization => Host.Organization;

    public IServiceScopeFactory Scopes => Host.Services.GetRequiredService<IServiceScopeFactory>();

    public static async Task<Desk> OpenAsync()
    {
        var database = await TestDatabase.CreateAsync();
        return new Desk(database, await JournalHost.StartAsync(database), lent: false);
    }

    /// <summary>On a host somebody else began and ends.</summary>
    public static Desk At(TestDatabase database, JournalHost host) => new(database, host, lent: true);

    public static Product ProductOf(Id<Organization> organization, int number, long price = 150) => new()
    {
        Id = Id<Product>.New(),
        OrganizationId = organization,
        Number = number,
        Name = $"Product {number}",
        Category = "Snacks",
        Picture = "/images/default.jpg",
        Price = price,
        TaxBasisPoints = 700,
    };

    /// <summary>Does something and saves it, as one person of the organisation.</summary>
    public async Task SaveAsync(Func<AutomatDb, Task> act, Id<Organization>? organization = null, string person = "somebody")
    {
        await using var scope = Scopes.CreateScopeOf(organization ?? Organization);
        scope.ServiceProvider.GetRequiredService<Actor>().Is(ActorKind.Person, person);
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        await act(db);
        await db.SaveChangesAsync();
    }

    /// <summary>Does something at once and saves it.</summary>
    public Task SaveAsync(Action<AutomatDb> act) => SaveAsync(db =>
    {
        act(db);
        return Task.CompletedTask;
    });

    /// <summary>The log of an organisation, oldest first.</summary>
    internal async Task<List<AuditEvent>> LogAsync(Id<Organization>? organization = null)
    {
        await using var scope = Scopes.CreateScopeAcross("a test looks");
        var wanted = organization ?? Organization;
        return await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<AuditEvent>().AsNoTracking()
            .Where(e => e.OrganizationId == wanted).OrderBy(e => e.Number).ToListAsync();
    }

    public async Task<AuditVerdict> VerifyAsync(Id<Organization>? organization = null) =>
        await new AuditVerifier(Database.Address).VerifyAsync((organization ?? Organization).ToString()).SingleAsync();

    public async ValueTask DisposeAsync()
    {
        if (lent) return;
        await Host.DisposeAsync();
        await Database.DisposeAsync();
    }
}

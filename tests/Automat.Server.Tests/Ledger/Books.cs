using Automat.Domain;
using Automat.Testing;

namespace Automat.Server.Tests.Ledger;

/// <summary>A database with some trade in it, made by the product's own commands; tests spoil copies.</summary>
public sealed class Books : IAsyncLifetime
{
    /// <summary>A chip with a name that JSON has to escape.</summary>
    internal const string Odd = "04:\"A\\B\"ü\n\u0001";

    private TestDatabase database = null!;

    /// <summary>The organisation whose books they are.</summary>
    public Id<Organization> Organization { get; private set; }

    /// <summary>How many entries it has.</summary>
    public const long Entries = 24;

    public Task<TestDatabase> CopyAsync() => database.CopyAsync();

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        await using var host = await JournalHost.StartAsync(database);
        Organization = host.Organization;
        var till = new Till(host, Organization);
        await till.TradeAsync();
        await till.ReserveAsync(Tender.Chip(Odd), 150);
        await till.ReserveAsync(Tender.Paid("stripe"), 275);

        var other = new Till(host, await host.AddOrganizationAsync("Neighbour", Currency.Parse("CHF")));
        await other.TradeAsync();
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();
}

using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Payments;

/// <summary>Who owes money: a card or a customer of the provider is held no more money for until that is paid.</summary>
public sealed class OpenDebts : IJournalTable
{
    private readonly HashSet<(Id<Organization> Owner, string Who)> asked = [];
    private readonly HashSet<(Id<Organization>, string)> loaded = [];
    private readonly HashSet<(Id<Organization>, string)> owing = [];
    private readonly List<(Id<Organization>, string)> changes = [];

    /// <summary>Says that a command must know whether this card or customer owes anything; null asks nothing.</summary>
    public void Ask(Id<Organization> organization, string? who)
    {
        if (who is not null && !loaded.Contains((organization, who))) asked.Add((organization, who));
    }

    /// <summary>Whether the card or customer owes anything to the organisation.</summary>
    public bool Has(Id<Organization> organization, string? who) =>
        who is not null && (owing.Contains((organization, who)) || changes.Contains((organization, who)));

    /// <summary>A debt has arisen in this batch. One that ends is seen by the next batch.</summary>
    public void Follow(Debt debt)
    {
        if (debt.Card is { } card) changes.Add((debt.OrganizationId, card));
        if (debt.CustomerId is { } customer) changes.Add((debt.OrganizationId, customer));
    }

    /// <inheritdoc/>
    public bool AddLoad(NpgsqlBatch batch)
    {
        if (asked.Count == 0) return false;
        batch.BatchCommands.Add(
            Sql.Of("select k.o, k.w from unnest($1, $2) as k(o, w) where exists (select from debts d "
                    + "where d.organization_id = k.o and d.status = 'Owed' and (d.card = k.w or d.customer_id = k.w))")
                .Column(NpgsqlDbType.Uuid, asked, a => a.Owner.Value)
                .Column(NpgsqlDbType.Text, asked, a => a.Who));
        loaded.UnionWith(asked);
        asked.Clear();
        return true;
    }

    /// <inheritdoc/>
    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        while (await reader.ReadAsync(ct)) owing.Add((new Id<Organization>(reader.GetGuid(0)), reader.GetString(1)));
    }

    /// <inheritdoc/>
    public void AddWrites(NpgsqlBatch batch)
    {
        // Debts are written as rows of their own.
    }

    /// <inheritdoc/>
    public void Accept()
    {
        owing.UnionWith(changes);
        changes.Clear();
    }

    /// <inheritdoc/>
    public void Discard() => changes.Clear();
}

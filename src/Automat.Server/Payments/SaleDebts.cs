using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Payments;

/// <summary>Which debts a sale left open, whatever became of them; the debts themselves are <see cref="DebtRows"/>.</summary>
public sealed class SaleDebts : IJournalTable
{
    private readonly HashSet<Id<Vend>> asked = [];
    private readonly HashSet<Id<Vend>> loaded = [];
    private readonly List<(Id<Vend> Sale, Id<Debt> Debt)> known = [];
    private readonly List<(Id<Vend> Sale, Id<Debt> Debt)> changes = [];

    /// <summary>Says that a command must know what a sale left open.</summary>
    public void Ask(Id<Vend> sale)
    {
        if (!loaded.Contains(sale)) asked.Add(sale);
    }

    /// <summary>The debts of a sale that was asked for.</summary>
    public IReadOnlyList<Id<Debt>> Of(Id<Vend> sale) =>
        [.. known.Concat(changes).Where(k => k.Sale == sale).Select(k => k.Debt).Distinct()];

    /// <summary>A debt has arisen in this batch.</summary>
    public void Follow(Debt debt) => changes.Add((debt.VendId, debt.Id));

    /// <inheritdoc/>
    public bool AddLoad(NpgsqlBatch batch)
    {
        if (asked.Count == 0) return false;
        batch.BatchCommands.Add(
            Sql.Of("select vend_id, id from debts where vend_id = any($1) order by id").Column(NpgsqlDbType.Uuid, asked, a => a.Value));
        loaded.UnionWith(asked);
        asked.Clear();
        return true;
    }

    /// <inheritdoc/>
    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        while (await reader.ReadAsync(ct)) known.Add((new Id<Vend>(reader.GetGuid(0)), new Id<Debt>(reader.GetGuid(1))));
    }

    /// <inheritdoc/>
    public void AddWrites(NpgsqlBatch batch)
    {
        // Debts are written as rows of their own.
    }

    /// <inheritdoc/>
    public void Accept()
    {
        known.AddRange(changes);
        changes.Clear();
    }

    /// <inheritdoc/>
    public void Discard() => changes.Clear();
}

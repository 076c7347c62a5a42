using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Automat.Server.Journal;

/// <summary>
/// The usual table in a batch: rows by key, changes of the present command laid over them until the command is accepted.
/// </summary>
/// <typeparam name="TKey">Primary key.</typeparam>
/// <typeparam name="TRow">An immutable row.</typeparam>
/// <param name="columns">The table's columns.</param>
public abstract class JournalTable<TKey, TRow>(JournalColumns<TRow> columns) : IJournalTable
    where TKey : notnull
    where TRow : class
{
    private readonly HashSet<TKey> asked = [];
    private readonly HashSet<TKey> loaded = [];
    private readonly Dictionary<TKey, TRow> rows = [];
    private readonly Dictionary<TKey, TRow> changes = [];
    private readonly HashSet<TKey> dirty = [];
    private readonly HashSet<TKey> stored = [];

    /// <summary>Says that a command needs this row; it will be locked.</summary>
    public void Ask(TKey key)
    {
        if (!loaded.Contains(key)) asked.Add(key);
    }

    /// <summary>The row as the commands so far have left it.</summary>
    public bool TryGet(TKey key, [NotNullWhen(true)] out TRow? row) =>
        changes.TryGetValue(key, out row) || rows.TryGetValue(key, out row);

    /// <summary>Lays a new or changed row over what is there.</summary>
    public void Put(TRow row) => changes[KeyOf(row)] = row;

    /// <inheritdoc/>
    public bool AddLoad(NpgsqlBatch batch)
    {
        if (asked.Count == 0) return false;
        batch.BatchCommands.Add(LoadCommand(asked));
        loaded.UnionWith(asked);
        asked.Clear();
        return true;
    }

    /// <inheritdoc/>
    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        while (await reader.ReadAsync(ct))
        {
            var row = Read(reader);
            rows[KeyOf(row)] = row;
            stored.Add(KeyOf(row));
        }
    }

    /// <inheritdoc/>
    public void AddWrites(NpgsqlBatch batch)
    {
        if (dirty.Count == 0) return;
        List<TRow> inserts = [], updates = [];
        foreach (var key in dirty) (stored.Contains(key) ? updates : inserts).Add(rows[key]);
        // Updates first: what ended in this batch makes room, in unique indexes of open rows, for what began in it.
        if (updates.Count > 0) batch.BatchCommands.Add(UpdateCommand(updates));
        if (inserts.Count > 0) batch.BatchCommands.Add(InsertCommand(inserts));
    }

    /// <inheritdoc/>
    public void Accept()
    {
        foreach (var (key, row) in changes)
        {
            rows[key] = row;
            dirty.Add(key);
        }

        changes.Clear();
    }

    /// <inheritdoc/>
    public void Discard() => changes.Clear();

    /// <summary>The row's key.</summary>
    protected abstract TKey KeyOf(TRow row);

    /// <summary>Selects these rows, in the order of their keys, <c>for update</c>.</summary>
    protected abstract NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<TKey> keys);

    /// <summary>Reads one row, whose columns come in their order.</summary>
    protected abstract TRow Read(NpgsqlDataReader reader);

    /// <summary>Inserts these rows in one statement.</summary>
    protected virtual NpgsqlBatchCommand InsertCommand(IReadOnlyList<TRow> inserts) => columns.Insert(inserts);

    /// <summary>Updates these rows in one statement.</summary>
    protected virtual NpgsqlBatchCommand UpdateCommand(IReadOnlyList<TRow> updates) => columns.Update(updates);
}

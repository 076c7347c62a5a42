using System.Globalization;
using Automat.Server.Data;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Journal;

/// <summary>
/// A journal table's columns, each named once and in the order in which a row is read. The statements that load, insert and
/// update many rows at once follow from them.
/// </summary>
/// <typeparam name="TRow">An immutable row.</typeparam>
/// <param name="table">The table's name, written out: the tests find in it who writes which table.</param>
public sealed class JournalColumns<TRow>(string table)
{
    private readonly List<Column> columns = [];
    private string? load;
    private string? insert;
    private string? update;

    private enum Use { Key, Once, Changing }

    /// <summary>Adds a column of the primary key.</summary>
    public JournalColumns<TRow> Key<TValue>(string name, NpgsqlDbType type, Func<TRow, TValue> value) =>
        Add(Use.Key, name, type, value);

    /// <summary>Adds a column that is written with the row and then stays.</summary>
    public JournalColumns<TRow> Once<TValue>(string name, NpgsqlDbType type, Func<TRow, TValue> value) =>
        Add(Use.Once, name, type, value);

    /// <summary>Adds a column that an update writes, too.</summary>
    public JournalColumns<TRow> Changing<TValue>(string name, NpgsqlDbType type, Func<TRow, TValue> value) =>
        Add(Use.Changing, name, type, value);

    /// <summary>Selects and locks the rows with these keys, in their order; for a key of one column.</summary>
    public NpgsqlBatchCommand Load<TKey, TValue>(IReadOnlyCollection<TKey> keys, Func<TKey, TValue> value)
    {
        var key = columns.Single(c => c.Use is Use.Key);
        load ??= $"select {Names(columns)} from {table} where {key.Name} = any($1) order by {key.Name} for update";
        return Sql.Of(load).Column(key.Type, keys, value);
    }

    /// <summary>Inserts these rows.</summary>
    internal NpgsqlBatchCommand Insert(IReadOnlyCollection<TRow> rows)
    {
        insert ??= $"insert into {table} ({Names(columns)}) select * from unnest({Numbers(columns.Count)})";
        return Fill(Sql.Of(insert), columns, rows);
    }

    /// <summary>Updates what changes of these rows.</summary>
    internal NpgsqlBatchCommand Update(IReadOnlyCollection<TRow> rows)
    {
        Column[] written = [.. columns.Where(c => c.Use is not Use.Once)];
        update ??= UpdateText(written);
        return Fill(Sql.Of(update), written, rows);
    }

    private string UpdateText(Column[] written)
    {
        var set = written.Where(c => c.Use is Use.Changing).Select(c => $"{c.Name} = n.{c.Name}").ToList();
        if (set.Count == 0) throw new NotSupportedException($"A row of {table} stays as it was written.");
        var same = written.Where(c => c.Use is Use.Key).Select(c => $"t.{c.Name} = n.{c.Name}");
        return $"update {table} t set {string.Join(", ", set)} from unnest({Numbers(written.Length)}) as n({Names(written)}) "
            + $"where {string.Join(" and ", same)}";
    }

    private JournalColumns<TRow> Add<TValue>(Use use, string name, NpgsqlDbType type, Func<TRow, TValue> value)
    {
        columns.Add(new Column(use, name, type, (command, rows) => command.Column(type, rows, value)));
        return this;
    }

    private static NpgsqlBatchCommand Fill(NpgsqlBatchCommand command, IEnumerable<Column> written, IReadOnlyCollection<TRow> rows)
    {
        foreach (var column in written) column.Fill(command, rows);
        return command;
    }

    private static string Names(IEnumerable<Column> named) => string.Join(", ", named.Select(c => c.Name));

    private static string Numbers(int count) =>
        string.Join(", ", Enumerable.Range(1, count).Select(n => string.Create(CultureInfo.InvariantCulture, $"${n}")));

    private sealed record Column(
        Use Use, string Name, NpgsqlDbType Type, Action<NpgsqlBatchCommand, IReadOnlyCollection<TRow>> Fill);
}

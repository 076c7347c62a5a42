using Automat.Server.Journal;
using Automat.Testing;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Tests.Journal;

/// <summary>What follows from a table's columns, on a real table.</summary>
public sealed class JournalColumnsTests : IAsyncLifetime
{
    private static readonly JournalColumns<Crate> _columns = new JournalColumns<Crate>("crates")
        .Key("shelf", NpgsqlDbType.Text, c => c.Shelf)
        .Once("label", NpgsqlDbType.Text, c => c.Label)
        .Changing("bottles", NpgsqlDbType.Integer, c => c.Bottles)
        .Changing("note", NpgsqlDbType.Jsonb, c => c.Note);

    private TestDatabase database = null!;
    private NpgsqlConnection connection = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        connection = await database.OwnerConnectionAsync();
        await using var create = new NpgsqlCommand(
            "create table crates (shelf text primary key, label text not null, bottles integer not null, note jsonb)", connection);
        await create.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Rows_are_written_together_and_read_in_the_order_of_their_keys()
    {
        await RunAsync(_columns.Insert([new Crate("b", "Beer", 20, null), new Crate("a", "Water", 12, """{"cold":true}"""), new Crate("c", "Milk", 6, null)]));

        Assert.Equal(
            [new Crate("a", "Water", 12, """{"cold": true}"""), new Crate("b", "Beer", 20, null)], await LoadAsync("b", "a", "nowhere"));
    }

    [Fact]
    public async Task An_update_writes_what_changes_and_leaves_what_was_written_once()
    {
        await RunAsync(_columns.Insert([new Crate("a", "Water", 12, null), new Crate("b", "Beer", 20, null), new Crate("c", "Milk", 6, null)]));

        await RunAsync(_columns.Update([new Crate("a", "Wine", 11, null), new Crate("b", "Cider", 0, "[]")]));

        Assert.Equal(
            [new Crate("a", "Water", 11, null), new Crate("b", "Beer", 0, "[]"), new Crate("c", "Milk", 6, null)],
            await LoadAsync("a", "b", "c"));
    }

    [Fact]
    public async Task A_key_of_two_columns_names_one_row()
    {
        var crates = new JournalColumns<Crate>("crates")
            .Key("shelf", NpgsqlDbType.Text, c => c.Shelf).Key("label", NpgsqlDbType.Text, c => c.Label)
            .Changing("bottles", NpgsqlDbType.Integer, c => c.Bottles);
        await RunAsync(crates.Insert([new Crate("a", "Water", 12, null), new Crate("b", "Beer", 20, null)]));

        await RunAsync(crates.Update([new Crate("a", "Beer", 1, null), new Crate("b", "Beer", 2, null)]));

        Assert.Equal([new Crate("a", "Water", 12, null), new Crate("b", "Beer", 2, null)], await LoadAsync("a", "b"));
    }

    [Fact]
    public void What_only_is_added_cannot_be_changed()
    {
        var columns = new JournalColumns<Crate>("crates").Key("shelf", NpgsqlDbType.Text, c => c.Shelf)
            .Once("label", NpgsqlDbType.Text, c => c.Label);

        Assert.Throws<NotSupportedException>(() => columns.Update([new Crate("a", "Water", 12, null)]));
    }

    private async Task<List<Crate>> LoadAsync(params string[] shelves)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(_columns.Load(shelves, s => s));
        await using var reader = await batch.ExecuteReaderAsync();
        var read = new List<Crate>();
        while (await reader.ReadAsync())
        {
            read.Add(new Crate(
                reader.GetString(0), reader.GetString(1), reader.GetInt32(2), reader.IsDBNull(3) ? null : reader.GetString(3)));
        }

        return read;
    }

    private async Task RunAsync(NpgsqlBatchCommand command)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync();
    }

    private sealed record Crate(string Shelf, string Label, int Bottles, string? Note);
}

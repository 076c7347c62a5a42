using Npgsql;

namespace Automat.Server.Journal;

/// <summary>
/// One table's share in a batch: which rows are needed, how they are read and locked, and how what the rules changed is
/// written back. One instance lives for one batch. Each module brings its own and registers it in its front door.
/// </summary>
public interface IJournalTable
{
    /// <summary>Adds the statement that locks and reads the rows asked for since the last load; false when none were.</summary>
    bool AddLoad(NpgsqlBatch batch);

    /// <summary>Reads the result of that statement.</summary>
    Task ReadAsync(NpgsqlDataReader reader, CancellationToken ct);

    /// <summary>Adds the statements that write all accepted changes.</summary>
    void AddWrites(NpgsqlBatch batch);

    /// <summary>Keeps what the present command changed.</summary>
    void Accept();

    /// <summary>Forgets what the present command changed: it broke a rule.</summary>
    void Discard();
}

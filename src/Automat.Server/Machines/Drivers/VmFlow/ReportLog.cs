using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Npgsql;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>Keeps what boards report, each thing once.</summary>
internal sealed class ReportLog(CrossingDataSource database)
{
    /// <summary>Rows of one batch that is removed.</summary>
    public const int BatchSize = 1_000;

    private static readonly TimeSpan LimitCounts = TimeSpan.FromDays(1);

    /// <summary>
    /// Keeps a report; one that was kept before comes back as it was. What no signature vouches for is refused here once the
    /// day's limit is reached, whatever comes at the same moment.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="limit">Minor units of unsigned sales in a day; null for signed ones.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<BoardReport> TakeAsync(BoardReport report, long? limit, CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (limit is { } most && report.Refused is null && await SpentAsync(connection, report, ct) + (report.Booked ?? 0) > most)
        {
            report = report with { Refused = "over_limit" };
        }

        await using var insert = new NpgsqlCommand(
            "insert into vmflow_reports (id, organization_id, machine_id, kind, at, received_at, amount, item, late, insecure, "
            + "booked, refused, body) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing",
            connection, transaction);
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = report.Id.Value });
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = report.OrganizationId.Value });
        AddKey(insert, report);
        insert.Parameters.Insert(5, new NpgsqlParameter<DateTimeOffset> { TypedValue = report.ReceivedAt });
        insert.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = report.Late });
        insert.Parameters.Add(new NpgsqlParameter<bool> { TypedValue = report.Insecure });
        insert.Parameters.Add(new NpgsqlParameter { Value = (object?)report.Booked ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint });
        insert.Parameters.Add(new NpgsqlParameter { Value = (object?)report.Refused ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        insert.Parameters.Add(new NpgsqlParameter { Value = (object?)report.Body ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bytea });
        if (await insert.ExecuteNonQueryAsync(ct) == 0) report = await KnownAsync(connection, transaction, report, ct);
        await transaction.CommitAsync(ct);
        return report;
    }

    /// <summary>When audit data of a machine last came; null when it never did.</summary>
    public async Task<DateTimeOffset?> LastDexAsync(MachineId machine, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(
            "select received_at from vmflow_reports where machine_id = $1 and kind = 'Dex' order by at desc limit 1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = machine.Value });
        return await command.ExecuteScalarAsync(ct) is DateTime last ? new DateTimeOffset(last, TimeSpan.Zero) : null;
    }

    /// <summary>What followed from a report.</summary>
    public async Task EndAsync(Id<BoardReport> report, Id<Vend>? vend, string? refused, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(
            "update vmflow_reports set vend_id = $2, refused = $3 where id = $1 and vend_id is null and refused is null");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = report.Value });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)vend?.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)refused ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Removes one batch of what was heard longer ago than this; returns how much there was.</summary>
    public async Task<int> ForgetAsync(DateTimeOffset before, CancellationToken ct)
    {
        // A sale that is told again after that gets the journal's first answer.
        await using var command = database.Source.CreateCommand(
            "delete from vmflow_reports where id in (select id from vmflow_reports where received_at < $1 "
            + $"order by received_at limit {BatchSize})");
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = before });
        return await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task<long> SpentAsync(NpgsqlConnection connection, BoardReport report, CancellationToken ct)
    {
        await using var spent = new NpgsqlBatch(connection);
        // One report of a board at a time.
        spent.BatchCommands.Add(
            Sql.Of("select pg_advisory_xact_lock(hashtextextended('vmflow ' || $1, 0))").Value(report.MachineId.Value));
        spent.BatchCommands.Add(
            Sql.Of("select coalesce(sum(booked), 0)::bigint from vmflow_reports where machine_id = $1 and received_at > $2 "
                    + "and insecure and refused is null and kind = 'Sale'")
                .Value(report.MachineId.Value).Value(report.ReceivedAt - LimitCounts));
        await using var reader = await spent.ExecuteReaderAsync(ct);
        await reader.NextResultAsync(ct);
        await reader.ReadAsync(ct);
        return reader.GetInt64(0);
    }

    private static async Task<BoardReport> KnownAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, BoardReport report, CancellationToken ct)
    {
        await using var known = new NpgsqlCommand(
            "select id, vend_id, refused, late, booked from vmflow_reports "
            + "where machine_id = $1 and kind = $2 and at = $3 and amount = $4 and item = $5", connection, transaction);
        AddKey(known, report);
        await using var row = await known.ExecuteReaderAsync(ct);
        if (!await row.ReadAsync(ct)) return report;
        return report with
        {
            Id = new Id<BoardReport>(row.GetGuid(0)),
            VendId = row.IsDBNull(1) ? null : new Id<Vend>(row.GetGuid(1)),
            Refused = row.IsDBNull(2) ? null : row.GetString(2),
            Late = row.GetBoolean(3),
            Booked = row.IsDBNull(4) ? null : row.GetInt64(4),
        };
    }

    private static void AddKey(NpgsqlCommand command, BoardReport report)
    {
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = report.MachineId.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = report.Kind.ToString() });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = report.At });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = report.Amount });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = report.Item });
    }
}

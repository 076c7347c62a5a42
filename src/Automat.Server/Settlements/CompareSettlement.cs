using Automat.Server.Data;
using Automat.Server.Payments;
using Npgsql;
using NpgsqlTypes;
using static Automat.Server.Settlements.SettlementStatements;

namespace Automat.Server.Settlements;

/// <summary>
/// Holds our books against the provider's own: takes new postings of the provider's account out of every ledger, asks the provider
/// for the movements of its account since the last time, and counts both into the same rows.
/// </summary>
internal sealed class CompareSettlement(CrossingDataSource database, IPaymentProvider provider, PaymentAccount account, TimeProvider clock)
{
    private const int BatchSize = 5_000;
    private const int MostWindows = 400;

    private static readonly TimeSpan Window = TimeSpan.FromDays(1);

    // Lists of busy accounts settle a little late; what was told before is left out.
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    /// <summary>Compares. Several may do so at once: the marks' rows order them.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        var zones = await ZonesAsync(connection, ct);
        foreach (var (organization, zone) in zones)
        {
            while (await TakeBookedAsync(connection, organization, zone, ct))
            {
                // A full batch: there may be more.
            }
        }

        string? trouble = null;
        try
        {
            await TakeToldAsync(connection, zones, ct);
        }
        catch (ProviderException refused)
        {
            trouble = refused is ProviderRefusedException { Code: var code } ? code[..Math.Min(code.Length, 64)] : "unavailable";
        }

        await RunAsync(
            connection,
            Sql.Of("update settlement_marks set trouble = ($1)[1], compared_at = case when ($1)[1] is null then $2 else compared_at end")
                .Column(NpgsqlDbType.Text, [0], _ => trouble).Value(clock.GetUtcNow().ToUniversalTime()), ct);
    }

    private async Task<bool> TakeBookedAsync(NpgsqlConnection connection, Guid organization, string zone, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await RunAsync(
            connection,
            Sql.Of("insert into settlement_marks (organization_id, sequence) values ($1, 0) on conflict do nothing").Value(organization), ct);
        var (done, _) = await MarkAsync(connection, organization, ct);
        var (taken, last) = await OneAsync(
            connection,
            Sql.Of(TakeBooked).Value(organization).Value(provider.Name).Value(done).Value(BatchSize).Value(zone),
            r => (r.GetInt64(0), r.GetInt64(1)), ct);
        await RunAsync(
            connection, Sql.Of("update settlement_marks set sequence = $2 where organization_id = $1").Value(organization).Value(last), ct);
        await transaction.CommitAsync(ct);
        return taken == BatchSize;
    }

    /// <summary>Asks for a day at a time, so that what was told stays told when the rest fails.</summary>
    private async Task TakeToldAsync(NpgsqlConnection connection, IReadOnlyList<(Guid, string)> zones, CancellationToken ct)
    {
        var organization = account.Organization.Value;
        var (_, told) = await MarkAsync(connection, organization, ct);
        var now = clock.GetUtcNow().ToUniversalTime().AddSeconds(1); // the second that has begun is told, too
        var from = (told ?? await FoundedAsync(connection, organization, ct)) - Overlap;
        for (var window = 0; window < MostWindows; window++)
        {
            var until = from + Window + Overlap < now ? from + Window + Overlap : now;
            string? cursor = null;
            do
            {
                var page = await provider.ListBalanceAsync(from, until, cursor, ct);
                if (page.Items.Count > 0) await KeepAsync(connection, page.Items, zones, ct);
                cursor = page.Next;
            }
            while (cursor is not null);
            await RunAsync(
                connection,
                Sql.Of("update settlement_marks set told_until = $2 where organization_id = $1").Value(organization).Value(until), ct);
            if (until == now) return;
            from = until;
        }
    }

    private async Task KeepAsync(
        NpgsqlConnection connection, IReadOnlyList<BalanceEntry> told, IReadOnlyList<(Guid Organization, string Zone)> zones, CancellationToken ct)
    {
        await RunAsync(
            connection,
            Sql.Of(TakeTold)
                .Column(NpgsqlDbType.Text, told, e => e.Id)
                .Column(NpgsqlDbType.Text, told, e => e.Kind.ToString())
                .Column(NpgsqlDbType.Text, told, e => e.Word)
                .Column(NpgsqlDbType.Bigint, told, e => e.Amount)
                .Column(NpgsqlDbType.Bigint, told, e => e.Fee)
                .Column(NpgsqlDbType.Text, told, e => e.Currency)
                .Column(NpgsqlDbType.Text, told, e => e.IntentId)
                .Column(NpgsqlDbType.TimestampTz, told, e => e.Created.ToUniversalTime())
                .Value(provider.Name).Value(account.Organization.Value)
                .Column(NpgsqlDbType.Uuid, zones, z => z.Organization)
                .Column(NpgsqlDbType.Text, zones, z => z.Zone), ct);
    }

    private static Task<DateTimeOffset> FoundedAsync(NpgsqlConnection connection, Guid organization, CancellationToken ct) =>
        OneAsync(connection, Sql.Of(Founded).Value(organization), r => r.GetFieldValue<DateTimeOffset>(0), ct);

    private static Task<(long Sequence, DateTimeOffset? ToldUntil)> MarkAsync(NpgsqlConnection connection, Guid organization, CancellationToken ct) =>
        OneAsync(
            connection,
            Sql.Of("select sequence, told_until from settlement_marks where organization_id = $1 for update").Value(organization),
            r => (r.GetInt64(0), r.IsDBNull(1) ? (DateTimeOffset?)null : r.GetFieldValue<DateTimeOffset>(1)), ct);

    private static async Task<IReadOnlyList<(Guid Organization, string Zone)>> ZonesAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Zones, connection);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var zones = new List<(Guid, string)>();
        while (await reader.ReadAsync(ct)) zones.Add((reader.GetGuid(0), reader.GetString(1)));
        return zones;
    }

    /// <summary>The first row of a statement; the default where it has none.</summary>
    private static async Task<T?> OneAsync<T>(
        NpgsqlConnection connection, NpgsqlBatchCommand sql, Func<NpgsqlDataReader, T> read, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { sql } };
        await using var reader = await batch.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? read(reader) : default;
    }

    private static async Task RunAsync(NpgsqlConnection connection, NpgsqlBatchCommand sql, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { sql } };
        await batch.ExecuteNonQueryAsync(ct);
    }
}

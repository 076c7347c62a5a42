using Automat.Domain;
using Automat.Server.Data;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Reports;

/// <summary>
/// Reads the log of goods on from where it was read to, and notes how long slots stood empty, day by day. The log only grows, so
/// what was noted stays; removing the rows of all three tables reads it from its beginning again.
/// </summary>
internal static class SoldOutDays
{
    private const int BatchSize = 20_000;

    // Numbers are drawn before a transaction ends: what is older than this is all there.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    /// <summary>Reads all there is by now. Several may do so at once: the mark's row orders them.</summary>
    /// <param name="connection">Open, under the crossing role.</param>
    /// <param name="organization">Whose.</param>
    /// <param name="now">The moment.</param>
    /// <param name="ct">Ends it after a batch.</param>
    public static async Task CatchUpAsync(NpgsqlConnection connection, Id<Organization> organization, DateTimeOffset now, CancellationToken ct)
    {
        while (await TakeAsync(connection, organization, now.ToUniversalTime(), ct))
        {
            // A full batch: there may be more.
        }
    }

    private static async Task<bool> TakeAsync(
        NpgsqlConnection connection, Id<Organization> organization, DateTimeOffset now, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await RunAsync(
            connection,
            Sql.Of("insert into sold_out_marks (organization_id, number, at) values ($1, 0, $2) on conflict do nothing")
                .Value(organization.Value).Value(now), ct);
        var (done, zone) = await MarkAsync(connection, organization, ct);
        var moved = await MovedAsync(connection, organization, done, now - Settled, ct);
        if (moved.Count > 0)
        {
            var clocks = await ClocksAsync(connection, organization, moved, ct);
            await KeepAsync(connection, Follow(organization, moved, clocks, zone), clocks, ct);
        }

        await RunAsync(
            connection,
            Sql.Of("update sold_out_marks set number = $2, at = $3 where organization_id = $1")
                .Value(organization.Value).Value(moved.Count > 0 ? moved[^1].Number : done).Value(now), ct);
        await transaction.CommitAsync(ct);
        return moved.Count == BatchSize;
    }

    private static Dictionary<(DateOnly, MachineId, string, Guid), SoldOutDay> Follow(
        Id<Organization> organization, List<Moved> moved, Dictionary<(MachineId, string), SlotClock> clocks, TimeZoneInfo zone)
    {
        var days = new Dictionary<(DateOnly, MachineId, string, Guid), SoldOutDay>();
        foreach (var move in moved)
        {
            if (move is not { Machine: { } machine, Slot: { } slot }) continue;
            var clock = clocks.GetValueOrDefault((machine, slot)) ?? new SlotClock
            {
                OrganizationId = organization,
                MachineId = machine,
                Slot = slot,
                ProductId = move.Product,
                Level = 0,
                StockedSeconds = 0,
                Pieces = 0,
            };
            var (after, empty) = SoldOutRule.Move(clock, move.At, move.Quantity, move.Product, move.Kind == "Sale", move.Kind == "Planogram");
            clocks[(machine, slot)] = after;
            if (empty is null) continue;
            foreach (var (day, seconds, missed) in SoldOutRule.ByDay(empty, zone))
            {
                var key = (day, machine, slot, clock.ProductId);
                var before = days.GetValueOrDefault(key);
                days[key] = new SoldOutDay
                {
                    OrganizationId = organization,
                    Day = day,
                    MachineId = machine,
                    Slot = slot,
                    ProductId = clock.ProductId,
                    Seconds = (before?.Seconds ?? 0) + seconds,
                    Missed = (before?.Missed ?? 0) + missed,
                };
            }
        }

        return days;
    }

    private static async Task KeepAsync(
        NpgsqlConnection connection, Dictionary<(DateOnly, MachineId, string, Guid), SoldOutDay> days,
        Dictionary<(MachineId, string), SlotClock> clocks, CancellationToken ct)
    {
        List<SoldOutDay> empty = [.. days.Values];
        await RunAsync(
            connection,
            Sql.Of("insert into sold_out_days as d (organization_id, day, machine_id, slot, product_id, seconds, missed) "
                    + "select * from unnest($1, $2, $3, $4, $5, $6, $7) "
                    + "on conflict (organization_id, day, machine_id, slot, product_id) "
                    + "do update set seconds = d.seconds + excluded.seconds, missed = d.missed + excluded.missed")
                .Column(NpgsqlDbType.Uuid, empty, d => d.OrganizationId.Value)
                .Column(NpgsqlDbType.Date, empty, d => d.Day)
                .Column(NpgsqlDbType.Text, empty, d => d.MachineId.Value)
                .Column(NpgsqlDbType.Text, empty, d => d.Slot)
                .Column(NpgsqlDbType.Uuid, empty, d => d.ProductId)
                .Column(NpgsqlDbType.Double, empty, d => d.Seconds)
                .Column(NpgsqlDbType.Double, empty, d => d.Missed), ct);
        List<SlotClock> all = [.. clocks.Values];
        await RunAsync(
            connection,
            Sql.Of("insert into slot_clocks (organization_id, machine_id, slot, product_id, level, since, stocked_seconds, pieces) "
                    + "select * from unnest($1, $2, $3, $4, $5, $6, $7, $8) "
                    + "on conflict (machine_id, slot) do update set product_id = excluded.product_id, level = excluded.level, "
                    + "since = excluded.since, stocked_seconds = excluded.stocked_seconds, pieces = excluded.pieces")
                .Column(NpgsqlDbType.Uuid, all, c => c.OrganizationId.Value)
                .Column(NpgsqlDbType.Text, all, c => c.MachineId.Value)
                .Column(NpgsqlDbType.Text, all, c => c.Slot)
                .Column(NpgsqlDbType.Uuid, all, c => c.ProductId)
                .Column(NpgsqlDbType.Integer, all, c => c.Level)
                .Column(NpgsqlDbType.TimestampTz, all, c => c.Since)
                .Column(NpgsqlDbType.Double, all, c => c.StockedSeconds)
                .Column(NpgsqlDbType.Double, all, c => c.Pieces), ct);
    }

    private static async Task<(long Number, TimeZoneInfo Zone)> MarkAsync(
        NpgsqlConnection connection, Id<Organization> organization, CancellationToken ct)
    {
        await using var batch = Batch(
            connection,
            Sql.Of("select m.number, r.zone from sold_out_marks m left join report_marks r on r.organization_id = m.organization_id "
                + "where m.organization_id = $1 for update of m").Value(organization.Value));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return (reader.GetInt64(0), reader.IsDBNull(1) ? TimeZoneInfo.Utc : TimeZoneInfo.FindSystemTimeZoneById(reader.GetString(1)));
    }

    private static async Task<List<Moved>> MovedAsync(
        NpgsqlConnection connection, Id<Organization> organization, long done, DateTimeOffset before, CancellationToken ct)
    {
        await using var batch = Batch(
            connection,
            Sql.Of("select number, at, kind, product_id, machine_id, slot, quantity from stock_movements "
                + "where organization_id = $1 and number > $2 order by number limit $3")
                .Value(organization.Value).Value(done).Value(BatchSize));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var moved = new List<Moved>();
        while (await reader.ReadAsync(ct))
        {
            var at = reader.GetFieldValue<DateTimeOffset>(1);
            if (at >= before) break; // what comes after may still get a neighbour with a lower number
            moved.Add(new Moved(
                reader.GetInt64(0), at, reader.GetString(2), reader.GetGuid(3), reader.IsDBNull(4) ? null : MachineId.Parse(reader.GetString(4)),
                reader.IsDBNull(5) ? null : reader.GetString(5), reader.GetInt32(6)));
        }

        return moved;
    }

    private static async Task<Dictionary<(MachineId, string), SlotClock>> ClocksAsync(
        NpgsqlConnection connection, Id<Organization> organization, List<Moved> moved, CancellationToken ct)
    {
        List<(MachineId Machine, string Slot)> keys =
            [.. moved.Where(m => m is { Machine: not null, Slot: not null }).Select(m => (m.Machine!.Value, m.Slot!)).Distinct()];
        await using var batch = Batch(
            connection,
            Sql.Of("select c.machine_id, c.slot, c.product_id, c.level, c.since, c.stocked_seconds, c.pieces "
                    + "from unnest($1, $2) as k(m, s) join slot_clocks c on c.machine_id = k.m and c.slot = k.s")
                .Column(NpgsqlDbType.Text, keys, k => k.Machine.Value).Column(NpgsqlDbType.Text, keys, k => k.Slot));
        await using var reader = await batch.ExecuteReaderAsync(ct);
        var clocks = new Dictionary<(MachineId, string), SlotClock>();
        while (await reader.ReadAsync(ct))
        {
            var (machine, slot) = (MachineId.Parse(reader.GetString(0)), reader.GetString(1));
            clocks[(machine, slot)] = new SlotClock
            {
                OrganizationId = organization,
                MachineId = machine,
                Slot = slot,
                ProductId = reader.GetGuid(2),
                Level = reader.GetInt32(3),
                Since = reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4),
                StockedSeconds = reader.GetDouble(5),
                Pieces = reader.GetDouble(6),
            };
        }

        return clocks;
    }

    private static async Task RunAsync(NpgsqlConnection connection, NpgsqlBatchCommand sql, CancellationToken ct)
    {
        await using var batch = Batch(connection, sql);
        await batch.ExecuteNonQueryAsync(ct);
    }

    private static NpgsqlBatch Batch(NpgsqlConnection connection, NpgsqlBatchCommand sql) => new(connection) { BatchCommands = { sql } };

    private sealed record Moved(long Number, DateTimeOffset At, string Kind, Guid Product, MachineId? Machine, string? Slot, int Quantity);
}

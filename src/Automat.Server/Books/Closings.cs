using Automat.Domain;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Books;

/// <summary>Makes the closings of days that are over, reads them, and computes them again.</summary>
/// <param name="connection">Open; making one takes the crossing role.</param>
/// <param name="organization">Whose.</param>
internal sealed class Closings(NpgsqlConnection connection, Id<Organization> organization)
{
    /// <summary>Days are closed a little after they are over: whoever booked in their last moment has committed by then.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    /// <summary>A server that was away for long closes so many days at a time.</summary>
    private const int MostAtOnce = 31;

    /// <summary>Closes every day that is over and was not closed; returns how many.</summary>
    /// <exception cref="RuleException"><c>ledger_broken</c>.</exception>
    public async Task<int> CloseAsync(DateTimeOffset now, CancellationToken ct)
    {
        var head = await Moments.HeadAsync(connection, organization, ct);
        if (head == 0) return 0;
        var zone = await ZoneAsync(ct);
        var yesterday = DayOf(now - Grace, zone).AddDays(-1);
        var before = await NewestAsync(ct);
        var day = before?.Day.AddDays(1)
            ?? DayOf(Moments.TimeOf(await Moments.TimeOfAsync(connection, organization, 1, ct)), zone);
        var last = before?.LastSequence ?? 0;
        var closed = 0;
        for (; day <= yesterday && closed < MostAtOnce; day = day.AddDays(1), closed++)
        {
            var first = last + 1;
            last = Math.Max(last, await Moments.LastBeforeAsync(connection, organization, StartOf(day.AddDays(1), zone), ct));
            await PostingIndex.CatchUpAsync(connection, organization, ct);
            var body = await ClosingSums.OfAsync(connection, organization, first, last, ct);
            if (!await InsertAsync(day, zone.Id, first, last, body, now, ct)) return closed; // another node was faster
        }

        return closed;
    }

    /// <summary>The closing of a day; null when there is none.</summary>
    public async Task<Closing?> FindAsync(DateOnly day, CancellationToken ct) =>
        (await ReadAsync("and day = $2", ct, day)).SingleOrDefault();

    /// <summary>Closings from a day back, newest first.</summary>
    public Task<List<Closing>> ListAsync(DateOnly before, int most, CancellationToken ct) =>
        ReadAsync("and day < $2 order by day desc limit $3", ct, before, most);

    /// <summary>Whether a closing is still what the ledger gives.</summary>
    public async Task<bool> IsTrueAsync(Closing closing, CancellationToken ct) =>
        await ClosingSums.OfAsync(connection, organization, closing.FirstSequence, closing.LastSequence, ct) == closing.Body;

    private async Task<Closing?> NewestAsync(CancellationToken ct) =>
        (await ReadAsync("order by day desc limit 1", ct)).SingleOrDefault();

    private async Task<List<Closing>> ReadAsync(string which, CancellationToken ct, params object[] values)
    {
        await using var command = new NpgsqlCommand(
            "select day, zone, first_sequence, last_sequence, body, created_at from closings where organization_id = $1 " + which,
            connection);
        command.Parameters.Add(new NpgsqlParameter { Value = organization.Value });
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var closings = new List<Closing>();
        while (await reader.ReadAsync(ct))
        {
            closings.Add(new Closing
            {
                OrganizationId = organization,
                Day = reader.GetFieldValue<DateOnly>(0),
                Zone = reader.GetString(1),
                FirstSequence = reader.GetInt64(2),
                LastSequence = reader.GetInt64(3),
                Body = reader.GetString(4),
                CreatedAt = reader.GetFieldValue<DateTimeOffset>(5),
            });
        }

        return closings;
    }

    private async Task<bool> InsertAsync(
        DateOnly day, string zone, long first, long last, string body, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "insert into closings (organization_id, day, zone, first_sequence, last_sequence, body, created_at) "
            + "values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing", connection);
        command.Parameters.Add(new NpgsqlParameter { Value = organization.Value });
        command.Parameters.Add(new NpgsqlParameter { Value = day, NpgsqlDbType = NpgsqlDbType.Date });
        command.Parameters.Add(new NpgsqlParameter { Value = zone });
        command.Parameters.Add(new NpgsqlParameter { Value = first });
        command.Parameters.Add(new NpgsqlParameter { Value = last });
        command.Parameters.Add(new NpgsqlParameter { Value = body });
        command.Parameters.Add(new NpgsqlParameter { Value = now.ToUniversalTime() });
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }

    /// <summary>The zone most of the organisation's machines stand in; UTC where it has none.</summary>
    private async Task<TimeZoneInfo> ZoneAsync(CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select time_zone from machines where organization_id = $1 group by time_zone order by count(*) desc, time_zone limit 1",
            connection);
        command.Parameters.Add(new NpgsqlParameter { Value = organization.Value });
        return await command.ExecuteScalarAsync(ct) is string id && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)
            ? zone
            : TimeZoneInfo.Utc;
    }

    private static DateOnly DayOf(DateTimeOffset moment, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);

    /// <summary>The first moment of a day; where clocks jump at midnight, the first there is.</summary>
    internal static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(15);
        // Of a midnight that comes twice the first one.
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset);
    }
}

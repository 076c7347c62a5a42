using Automat.Domain;
using Automat.Domain.Ledger;
using Npgsql;

namespace Automat.Server.Books;

/// <summary>Which entries belong to a time. Numbers and times run together, so a moment is found by halving, not by reading.</summary>
internal static class Moments
{
    /// <summary>Number of the last entry before a moment; 0 when there is none.</summary>
    public static async Task<long> LastBeforeAsync(
        NpgsqlConnection connection, Id<Organization> organization, DateTimeOffset moment, CancellationToken ct)
    {
        var (low, high) = (0L, await HeadAsync(connection, organization, ct));
        var wanted = Chain.Timestamp(moment);
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            if (await TimeOfAsync(connection, organization, middle, ct) < wanted) low = middle;
            else high = middle - 1;
        }

        return low;
    }

    /// <summary>Number of the newest entry; 0 when there is none.</summary>
    public static async Task<long> HeadAsync(NpgsqlConnection connection, Id<Organization> organization, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select coalesce(max(sequence), 0) from ledger_heads where organization_id = $1", connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = organization.Value });
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>When an entry was booked, Unix microseconds.</summary>
    /// <exception cref="RuleException"><c>ledger_broken</c> when the entry is missing.</exception>
    public static async Task<long> TimeOfAsync(
        NpgsqlConnection connection, Id<Organization> organization, long sequence, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select timestamp from ledger_entries where organization_id = $1 and sequence = $2", connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = organization.Value });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = sequence });
        return await command.ExecuteScalarAsync(ct) as long?
            ?? throw new RuleException("ledger_broken", $"Row {sequence} of the ledger is missing.");
    }

    /// <summary>Unix microseconds as a time.</summary>
    public static DateTimeOffset TimeOf(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * 10);
}

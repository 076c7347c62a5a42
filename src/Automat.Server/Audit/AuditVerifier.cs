using System.Globalization;
using System.Runtime.CompilerServices;
using Automat.Domain;
using Automat.Domain.Audit;
using Automat.Domain.Ledger;
using Automat.Server.Data;
using Npgsql;

namespace Automat.Server.Audit;

/// <summary>
/// Proves that nobody changed the log: recomputes every hash from what stands in the row, follows the chain and compares it
/// with the head. It reads only, beside a server that goes on writing, and shares no code with what made the hashes.
/// </summary>
/// <param name="address">The database; it is read under the crossing role.</param>
public sealed class AuditVerifier(DatabaseAddress address)
{
    private const long TellEvery = 10_000;

    /// <summary>Verifies one log after the other, each in a snapshot of its own.</summary>
    /// <param name="organization">Id or name of an organisation, or <c>platform</c>; null for all.</param>
    /// <param name="progress">Hears now and then how far it has come.</param>
    /// <param name="ct">Ends it early.</param>
    /// <exception cref="RuleException"><c>organization_unknown</c>, <c>organization_ambiguous</c>.</exception>
    /// <exception cref="NpgsqlException">The database cannot be reached or refused to be read.</exception>
    public async IAsyncEnumerable<AuditVerdict> VerifyAsync(
        string? organization = null, IProgress<AuditProgress>? progress = null,
        [EnumeratorCancellation] CancellationToken ct = default)
    {
        IReadOnlyList<FoundLog> logs;
        await using (var connection = await Snapshot.OpenAsync(address, ct))
        {
            logs = await FoundLog.FindAsync(connection, organization, ct);
        }

        foreach (var log in logs) yield return await VerifyAsync(log.Organization, progress, ct);
    }

    /// <summary>Verifies the log of one organisation.</summary>
    public async Task<AuditVerdict> VerifyAsync(
        Id<Organization> organization, IProgress<AuditProgress>? progress, CancellationToken ct)
    {
        await using var connection = await Snapshot.OpenAsync(address, ct);
        // Found again: the head must be that of the snapshot which the events are read in.
        var log = (await FoundLog.FindAsync(connection, organization.ToString(), ct))[0];
        var (next, head) = (1L, AuditChain.Genesis.ToArray());
        await using var command = new NpgsqlCommand(
            "select id, number, previous_hash, hash, at, actor_kind, actor, on_behalf_of, origin, action, subject_type, subject, "
            + "changes, reason, correlation_id from audit_events where organization_id = $1 order by number", connection);
        command.Parameters.Add(new() { Value = organization.Value });
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            if (Check(reader, organization, next, head) is { } wrong)
            {
                return new AuditVerdict(organization, log.Name, next - 1, head, wrong);
            }

            head = reader.GetFieldValue<byte[]>(3);
            if (next++ % TellEvery == 0) progress?.Report(new AuditProgress(log.Name, next - 1, log.Number ?? 0));
        }

        return new AuditVerdict(organization, log.Name, next - 1, head, CheckHead(log, next - 1, head));
    }

    private static AuditBreak? Check(NpgsqlDataReader row, Id<Organization> organization, long next, byte[] head)
    {
        if (row.IsDBNull(1)) return new(null, AuditBreakCode.RowUnexpected, $"Event {row.GetGuid(0)} has no number.");
        var number = row.GetInt64(1);
        if (number < next) return new(number, AuditBreakCode.RowUnexpected, $"No event has the number {Text(number)}.");
        if (number > next)
        {
            return new(next, AuditBreakCode.RowMissing,
                $"The row is missing; after row {Text(next - 1)} comes row {Text(number)}.");
        }

        if (row.IsDBNull(2) || !row.GetFieldValue<byte[]>(2).AsSpan().SequenceEqual(head))
        {
            return new(number, AuditBreakCode.LinkBroken,
                "The row does not follow the row before it: its link was changed, or rows were exchanged or put in.");
        }

        return !row.IsDBNull(3) && row.GetFieldValue<byte[]>(3).AsSpan().SequenceEqual(AuditChain.Hash(head, Read(row, organization)))
            ? null
            : new(number, AuditBreakCode.ContentChanged, "The hash does not come from this row: something in it was changed.");
    }

    private static AuditBreak? CheckHead(FoundLog log, long last, byte[] head)
    {
        if (log.Number is not { } told)
        {
            return last == 0 ? null : new(null, AuditBreakCode.HeadMissing, "The log has events and no head row.");
        }

        if (told > last)
        {
            return new(last + 1, AuditBreakCode.TailMissing,
                $"The row is missing; the head says that row {Text(told)} is the newest.");
        }

        if (told < last)
        {
            return new(told + 1, AuditBreakCode.RowBeyondHead,
                $"The row is not the log's; the head says that row {Text(told)} is the newest.");
        }

        return head.AsSpan().SequenceEqual(log.Head)
            ? null
            : new(last, AuditBreakCode.HeadDiffers,
                "The newest row is not the one the head names: the head was changed, or the log was written anew.");
    }

    private static AuditRecord Read(NpgsqlDataReader row, Id<Organization> organization) => new()
    {
        Id = row.GetGuid(0),
        Organization = organization.Value,
        Number = row.GetInt64(1),
        At = Chain.Timestamp(row.GetFieldValue<DateTimeOffset>(4)),
        ActorKind = row.GetString(5),
        Actor = row.GetString(6),
        OnBehalfOf = Optional(row, 7),
        Origin = Optional(row, 8),
        Action = row.GetString(9),
        SubjectType = row.GetString(10),
        Subject = row.GetString(11),
        Changes = row.GetString(12),
        Reason = Optional(row, 13),
        CorrelationId = Optional(row, 14),
    };

    private static string? Optional(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>A log and its head as one snapshot sees them.</summary>
/// <param name="Organization">Whose.</param>
/// <param name="Name">The organisation's name.</param>
/// <param name="Number">Number of the newest event by the head row; null when there is none.</param>
/// <param name="Head">Its hash by the head row.</param>
internal sealed record FoundLog(Id<Organization> Organization, string Name, long? Number, byte[] Head)
{
    /// <summary>The logs that are asked for: of organisations, and those of which only events are left.</summary>
    /// <exception cref="RuleException"><c>organization_unknown</c>, <c>organization_ambiguous</c>.</exception>
    public static async Task<IReadOnlyList<FoundLog>> FindAsync(NpgsqlConnection connection, string? organization, CancellationToken ct)
    {
        var logs = new List<FoundLog>();
        await using (var command = new NpgsqlCommand(
            """
            with recursive written(id) as (
                (select organization_id from audit_events order by organization_id limit 1)
                union all
                select (select organization_id from audit_events where organization_id > w.id
                    order by organization_id limit 1)
                from written w where w.id is not null)
            select l.id, case when l.id = $2 then 'platform' else coalesce(o.name, l.id::text) end, h.number, h.hash
            from (select id from written where id is not null union select organization_id from audit_heads
                union select id from organizations union select $2) l
            left join organizations o on o.id = l.id
            left join audit_heads h on h.organization_id = l.id
            where $1::text is null or o.name = $1 or l.id::text = lower($1) or (l.id = $2 and $1 = 'platform')
            order by l.id
            """, connection))
        {
            command.Parameters.Add(new() { Value = (object?)organization ?? DBNull.Value });
            command.Parameters.Add(new() { Value = AuditLog.Platform.Value });
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                logs.Add(new FoundLog(
                    new Id<Organization>(reader.GetGuid(0)), reader.GetString(1),
                    reader.IsDBNull(2) ? null : reader.GetInt64(2),
                    reader.IsDBNull(3) ? [] : reader.GetFieldValue<byte[]>(3)));
            }
        }

        return (organization, logs.Count) switch
        {
            (not null, 0) => throw new RuleException("organization_unknown", $"There is no organisation {organization}."),
            (not null, > 1) => throw new RuleException("organization_ambiguous",
                $"{logs.Count} organisations are called {organization}; use the id."),
            _ => logs,
        };
    }
}

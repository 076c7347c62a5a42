using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Audit;

/// <summary>Who does something, noted for later: a journal's command decides when the request's scope may be gone.</summary>
/// <param name="Kind">What kind of somebody.</param>
/// <param name="Id">Their id; never a name.</param>
/// <param name="OnBehalfOf">Whom a program acts for.</param>
/// <param name="Origin">Where it came from, coarsely.</param>
/// <param name="Correlation">What the server's log calls the same request.</param>
public sealed record AuditSignature(ActorKind Kind, string Id, string? OnBehalfOf, string? Origin, string? Correlation)
{
    /// <summary>The signature of whoever does the work at hand.</summary>
    public static AuditSignature Of(Actor actor) =>
        new(actor.Kind, actor.Id, actor.OnBehalfOf, actor.Origin, actor.Correlation);
}

/// <summary>
/// The audit's share in a journal batch: what a command notes is written in the transaction that moves the money, so that
/// neither is ever without the other. Nothing is loaded; the database numbers and hashes the events at the commit.
/// </summary>
public sealed class AuditRows : IJournalTable
{
    private readonly List<Noted> accepted = [];
    private readonly List<Noted> pending = [];

    /// <summary>Notes an act of the present command.</summary>
    /// <param name="organization">Whose log.</param>
    /// <param name="by">Who did it.</param>
    /// <param name="now">When.</param>
    /// <param name="action">Stable word for what was done, such as <c>refund.approved</c>.</param>
    /// <param name="subjectType">What kind of thing it was done to.</param>
    /// <param name="subject">Its id.</param>
    /// <param name="reason">Why, as somebody said; cut after 500 characters, never personal data.</param>
    public void Note(
        Id<Organization> organization, AuditSignature by, DateTimeOffset now, string action, string subjectType, string subject,
        string? reason = null)
    {
        var noted = new AuditEvent
        {
            Id = Id<AuditEvent>.New(now),
            OrganizationId = organization,
            Action = action,
            SubjectType = subjectType,
            Subject = subject,
            Reason = AuditLog.ReasonOf(reason),
        };
        pending.Add(new Noted(noted, by, now.ToUniversalTime()));
    }

    /// <inheritdoc/>
    public bool AddLoad(NpgsqlBatch batch) => false;

    /// <inheritdoc/>
    public Task ReadAsync(NpgsqlDataReader reader, CancellationToken ct) => Task.CompletedTask;

    /// <inheritdoc/>
    public void AddWrites(NpgsqlBatch batch)
    {
        if (accepted.Count == 0) return;
        batch.BatchCommands.Add(
            Sql.Of("insert into audit_events (id, organization_id, at, actor_kind, actor, on_behalf_of, origin, action, "
                    + "subject_type, subject, changes, reason, correlation_id) "
                    + "select a, b, c, d, e, f, g, h, i, j, '{}', k, l from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) "
                    + "as n(a, b, c, d, e, f, g, h, i, j, k, l)")
                .Column(NpgsqlDbType.Uuid, accepted, n => n.Event.Id.Value)
                .Column(NpgsqlDbType.Uuid, accepted, n => n.Event.OrganizationId.Value)
                .Column(NpgsqlDbType.TimestampTz, accepted, n => n.At)
                .Column(NpgsqlDbType.Text, accepted, n => n.By.Kind.ToString())
                .Column(NpgsqlDbType.Text, accepted, n => n.By.Id)
                .Column(NpgsqlDbType.Text, accepted, n => n.By.OnBehalfOf)
                .Column(NpgsqlDbType.Text, accepted, n => n.By.Origin)
                .Column(NpgsqlDbType.Text, accepted, n => n.Event.Action)
                .Column(NpgsqlDbType.Text, accepted, n => n.Event.SubjectType)
                .Column(NpgsqlDbType.Text, accepted, n => n.Event.Subject)
                .Column(NpgsqlDbType.Text, accepted, n => n.Event.Reason)
                .Column(NpgsqlDbType.Text, accepted, n => n.By.Correlation));
    }

    /// <inheritdoc/>
    public void Accept()
    {
        accepted.AddRange(pending);
        pending.Clear();
    }

    /// <inheritdoc/>
    public void Discard() => pending.Clear();

    private sealed record Noted(AuditEvent Event, AuditSignature By, DateTimeOffset At);
}

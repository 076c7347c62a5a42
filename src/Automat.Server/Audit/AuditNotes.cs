using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Audit;

/// <summary>
/// The audit's share in a journal batch: what a command did on somebody's behalf is committed with what it booked, or not at
/// all. The ledger tells what moved; this tells who wanted it and why.
/// </summary>
public sealed class AuditNotes : IJournalTable
{
    private readonly List<AuditEvent> noted = [];
    private readonly List<AuditEvent> accepted = [];

    /// <summary>Writes down what the present command did; forgotten when the command is refused.</summary>
    /// <param name="actor">Who wanted it; of the request or worker that made the command.</param>
    /// <param name="organization">Whose log.</param>
    /// <param name="action">Stable word for what was done, such as <c>chip.topped_up</c>.</param>
    /// <param name="subjectType">What kind of thing it was done to.</param>
    /// <param name="subject">Its id.</param>
    /// <param name="reason">Why, as somebody said; cut after 500 characters, never personal data.</param>
    /// <param name="now">When: the time the command is decided at.</param>
    /// <exception cref="InvalidOperationException">Nobody said who does it.</exception>
    public void Note(
        Actor actor, Id<Organization> organization, string action, string subjectType, string subject, string? reason,
        DateTimeOffset now)
    {
        var made = AuditLog.Made(organization, action, subjectType, subject, reason, Id<AuditEvent>.New(now));
        made.Complete(actor, now, "{}");
        noted.Add(made);
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
                    + "select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)")
                .Column(NpgsqlDbType.Uuid, accepted, a => a.Id.Value)
                .Column(NpgsqlDbType.Uuid, accepted, a => a.OrganizationId.Value)
                .Column(NpgsqlDbType.TimestampTz, accepted, a => a.At)
                .Column(NpgsqlDbType.Text, accepted, a => a.ActorKind.ToString())
                .Column(NpgsqlDbType.Text, accepted, a => a.Actor)
                .Column(NpgsqlDbType.Text, accepted, a => a.OnBehalfOf)
                .Column(NpgsqlDbType.Text, accepted, a => a.Origin)
                .Column(NpgsqlDbType.Text, accepted, a => a.Action)
                .Column(NpgsqlDbType.Text, accepted, a => a.SubjectType)
                .Column(NpgsqlDbType.Text, accepted, a => a.Subject)
                .Column(NpgsqlDbType.Text, accepted, a => a.Changes)
                .Column(NpgsqlDbType.Text, accepted, a => a.Reason)
                .Column(NpgsqlDbType.Text, accepted, a => a.CorrelationId));
    }

    /// <inheritdoc/>
    public void Accept()
    {
        accepted.AddRange(noted);
        noted.Clear();
    }

    /// <inheritdoc/>
    public void Discard() => noted.Clear();
}

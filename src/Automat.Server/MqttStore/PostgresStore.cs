using Automat.Domain;
using Automat.Mqtt.Broker;
using Automat.Server.Data;
using Automat.Server.Machines;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.MqttStore;

/// <summary>
/// Keeps the broker's sessions and retained messages in the database, all changes of a moment in one round trip. One broker
/// works on it at a time. Commands that move money are not here: they have their own table and their own promises.
/// </summary>
internal sealed class PostgresStore(CrossingDataSource database, IServiceScopeFactory scopes, MachineDirectory machines)
    : IMqttStore
{
    public async Task<MqttStored> LoadAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("one broker serves the machines of all");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var copies = (await db.Set<MqttMessageRow>().AsNoTracking().OrderBy(m => m.Sequence).ToListAsync(ct))
            .ToLookup(m => new MqttSessionKey(m.Identity, m.ClientId), MqttJson.ReadCopy);
        var sessions = await db.Set<MqttSessionRow>().AsNoTracking().ToListAsync(ct);
        var retained = await db.Set<MqttRetainedRow>().AsNoTracking().ToListAsync(ct);
        return new MqttStored(
            [.. sessions.Select(MqttJson.ReadSession)
                .Select(s => (s, (IReadOnlyList<MqttStoredCopy>)[.. copies[s.Key]]))],
            [.. retained.Select(MqttJson.ReadRetained)]);
    }

    public async Task SaveAsync(MqttChanges changes, CancellationToken ct)
    {
        var owners = await OwnersAsync(changes, ct);
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        if (changes.Ended.Count > 0) End(batch, changes.Ended);
        // Whoever is no machine, as the operator at the console, has nothing that has to last.
        var sessions = changes.Sessions.Where(s => owners.ContainsKey(s.Key.Identity)).ToList();
        if (sessions.Count > 0) Put(batch, sessions, owners);
        if (changes.Done.Count > 0) Take(batch, changes.Done);
        var copies = changes.Copies.Where(c => owners.ContainsKey(c.Key.Identity)).ToList();
        if (copies.Count > 0) Put(batch, copies, owners);
        if (changes.Retained.Count > 0) Put(batch, changes.Retained, await TopicOwnersAsync(changes.Retained, ct));
        if (changes.Cleared.Count > 0)
        {
            batch.BatchCommands.Add(Sql.Of("delete from mqtt_retained where topic = any($1)")
                .Column(NpgsqlDbType.Text, changes.Cleared, t => t));
        }

        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(ct);
    }

    private static void End(NpgsqlBatch batch, IReadOnlyList<MqttSessionKey> ended)
    {
        foreach (var table in new[] { "mqtt_messages", "mqtt_sessions" })
        {
            batch.BatchCommands.Add(
                Sql.Of($"delete from {table} t using unnest($1, $2) as n(i, c) where t.identity = n.i and t.client_id = n.c")
                    .Column(NpgsqlDbType.Text, ended, k => k.Identity)
                    .Column(NpgsqlDbType.Text, ended, k => k.ClientId));
        }
    }

    private static void Put(
        NpgsqlBatch batch, IReadOnlyList<MqttStoredSession> sessions, Dictionary<string, Id<Organization>> owners) =>
        batch.BatchCommands.Add(
            Sql.Of("insert into mqtt_sessions (identity, client_id, organization_id, expires_after, offline_since, state) "
                    + "select i, c, o, e, f, s::jsonb from unnest($1, $2, $3, $4, $5, $6) as n(i, c, o, e, f, s) "
                    + "on conflict (identity, client_id) do update set expires_after = excluded.expires_after, "
                    + "offline_since = excluded.offline_since, state = excluded.state")
                .Column(NpgsqlDbType.Text, sessions, s => s.Key.Identity)
                .Column(NpgsqlDbType.Text, sessions, s => s.Key.ClientId)
                .Column(NpgsqlDbType.Uuid, sessions, s => owners[s.Key.Identity].Value)
                .Column(NpgsqlDbType.Bigint, sessions, s => (long)s.ExpiresAfter.TotalSeconds)
                .Column(NpgsqlDbType.TimestampTz, sessions, s => s.OfflineSince)
                .Column(NpgsqlDbType.Text, sessions, MqttJson.StateOf));

    private static void Take(NpgsqlBatch batch, IReadOnlyList<(MqttSessionKey Key, long Sequence)> done) =>
        batch.BatchCommands.Add(
            Sql.Of("delete from mqtt_messages m using unnest($1, $2, $3) as n(i, c, s) "
                    + "where m.identity = n.i and m.client_id = n.c and m.sequence = n.s")
                .Column(NpgsqlDbType.Text, done, d => d.Key.Identity)
                .Column(NpgsqlDbType.Text, done, d => d.Key.ClientId)
                .Column(NpgsqlDbType.Bigint, done, d => d.Sequence));

    private static void Put(
        NpgsqlBatch batch, IReadOnlyList<(MqttSessionKey Key, MqttStoredCopy Copy)> copies,
        Dictionary<string, Id<Organization>> owners) => batch.BatchCommands.Add(
        Sql.Of("insert into mqtt_messages (identity, client_id, sequence, organization_id, topic, payload, qos, retain, "
                + "packet_id, awaited, expires_at, details) select i, c, s, o, t, p, q, r, d, a, e, x::jsonb "
                + "from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) "
                + "as n(i, c, s, o, t, p, q, r, d, a, e, x) on conflict (identity, client_id, sequence) "
                + "do update set packet_id = excluded.packet_id, awaited = excluded.awaited")
            .Column(NpgsqlDbType.Text, copies, c => c.Key.Identity)
            .Column(NpgsqlDbType.Text, copies, c => c.Key.ClientId)
            .Column(NpgsqlDbType.Bigint, copies, c => c.Copy.Sequence)
            .Column(NpgsqlDbType.Uuid, copies, c => owners[c.Key.Identity].Value)
            .Column(NpgsqlDbType.Text, copies, c => c.Copy.Content.Message.Topic)
            .Column(NpgsqlDbType.Bytea, copies, c => c.Copy.Content.Message.Payload.ToArray())
            .Column(NpgsqlDbType.Smallint, copies, c => (short)c.Copy.Qos)
            .Column(NpgsqlDbType.Boolean, copies, c => c.Copy.Retain)
            .Column(NpgsqlDbType.Integer, copies, c => (int)c.Copy.PacketId)
            .Column(NpgsqlDbType.Smallint, copies, c => (short)c.Copy.Awaited)
            .Column(NpgsqlDbType.TimestampTz, copies, c => c.Copy.Content.ExpiresAt)
            .Column(NpgsqlDbType.Text, copies, c => MqttJson.DetailsOf(c.Copy.Content.Message, c.Copy.Identifiers)));

    private static void Put(
        NpgsqlBatch batch, IReadOnlyList<MqttStoredMessage> retained, Dictionary<string, Id<Organization>> owners) =>
        batch.BatchCommands.Add(
            Sql.Of("insert into mqtt_retained (topic, organization_id, payload, qos, expires_at, details) "
                    + "select t, o, p, q, e, x::jsonb from unnest($1, $2, $3, $4, $5, $6) as n(t, o, p, q, e, x) "
                    + "on conflict (topic) do update set organization_id = excluded.organization_id, "
                    + "payload = excluded.payload, qos = excluded.qos, expires_at = excluded.expires_at, "
                    + "details = excluded.details")
                .Column(NpgsqlDbType.Text, retained, r => r.Message.Topic)
                .Column(NpgsqlDbType.Uuid, retained,
                    r => owners.TryGetValue(r.Message.Topic, out var owner) ? owner.Value : (Guid?)null)
                .Column(NpgsqlDbType.Bytea, retained, r => r.Message.Payload.ToArray())
                .Column(NpgsqlDbType.Smallint, retained, r => (short)r.Message.Qos)
                .Column(NpgsqlDbType.TimestampTz, retained, r => r.ExpiresAt)
                .Column(NpgsqlDbType.Text, retained, r => MqttJson.DetailsOf(r.Message)));

    private async Task<Dictionary<string, Id<Organization>>> OwnersAsync(MqttChanges changes, CancellationToken ct)
    {
        var owners = new Dictionary<string, Id<Organization>>(StringComparer.Ordinal);
        var names = changes.Sessions.Select(s => s.Key.Identity).Concat(changes.Copies.Select(c => c.Key.Identity));
        foreach (var name in names.Distinct(StringComparer.Ordinal))
            if (await OwnerAsync(name, ct) is { } owner) owners[name] = owner;
        return owners;
    }

    /// <summary>A topic belongs to whose machine it names.</summary>
    private async Task<Dictionary<string, Id<Organization>>> TopicOwnersAsync(
        IReadOnlyList<MqttStoredMessage> retained, CancellationToken ct)
    {
        var owners = new Dictionary<string, Id<Organization>>(StringComparer.Ordinal);
        foreach (var topic in retained.Select(r => r.Message.Topic))
        {
            foreach (var level in topic.Split('/'))
            {
                if (await OwnerAsync(level, ct) is not { } owner) continue;
                owners[topic] = owner;
                break;
            }
        }

        return owners;
    }

    private async ValueTask<Id<Organization>?> OwnerAsync(string name, CancellationToken ct) =>
        MachineId.TryParse(name, out var id) ? (await machines.FindAsync(id, ct))?.OrganizationId : null;
}

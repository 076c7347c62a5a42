using System.Collections.Concurrent;
using System.Security.Cryptography;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Journal;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Chips;

/// <summary>An organisation's key for the hashes of its chips' UIDs, wrapped by data protection. The newest one counts.</summary>
internal sealed record ChipKey
{
    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>From 1; chips name it.</summary>
    public required int Version { get; init; }

    /// <summary>32 random bytes, protected.</summary>
    public required byte[] ProtectedKey { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>
/// The newest key's number in a journal batch: who issues a chip while the key is exchanged learns of it. A newer key is a new
/// row and takes the place of the one before; the keys themselves are not read.
/// </summary>
internal sealed class ChipKeyRows() : JournalTable<Id<Organization>, ChipKey>(_columns)
{
    private static readonly JournalColumns<ChipKey> _columns = new JournalColumns<ChipKey>("chip_keys")
        .Key("organization_id", NpgsqlDbType.Uuid, k => k.OrganizationId.Value)
        .Key("version", NpgsqlDbType.Integer, k => k.Version)
        .Once("protected_key", NpgsqlDbType.Bytea, k => k.ProtectedKey)
        .Once("created_at", NpgsqlDbType.TimestampTz, k => k.CreatedAt);

    protected override Id<Organization> KeyOf(ChipKey row) => row.OrganizationId;

    protected override NpgsqlBatchCommand LoadCommand(IReadOnlyCollection<Id<Organization>> keys) =>
        Sql.Of("select distinct on (organization_id) organization_id, version, created_at from chip_keys "
                + "where organization_id = any($1) order by organization_id, version desc")
            .Column(NpgsqlDbType.Uuid, keys, k => k.Value);

    protected override ChipKey Read(NpgsqlDataReader reader) => new()
    {
        OrganizationId = new Id<Organization>(reader.GetGuid(0)),
        Version = reader.GetInt32(1),
        ProtectedKey = [],
        CreatedAt = reader.GetFieldValue<DateTimeOffset>(2),
    };

    protected override NpgsqlBatchCommand UpdateCommand(IReadOnlyList<ChipKey> updates) => InsertCommand(updates);
}

/// <summary>An organisation's keys, newest first.</summary>
internal sealed record ChipKeyRing(IReadOnlyList<(int Version, byte[] Key)> Keys)
{
    /// <summary>The number of the one that counts.</summary>
    public int Newest => Keys[0].Version;

    /// <summary>What a new chip is found by.</summary>
    public byte[] Hash(ChipUid uid) => uid.HashUnder(Keys[0].Key);

    /// <summary>Everything a chip with this UID may be found by.</summary>
    public byte[][] Hashes(ChipUid uid) => [.. Keys.Select(k => uid.HashUnder(k.Key))];
}

/// <summary>
/// Finds an organisation's keys, and makes the first when there is none yet. A UID has 32 to 80 bits, mostly fewer that matter:
/// without the key anybody who copied the table of chips could try them all in seconds.
/// </summary>
internal sealed class ChipKeys(IServiceScopeFactory scopes, IDataProtectionProvider protection, TimeProvider clock)
{
    private readonly ConcurrentDictionary<Id<Organization>, ChipKeyRing> known = new();
    private readonly IDataProtector protector = protection.CreateProtector("Automat.Chips.UidKey.v1");

    /// <summary>The keys as they were last seen.</summary>
    public async ValueTask<ChipKeyRing> OfAsync(Id<Organization> organization, CancellationToken ct) =>
        known.TryGetValue(organization, out var ring) ? ring : await LookAsync(organization, ct);

    /// <summary>The keys as they are: another node may have exchanged them.</summary>
    public async Task<ChipKeyRing> LookAsync(Id<Organization> organization, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeOf(organization);
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var stored = await StoredAsync(db, organization, ct);
        if (stored.Count == 0)
        {
            // Two nodes may make it at the same moment: the first one stays, and both read that.
            await db.Database.ExecuteSqlAsync(
                $"""
                 insert into chip_keys (organization_id, version, protected_key, created_at)
                 values ({organization.Value}, 1, {NewKey()}, {clock.GetUtcNow()})
                 on conflict do nothing
                 """, ct);
            stored = await StoredAsync(db, organization, ct);
        }

        return known[organization] = new ChipKeyRing([.. stored.Select(k => (k.Version, protector.Unprotect(k.ProtectedKey)))]);
    }

    /// <summary>A new key, wrapped.</summary>
    public byte[] NewKey() => protector.Protect(RandomNumberGenerator.GetBytes(32));

    private static Task<List<ChipKey>> StoredAsync(AutomatDb db, Id<Organization> organization, CancellationToken ct) =>
        db.Set<ChipKey>().AsNoTracking().Where(k => k.OrganizationId == organization)
            .OrderByDescending(k => k.Version).ToListAsync(ct);
}

using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Chips;

/// <summary>
/// Which UIDs are given out already, as the commands of a batch have left it. Issuing is ordered by the organisation's ledger
/// like everything in the journal, so two who issue the same UID at once cannot both get it.
/// </summary>
internal sealed class ChipUids : IJournalTable
{
    private readonly HashSet<UidKey> asked = [];
    private readonly HashSet<UidKey> taken = [];
    private readonly HashSet<UidKey> pending = [];

    public void Ask(Id<Organization> organization, IEnumerable<byte[]> hashes)
    {
        foreach (var hash in hashes) asked.Add(UidKey.Of(organization, hash));
    }

    /// <summary>Whether a chip has this UID, under whichever key its hash was made.</summary>
    public bool IsTaken(Id<Organization> organization, IEnumerable<byte[]> hashes) => hashes
        .Select(hash => UidKey.Of(organization, hash)).Any(key => taken.Contains(key) || pending.Contains(key));

    public void Take(Id<Organization> organization, byte[] hash) => pending.Add(UidKey.Of(organization, hash));

    public bool AddLoad(NpgsqlBatch batch)
    {
        if (asked.Count == 0) return false;
        batch.BatchCommands.Add(
            Sql.Of("select c.* from unnest($1, $2) as k(o, h), lateral (select organization_id, uid_hash from chips "
                    + "where organization_id = k.o and uid_hash = k.h offset 0) c")
                .Column(NpgsqlDbType.Uuid, asked, a => a.Organization.Value)
                .Column(NpgsqlDbType.Bytea, asked, a => Convert.FromHexString(a.Hash)));
        asked.Clear();
        return true;
    }

    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        while (await reader.ReadAsync(ct))
        {
            taken.Add(UidKey.Of(new Id<Organization>(reader.GetGuid(0)), reader.GetFieldValue<byte[]>(1)));
        }
    }

    public void AddWrites(NpgsqlBatch batch)
    {
        // They are written with their chips.
    }

    public void Accept()
    {
        taken.UnionWith(pending);
        pending.Clear();
    }

    public void Discard() => pending.Clear();

    private readonly record struct UidKey(Id<Organization> Organization, string Hash)
    {
        public static UidKey Of(Id<Organization> organization, byte[] hash) => new(organization, Convert.ToHexString(hash));
    }
}

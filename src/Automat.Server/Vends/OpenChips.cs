using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Vends;

/// <summary>
/// Which chips have an open sale, as the commands of a batch have left it. The index <c>ux_vends_open_chip</c> keeps the same
/// promise against everybody else; here it is answered with a sentence.
/// </summary>
internal sealed class OpenChips : IJournalTable
{
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> loaded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Id<Vend>> open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Id<Vend>?> changes = new(StringComparer.Ordinal);

    /// <summary>Says that a command must know whether this chip has an open sale.</summary>
    public void Ask(string chip)
    {
        if (!loaded.Contains(chip)) asked.Add(chip);
    }

    /// <summary>The chip's open sale; null when it has none.</summary>
    public Id<Vend>? Of(string chip)
    {
        if (changes.TryGetValue(chip, out var changed)) return changed;
        return open.TryGetValue(chip, out var vend) ? vend : null;
    }

    /// <summary>A sale moved.</summary>
    public void Follow(Vend vend)
    {
        if (!vend.Tender.IsChip) return;
        var chip = vend.Tender.Reference;
        if (VendLife.IsOpen(vend.Status)) changes[chip] = vend.Id;
        else if (Of(chip) == vend.Id) changes[chip] = null;
    }

    public bool AddLoad(NpgsqlBatch batch)
    {
        if (asked.Count == 0) return false;
        // Key by key ("offset 0"), each a look into the index of open chips.
        batch.BatchCommands.Add(
            Sql.Of("select v.* from unnest($1) as k(c), lateral (select tender_reference, id from vends "
                    + "where tender_reference = k.c and tender_kind in ('Chip', 'FreeVend') "
                    + "and status in ('Reserved', 'Delivering', 'Unknown') offset 0) v")
                .Column(NpgsqlDbType.Text, asked, c => c));
        loaded.UnionWith(asked);
        asked.Clear();
        return true;
    }

    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        while (await reader.ReadAsync(ct)) open[reader.GetString(0)] = new Id<Vend>(reader.GetGuid(1));
    }

    public void AddWrites(NpgsqlBatch batch)
    {
        // What is open is written with its vend.
    }

    public void Accept()
    {
        foreach (var (chip, vend) in changes)
        {
            if (vend is { } id) open[chip] = id;
            else open.Remove(chip);
        }

        changes.Clear();
    }

    public void Discard() => changes.Clear();
}

using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Chips;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Chips;

/// <summary>
/// What chips bought lately, as the commands of a batch have left it: limits are counted from it, and so is what is left of
/// credit that expires. Asked for only where it matters; one statement for all chips of a batch.
/// </summary>
public sealed class ChipUses : IJournalTable
{
    private readonly Dictionary<string, DateTimeOffset> asked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> loaded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<Id<Vend>, ChipUse>> uses = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Chip, Id<Vend> Vend), ChipUse> changes = [];
    private readonly Dictionary<MachineId, string?> groups = [];

    /// <summary>Says that a command must know what a chip bought since then, and what it is buying now.</summary>
    public void Ask(Id<Chip> chip, DateTimeOffset since)
    {
        var name = chip.ToString();
        if (loaded.TryGetValue(name, out var known) && known <= since) return;
        if (!asked.TryGetValue(name, out var other) || since < other) asked[name] = since;
    }

    /// <summary>Says which group a machine belongs to, for what is bought at it now.</summary>
    public void Remember(MachineId machine, string? group) => groups[machine] = group;

    /// <summary>What it bought, at least since the time asked for.</summary>
    public IReadOnlyCollection<ChipUse> Of(Id<Chip> chip)
    {
        var name = chip.ToString();
        var all = new Dictionary<Id<Vend>, ChipUse>(uses.GetValueOrDefault(name) ?? []);
        foreach (var ((whose, vend), use) in changes)
        {
            if (whose == name) all[vend] = use;
        }

        return all.Values;
    }

    /// <summary>A sale moved.</summary>
    public void Follow(Vend vend)
    {
        if (!vend.Tender.IsChip || !loaded.ContainsKey(vend.Tender.Reference)) return;
        var key = (vend.Tender.Reference, vend.Id);
        var group = changes.TryGetValue(key, out var before) || uses.GetValueOrDefault(vend.Tender.Reference)?.TryGetValue(vend.Id, out before) is true
            ? before!.MachineGroup
            : groups.GetValueOrDefault(vend.Machine);
        changes[key] = ChipUse.Of(vend, group);
    }

    /// <inheritdoc/>
    public bool AddLoad(NpgsqlBatch batch)
    {
        if (asked.Count == 0) return false;
        const string Columns = "id, organization_id, machine_id, tender_kind, tender_reference, amount, currency, lines, status, "
            + "delivered, refunded, late, deadline, reserved_at";
        // Chip by chip ("offset 0"), each a look into the index of a chip's sales; open ones however old.
        batch.BatchCommands.Add(
            Sql.Of($"select v.*, m.machine_group from unnest($1, $2) as k(c, s), lateral (select {Columns} from vends "
                    + "where tender_reference = k.c and tender_kind in ('Chip', 'FreeVend') and reserved_at >= k.s "
                    + $"and status <> 'Cancelled' union all select {Columns} from vends where tender_reference = k.c "
                    + "and tender_kind in ('Chip', 'FreeVend') and reserved_at < k.s "
                    + "and status in ('Reserved', 'Delivering', 'Unknown') offset 0) v left join machines m on m.id = v.machine_id")
                .Column(NpgsqlDbType.Text, asked, a => a.Key)
                .Column(NpgsqlDbType.TimestampTz, asked, a => a.Value.ToUniversalTime()));
        foreach (var (chip, since) in asked) loaded[chip] = since;
        asked.Clear();
        return true;
    }

    /// <inheritdoc/>
    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        while (await reader.ReadAsync(ct))
        {
            var vend = new Vend
            {
                Id = new Id<Vend>(reader.GetGuid(0)),
                Organization = new Id<Organization>(reader.GetGuid(1)),
                Machine = MachineId.Parse(reader.GetString(2)),
                Tender = new Tender(Enum.Parse<TenderKind>(reader.GetString(3)), reader.GetString(4)),
                Amount = new Money(reader.GetInt64(5), Currency.Parse(reader.GetString(6))),
                Lines = JsonSerializer.Deserialize<List<VendLine>>(reader.GetString(7)) ?? [],
                Status = Enum.Parse<VendStatus>(reader.GetString(8)),
                Delivered = reader.GetInt64(9),
                Refunded = reader.GetInt64(10),
                Late = reader.GetBoolean(11),
                Deadline = reader.GetFieldValue<DateTimeOffset>(12),
                ReservedAt = reader.GetFieldValue<DateTimeOffset>(13),
            };
            if (!uses.TryGetValue(vend.Tender.Reference, out var own)) uses[vend.Tender.Reference] = own = [];
            own[vend.Id] = ChipUse.Of(vend, reader.IsDBNull(14) ? null : reader.GetString(14));
        }
    }

    /// <inheritdoc/>
    public void AddWrites(NpgsqlBatch batch)
    {
        // Sales are written by their own table.
    }

    /// <inheritdoc/>
    public void Accept()
    {
        foreach (var ((chip, vend), use) in changes)
        {
            if (!uses.TryGetValue(chip, out var own)) uses[chip] = own = [];
            own[vend] = use;
        }

        changes.Clear();
    }

    /// <inheritdoc/>
    public void Discard() => changes.Clear();
}

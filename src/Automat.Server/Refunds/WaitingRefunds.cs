using Automat.Domain;
using Automat.Domain.Refunds;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Refunds;

/// <summary>
/// What requests of a sale wait for, as the commands of a batch have left it: that much is kept for them. The journal holds
/// the organisation's books alone, so that of two who ask at once, on whichever nodes, the second sees the first.
/// </summary>
internal sealed class WaitingRefunds : IJournalTable
{
    private readonly HashSet<Id<Vend>> asked = [];
    private readonly HashSet<Id<Vend>> loaded = [];
    private readonly Dictionary<Id<Vend>, long> waiting = [];
    private readonly Dictionary<Id<Vend>, long> changes = [];

    /// <summary>Says that a command must know what waits for this sale.</summary>
    public void Ask(Id<Vend> vend)
    {
        if (!loaded.Contains(vend)) asked.Add(vend);
    }

    /// <summary>Minor units that requests of this sale wait for.</summary>
    public long Of(Id<Vend> vend) => waiting.GetValueOrDefault(vend) + changes.GetValueOrDefault(vend);

    /// <summary>A case moved.</summary>
    public void Follow(RefundCaseStatus? before, RefundCase now)
    {
        var more = (now.Status is RefundCaseStatus.Requested ? now.Amount : 0)
            - (before is RefundCaseStatus.Requested ? now.Amount : 0);
        changes[now.VendId] = changes.GetValueOrDefault(now.VendId) + more;
    }

    public bool AddLoad(NpgsqlBatch batch)
    {
        if (asked.Count == 0) return false;
        batch.BatchCommands.Add(
            Sql.Of("select vend_id, sum(amount)::bigint from refund_cases where vend_id = any($1) and status = 'Requested' "
                    + "group by vend_id")
                .Column(NpgsqlDbType.Uuid, asked, v => v.Value));
        loaded.UnionWith(asked);
        asked.Clear();
        return true;
    }

    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        while (await reader.ReadAsync(ct)) waiting[new Id<Vend>(reader.GetGuid(0))] = reader.GetInt64(1);
    }

    public void AddWrites(NpgsqlBatch batch)
    {
        // What waits is written with its case.
    }

    public void Accept()
    {
        foreach (var (vend, more) in changes) waiting[vend] = waiting.GetValueOrDefault(vend) + more;
        changes.Clear();
    }

    public void Discard() => changes.Clear();
}

using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Vends;

/// <summary>
/// What machines that prove little of what they say have sold within a day, what waits for its payment included. Asked while
/// the goods are promised, one promise of a machine at a time, so that two customers at once cannot both pass the limit.
/// </summary>
internal sealed class SpentOnTheWeb : IJournalTable
{
    private static readonly TimeSpan Lasts = TimeSpan.FromDays(1);

    private readonly SortedDictionary<string, DateTimeOffset> asked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> spent = new(StringComparer.Ordinal);
    private readonly List<(string Machine, long Amount)> changes = [];

    /// <summary>Says that a command must know what a machine has sold within the day before this moment.</summary>
    public void Ask(MachineId machine, DateTimeOffset now)
    {
        if (!spent.ContainsKey(machine.Value)) asked[machine.Value] = now - Lasts;
    }

    /// <summary>Minor units a machine has sold; what this batch has promised included.</summary>
    public long Of(MachineId machine) =>
        spent[machine.Value] + changes.Where(c => c.Machine == machine.Value).Sum(c => c.Amount);

    /// <summary>A promise was made.</summary>
    public void Add(MachineId machine, long amount) => changes.Add((machine.Value, amount));

    public bool AddLoad(NpgsqlBatch batch)
    {
        if (asked.Count == 0) return false;
        // The sums must be read after the locks are held: a statement sees what was there when it began.
        batch.BatchCommands.Add(
            Sql.Of("select pg_advisory_xact_lock(hashtextextended('spent ' || m, 0)) from unnest($1) as k(m)")
                .Column(NpgsqlDbType.Text, asked, a => a.Key));
        batch.BatchCommands.Add(
            Sql.Of("select k.m, coalesce((select sum(v.amount) from vends v where v.machine_id = k.m and v.reserved_at >= k.since "
                    + "and v.tender_kind <> 'Cash' and v.status <> 'Cancelled'), 0)::bigint "
                    + "+ coalesce((select sum(p.amount) from purchases p where p.created_at >= k.since and p.machine_id = k.m "
                    + "and p.expires_at > k.since + $3 and p.status in ('Open', 'AwaitingPayment')), 0)::bigint "
                    + "from unnest($1, $2) as k(m, since)")
                .Column(NpgsqlDbType.Text, asked, a => a.Key)
                .Column(NpgsqlDbType.TimestampTz, asked, a => a.Value)
                .Value(Lasts));
        foreach (var machine in asked.Keys) spent[machine] = 0;
        asked.Clear();
        return true;
    }

    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        await reader.NextResultAsync(ct); // the locks have answered
        while (await reader.ReadAsync(ct)) spent[reader.GetString(0)] = reader.GetInt64(1);
    }

    public void AddWrites(NpgsqlBatch batch)
    {
        // What is promised is written with its purchase.
    }

    public void Accept()
    {
        foreach (var (machine, amount) in changes) spent[machine] += amount;
        changes.Clear();
    }

    public void Discard() => changes.Clear();
}

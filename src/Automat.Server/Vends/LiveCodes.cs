using System.Globalization;
using System.Security.Cryptography;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Journal;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Vends;

/// <summary>
/// The pick-up codes of a machine's open sales, so that a new one can be drawn among the free ones. Drawing always ends:
/// when none is free it says so.
/// </summary>
internal sealed class LiveCodes : IJournalTable
{
    /// <summary>Existing robots accept at most four typed digits.</summary>
    private const int CodeSpace = 10_000;

    private readonly HashSet<MachineId> asked = [];
    private readonly Dictionary<MachineId, HashSet<string>> taken = [];
    private readonly List<(MachineId Machine, string Code)> drawn = [];

    /// <summary>Says that a code of this machine will be drawn.</summary>
    public void Ask(MachineId machine)
    {
        if (!taken.ContainsKey(machine)) asked.Add(machine);
    }

    /// <summary>Draws a free code, unguessable; null when all are in use.</summary>
    public string? Draw(MachineId machine)
    {
        var used = taken[machine];
        var free = CodeSpace - used.Count;
        if (free <= 0) return null;
        var code = Text(RandomNumberGenerator.GetInt32(CodeSpace));
        if (used.Contains(code))
        {
            // Taken: the n-th free one, n drawn evenly. One pass, however full it is.
            var nth = RandomNumberGenerator.GetInt32(free);
            code = Enumerable.Range(0, CodeSpace).Select(Text).Where(c => !used.Contains(c)).ElementAt(nth);
        }

        used.Add(code);
        drawn.Add((machine, code));
        return code;
    }

    public bool AddLoad(NpgsqlBatch batch)
    {
        if (asked.Count == 0) return false;
        batch.BatchCommands.Add(
            Sql.Of("select machine_id, code from vends where machine_id = any($1) and code is not null "
                    + "and status in ('Reserved', 'Delivering', 'Unknown')")
                .Column(NpgsqlDbType.Text, asked, m => m.Value));
        foreach (var machine in asked) taken[machine] = new HashSet<string>(StringComparer.Ordinal);
        asked.Clear();
        return true;
    }

    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        while (await reader.ReadAsync(ct)) taken[MachineId.Parse(reader.GetString(0))].Add(reader.GetString(1));
    }

    public void AddWrites(NpgsqlBatch batch)
    {
        // Codes are written with their vend.
    }

    public void Accept() => drawn.Clear();

    public void Discard()
    {
        foreach (var (machine, code) in drawn) taken[machine].Remove(code);
        drawn.Clear();
    }

    private static string Text(int number) => number.ToString("0000", CultureInfo.InvariantCulture);
}

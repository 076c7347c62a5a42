using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Machines;
using Npgsql;
using NpgsqlTypes;

namespace Automat.Server.Vends;

/// <summary>
/// Whose turn it is at a machine: a sale's or a command's that ends its service. Read inside the journal's transaction, which
/// holds the organisation's books alone, so that of a sale and such a command only one can begin, on whichever nodes.
/// </summary>
internal sealed class MachineTurns : IJournalTable
{
    private readonly HashSet<MachineId> asked = [];
    private readonly Dictionary<MachineId, Turn> turns = [];
    private readonly Stack<Action> undo = new();

    /// <summary>Says that a command must know what goes on at this machine.</summary>
    public void Ask(MachineId machine)
    {
        if (!turns.ContainsKey(machine)) asked.Add(machine);
    }

    /// <summary>Whether a sale is between its reserve and its end.</summary>
    public bool IsBuying(MachineId machine) => turns[machine].Sales.Count > 0;

    /// <summary>Whether a restart or the like was handed over and the machine has not said what became of it.</summary>
    public bool IsInterrupted(MachineId machine, DateTimeOffset now) => turns[machine].Interruptions.Values.Any(d => d > now);

    /// <summary>A sale moved.</summary>
    public void Follow(Vend vend)
    {
        if (!turns.TryGetValue(vend.Machine, out var turn)) return;
        var open = vend.Status is VendStatus.Reserved or VendStatus.Delivering;
        if (open && turn.Sales.Add(vend.Id)) undo.Push(() => turn.Sales.Remove(vend.Id));
        else if (!open && turn.Sales.Remove(vend.Id)) undo.Push(() => turn.Sales.Add(vend.Id));
    }

    /// <summary>A command moved.</summary>
    public void Follow(MachineCommand command)
    {
        if (!turns.TryGetValue(command.MachineId, out var turn)) return;
        var sent = command.VendId is null && command.State is CommandState.Sending
            && CommandKinds.Interrupting.Contains(command.Kind);
        var known = turn.Interruptions.TryGetValue(command.Id, out var before);
        if (sent && !known)
        {
            turn.Interruptions[command.Id] = command.Deadline;
            undo.Push(() => turn.Interruptions.Remove(command.Id));
        }
        else if (!sent && known)
        {
            turn.Interruptions.Remove(command.Id);
            undo.Push(() => turn.Interruptions[command.Id] = before);
        }
    }

    public bool AddLoad(NpgsqlBatch batch)
    {
        if (asked.Count == 0) return false;
        foreach (var machine in asked) turns[machine] = new Turn();
        // Key by key ("offset 0"), each a look into the index of what is open.
        batch.BatchCommands.Add(
            Sql.Of("select v.* from unnest($1) as k(m), lateral (select machine_id, id, null::timestamptz from vends "
                    + "where machine_id = k.m and status in ('Reserved', 'Delivering') offset 0) v "
                    + "union all select c.* from unnest($1) as k(m), lateral (select machine_id, id, deadline "
                    + "from machine_commands where machine_id = k.m and state = 'Sending' and vend_id is null "
                    + "and kind = any($2) offset 0) c")
                .Column(NpgsqlDbType.Text, asked, m => m.Value)
                .Column(NpgsqlDbType.Text, CommandKinds.Interrupting, k => k));
        asked.Clear();
        return true;
    }

    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        while (await reader.ReadAsync(ct))
        {
            var turn = turns[MachineId.Parse(reader.GetString(0))];
            if (reader.IsDBNull(2)) turn.Sales.Add(new Id<Vend>(reader.GetGuid(1)));
            else turn.Interruptions[new Id<MachineCommand>(reader.GetGuid(1))] = reader.GetFieldValue<DateTimeOffset>(2);
        }
    }

    public void AddWrites(NpgsqlBatch batch)
    {
        // What goes on is written with its sale or command.
    }

    public void Accept() => undo.Clear();

    public void Discard()
    {
        while (undo.TryPop(out var back)) back();
    }

    private sealed class Turn
    {
        public HashSet<Id<Vend>> Sales { get; } = [];

        public Dictionary<Id<MachineCommand>, DateTimeOffset> Interruptions { get; } = [];
    }
}

/// <summary>Whether a command may be handed over.</summary>
internal enum HandOverTurn
{
    /// <summary>It is noted as being handed over.</summary>
    Go,

    /// <summary>Not now: first a sale has to end, or a restart.</summary>
    NotNow,

    /// <summary>Not any more: done, called off, too late, or somebody else is handing it over.</summary>
    Never,
}

using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Automat.Server.Machines;

namespace Automat.Server.Vends;

/// <summary>Moves the stock behind a sale's lines: promised, given back, gone. Lines without a slot have none.</summary>
internal static class Goods
{
    public static void Ask(JournalRows rows, MachineId machine, IReadOnlyList<VendLine> lines)
    {
        foreach (var line in lines) rows.Of<SlotRows>().Ask(new SlotKey(machine, line.Slot));
    }

    /// <summary>Promises all of it or nothing.</summary>
    /// <exception cref="RuleException"><c>sold_out</c>; nothing was promised.</exception>
    public static void Hold(JournalRows rows, MachineId machine, IReadOnlyList<VendLine> lines)
    {
        var held = new Dictionary<SlotKey, Slot>();
        foreach (var line in lines)
        {
            var key = new SlotKey(machine, line.Slot);
            if (!held.TryGetValue(key, out var slot) && !rows.Of<SlotRows>().TryGet(key, out slot)) continue;
            if (slot.Capacity is not null) held[key] = slot.Hold(line.Quantity);
        }

        foreach (var slot in held.Values) rows.Of<SlotRows>().Put(slot);
    }

    public static void Release(JournalRows rows, MachineId machine, IReadOnlyList<VendLine> lines) =>
        Change(rows, machine, lines, static (slot, quantity) => slot.Release(quantity));

    /// <summary>They left the machine.</summary>
    public static void Take(JournalRows rows, MachineId machine, IReadOnlyList<VendLine> lines) =>
        Change(rows, machine, lines, static (slot, quantity) => slot.Take(quantity));

    /// <summary>What is committed has left the machine; what is cancelled is for others again.</summary>
    public static void Follow(JournalRows rows, Vend before, VendChange change)
    {
        if (!change.News) return;
        var promised = VendLife.IsOpen(before.Status);
        switch (change.Vend.Status)
        {
            case VendStatus.Committed:
                Take(rows, before.Machine, change.Vend.Lines);
                if (promised) Release(rows, before.Machine, before.Lines);
                break;
            case VendStatus.Cancelled:
                Release(rows, before.Machine, before.Lines);
                break;
        }
    }

    private static void Change(
        JournalRows rows, MachineId machine, IReadOnlyList<VendLine> lines, Func<Slot, int, Slot> change)
    {
        foreach (var line in lines)
        {
            if (!rows.Of<SlotRows>().TryGet(new SlotKey(machine, line.Slot), out var slot)) continue;
            if (slot.Capacity is not null) rows.Of<SlotRows>().Put(change(slot, line.Quantity));
        }
    }
}

using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Automat.Server.Machines;

namespace Automat.Server.Vends;

/// <summary>The machine tells how its sale ended. Safe to repeat; the same word about another amount is refused.</summary>
/// <param name="id">The sale.</param>
/// <param name="machine">The machine that speaks; another machine's sale does not exist for it.</param>
/// <param name="delivered">Whether goods came out.</param>
/// <param name="word">The evidence, or the reason.</param>
/// <param name="signals">Who to wake.</param>
internal sealed class SettleAtMachine(Id<Vend> id, MachineId machine, bool delivered, string word, VendSignals signals)
    : JournalCommand<MachineSale>
{
    /// <summary>Minor units delivered; null for all that is held.</summary>
    public long? Amount { get; init; }

    /// <summary>The sale's command, for sales that were sent to the machine.</summary>
    public Id<MachineCommand>? Command { get; init; }

    // The machine is part of the key: what one machine was answered no other one gets.
    // "All of it" is said in several ways (a commit, a reset of the bus, an acknowledgement) and is never a contradiction.
    public override string Key => $"{(delivered ? Amount is null ? "commit-all" : "commit" : "cancel")}:{id}:{machine}";

    public override string Fingerprint => Amount is { } amount ? amount.ToString(System.Globalization.CultureInfo.InvariantCulture) : "";

    public override void Ask(JournalRows rows)
    {
        rows.Of<VendRows>().Ask(id);
        if (Command is { } command) rows.Of<CommandRows>().Ask(command);
    }

    public override void AskMore(JournalRows rows) => VendBook.AskToEnd(rows, id);

    public override MachineSale Decide(JournalRows rows, DateTimeOffset now)
    {
        var book = new VendBook(rows, now, signals);
        var vend = book.Find(id);
        if (vend.Machine != machine) throw new RuleException("vend_unknown", $"There is no vend {id}.");
        if (delivered && Amount is { } other && vend.Status is VendStatus.Committed && other != vend.Delivered)
        {
            throw new RuleException("idempotency_key_reused", "This vend was committed before with another amount.");
        }

        var change = delivered
            ? VendRules.Commit(
                vend, Lines(vend, Amount ?? vend.Amount.Amount), now,
                rows.Balance(vend.Organization, vend.Tender.Account, vend.Amount.Currency))
            : VendRules.Cancel(vend, word, now);
        Goods.Follow(rows, vend, change);
        var settled = book.Keep(change, change.Vend.Reason ?? word);
        End(rows, now);
        return MachineSale.Of(settled, rows);
    }

    /// <summary>The machine has said what became of the sale's command too, however late.</summary>
    private void End(JournalRows rows, DateTimeOffset now)
    {
        if (Command is not { } id || !rows.Of<CommandRows>().TryGet(id, out var command)) return;
        if (command.State is CommandState.Done or CommandState.Failed) return;
        rows.Of<CommandRows>().Put(command with
        {
            State = delivered ? CommandState.Done : CommandState.Failed,
            Outcome = word,
            AcknowledgedAt = now,
        });
    }

    /// <summary>
    /// What was delivered, given its value: so many whole pieces, and the last one for what remains (a controller may
    /// approve a smaller amount than was asked for).
    /// </summary>
    internal static IReadOnlyList<VendLine> Lines(Vend vend, long amount)
    {
        if (amount == VendRules.PriceOf(vend.Lines)) return vend.Lines;
        if (amount <= 0) throw new RuleException("delivered_nothing", "A commit needs something delivered; else cancel.");
        if (amount > vend.Amount.Amount)
        {
            throw new RuleException("delivered_above_hold", $"More was delivered than the {vend.Amount} that are held.");
        }

        var delivered = new List<VendLine>();
        var rest = amount;
        foreach (var line in vend.Lines)
        {
            if (rest == 0) break;
            if (line.IsByWeight)
            {
                // It is handed over as it was weighed, or for the rest of the money as one thing.
                delivered.Add(line.Total <= rest ? line : line with { Quantity = 1, UnitPrice = rest, IsByWeight = false });
                rest -= Math.Min(line.Total, rest);
                continue;
            }

            var pieces = (int)Math.Min(line.Quantity, line.UnitPrice == 0 ? line.Quantity : rest / line.UnitPrice);
            if (pieces > 0) delivered.Add(line with { Quantity = pieces });
            rest -= pieces * line.UnitPrice;
            if (rest == 0 || pieces == line.Quantity) continue;
            delivered.Add(line with { Quantity = 1, UnitPrice = rest });
            rest = 0;
        }

        return delivered;
    }
}

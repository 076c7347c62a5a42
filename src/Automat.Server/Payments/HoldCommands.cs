using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Journal;

namespace Automat.Server.Payments;

/// <summary>
/// The provider said how a hold ended. Comes from our own call, from its webhook and from the reconciler, in any order;
/// counts once.
/// </summary>
/// <param name="vend">The sale whose hold it is.</param>
/// <param name="intent">The payment as the provider sees it: captured or called off.</param>
/// <param name="signal">Who to wake.</param>
public sealed class EndHold(Id<Vend> vend, PaymentIntent intent, PaybackSignal signal) : JournalCommand<HoldStatus>
{
    /// <inheritdoc/>
    public override string Key => $"hold-end:{vend}:{intent.Status}";

    /// <inheritdoc/>
    public override void Ask(JournalRows rows) => rows.Of<HoldRows>().Ask(vend);

    /// <inheritdoc/>
    public override HoldStatus Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<HoldRows>().TryGet(vend, out var hold)) throw new RuleException("hold_unknown", $"Vend {vend} has no hold.");
        var change = intent.Status switch
        {
            IntentStatus.Succeeded => HoldRules.Captured(hold, intent.Received, now),
            IntentStatus.Canceled => HoldRules.Gone(hold, now),
            _ => throw new RuleException("hold_status", $"Payment {intent.Id} is {intent.Status}; that ends no hold."),
        };
        return new HoldBook(rows, now, signal).Keep(change).Status;
    }
}

/// <summary>The provider could not be asked, or said no for now; it is asked again later.</summary>
internal sealed class PostponeHold(CardHold tried, string error, bool refused, TimeSpan wait) : JournalCommand<HoldStatus>
{
    public override string Key => $"hold:{tried.VendId}:{tried.Status}:try:{tried.Round}:{tried.Attempts}";

    public override void Ask(JournalRows rows) => rows.Of<HoldRows>().Ask(tried.VendId);

    public override HoldStatus Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<HoldRows>().TryGet(tried.VendId, out var hold)) return tried.Status;
        if (hold.Status != tried.Status || !HoldLife.IsToBeSent(hold.Status)) return hold.Status;
        rows.Of<HoldRows>().Put(hold with
        {
            Attempts = refused ? 0 : hold.Attempts + 1,
            Round = refused ? hold.Round + 1 : hold.Round,
            Error = error,
            NextAttemptAt = now + wait,
        });
        return hold.Status;
    }
}

/// <summary>The provider said that a hold still stands.</summary>
internal sealed class NoteHeld(Id<Vend> vend, DateTimeOffset again) : JournalCommand<bool>
{
    public override string Key { get; } = $"hold-seen:{vend}:{Guid.CreateVersion7()}";

    public override void Ask(JournalRows rows) => rows.Of<HoldRows>().Ask(vend);

    public override bool Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<HoldRows>().TryGet(vend, out var hold) || hold.Status is not HoldStatus.Held) return false;
        rows.Of<HoldRows>().Put(hold with { NextAttemptAt = again });
        return true;
    }
}

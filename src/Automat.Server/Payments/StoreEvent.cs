using Automat.Server.Journal;

namespace Automat.Server.Payments;

/// <summary>Puts an event into the inbox, once, whatever how often it is told.</summary>
internal sealed class StoreEvent(InboxEvent inbox, Action stored) : JournalCommand<bool>
{
    public override string Key => $"event:{inbox.Id}";

    public override bool Decide(JournalRows rows, DateTimeOffset now)
    {
        rows.Of<InboxRows>().Put(inbox);
        rows.Tell(stored);
        return true;
    }
}

/// <summary>Notes what has become of an event.</summary>
internal sealed class CloseEvent(InboxEvent inbox, InboxStatus status, string? error, DateTimeOffset? again)
    : JournalCommand<InboxStatus>
{
    public override string Key => $"event:{inbox.Id}:{status}:{inbox.Attempts}";

    public override void Ask(JournalRows rows) => rows.Of<InboxRows>().Ask(inbox.Id);

    public override InboxStatus Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<InboxRows>().TryGet(inbox.Id, out var stored)) return status;
        rows.Of<InboxRows>().Put(stored with
        {
            Status = status,
            Error = error,
            Attempts = stored.Attempts + 1,
            NextAttemptAt = again ?? stored.NextAttemptAt,
        });
        return status;
    }
}

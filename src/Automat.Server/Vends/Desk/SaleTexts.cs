using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Machines;
using Automat.Server.Payments;

namespace Automat.Server.Vends.Desk;

/// <summary>Which text says a state of a sale and of what belongs to it, and how it is to be taken.</summary>
public static class SaleTexts
{
    /// <summary>The name of the text for how a sale stands.</summary>
    public static string Of(VendStatus status) => status switch
    {
        VendStatus.Reserved => "Status.Reserved",
        VendStatus.Delivering => "Status.Delivering",
        VendStatus.Unknown => "Status.Unknown",
        VendStatus.Committed => "Status.Committed",
        VendStatus.PartlyRefunded => "Status.PartlyRefunded",
        VendStatus.Refunded => "Status.Refunded",
        VendStatus.Cancelled => "Status.Cancelled",
    };

    /// <summary>Whether that is good.</summary>
    public static string ToneOf(VendStatus status) => status switch
    {
        VendStatus.Committed => "good",
        VendStatus.Unknown => "bad",
        VendStatus.Reserved or VendStatus.Delivering => "wait",
        VendStatus.PartlyRefunded or VendStatus.Refunded or VendStatus.Cancelled => "idle",
    };

    /// <summary>The name of the text for a kind of money.</summary>
    public static string Of(TenderKind tender) => tender switch
    {
        TenderKind.Chip => "Tender.Chip",
        TenderKind.Paid => "Tender.Paid",
        TenderKind.Authorised => "Tender.Authorised",
        TenderKind.Cash => "Tender.Cash",
        TenderKind.FreeVend => "Tender.FreeVend",
    };

    /// <summary>The name of the text for where a hold is.</summary>
    public static string Of(HoldStatus hold) => hold switch
    {
        HoldStatus.Held => "Hold.Held",
        HoldStatus.Capturing => "Hold.Capturing",
        HoldStatus.Captured => "Hold.Captured",
        HoldStatus.Releasing => "Hold.Releasing",
        HoldStatus.Released => "Hold.Released",
        HoldStatus.Lost => "Hold.Lost",
    };

    /// <summary>The name of the text for a payback, and whether that is good.</summary>
    public static (string Text, string Tone) Of(PaybackStatus payback) => payback switch
    {
        PaybackStatus.Owed => ("Payback.Owed", "wait"),
        PaybackStatus.Pending => ("Payback.Pending", "wait"),
        PaybackStatus.Paid => ("Payback.Paid", "good"),
        PaybackStatus.Failed => ("Payback.Failed", "bad"),
        PaybackStatus.SettledOtherwise => ("Payback.Otherwise", "good"),
    };

    /// <summary>The name of the text for a debt, and whether that is good.</summary>
    public static (string Text, string Tone) Of(DebtStatus debt) => debt switch
    {
        DebtStatus.Owed => ("Debt.Owed", "bad"),
        DebtStatus.Paid => ("Debt.Paid", "good"),
        DebtStatus.WrittenOff => ("Debt.WrittenOff", "idle"),
        DebtStatus.Refunded => ("Debt.Refunded", "idle"),
    };

    /// <summary>The name of the text for a command, and whether that is good.</summary>
    public static (string Text, string Tone) Of(CommandState command) => command switch
    {
        CommandState.Waiting => ("Command.Waiting", "wait"),
        CommandState.Sending => ("Command.Sending", "wait"),
        CommandState.Done => ("Command.Done", "good"),
        CommandState.Failed => ("Command.Failed", "bad"),
        CommandState.Doubtful => ("Command.Doubtful", "bad"),
        CommandState.Expired => ("Command.Expired", "idle"),
    };

    /// <summary>The name of the text for what became of an event, and whether that is good.</summary>
    public static (string Text, string Tone) Of(InboxStatus inbox) => inbox switch
    {
        InboxStatus.Waiting => ("Inbox.Waiting", "wait"),
        InboxStatus.Done => ("Inbox.Done", "good"),
        InboxStatus.Ignored => ("Inbox.Ignored", "idle"),
        InboxStatus.Unmatched => ("Inbox.Unmatched", "bad"),
    };

    /// <summary>The name of the text above a chapter.</summary>
    public static string Of(StoryChapter chapter) => chapter switch
    {
        StoryChapter.Money => "Chapter.Money",
        StoryChapter.Refunds => "Chapter.Refunds",
        StoryChapter.Machine => "Chapter.Machine",
        StoryChapter.Evidence => "Chapter.Evidence",
        StoryChapter.Provider => "Chapter.Provider",
        StoryChapter.Ledger => "Chapter.Ledger",
        StoryChapter.Audit => "Chapter.Audit",
    };
}

using Automat.Architecture.Tests.Rules;

namespace Automat.Architecture.Tests;

/// <summary>Whoever writes an audited table past the change tracker is listed here, with what makes up for it.</summary>
public sealed class UnseenWriteTests
{
    private static readonly Dictionary<(string Type, string Table), string> Listed = new()
    {
        [("ChipRows", "chips")] = "Issuing and replacing are noted in the same transaction; an allowance is in the ledger.",
        [("ChipDirectory", "chips")] = "A chip is found by the newest key from now on; chip_key.rotated was noted.",
        [("ChipHolderRows", "chip_holders")] = "Written with its chip, whose issuing or replacing is noted in the same transaction.",
        [("ChipHolderTraces", "chip_holders")] = "EraseAccount or the customer's erasure was noted before.",
        [("InvitationPages", "invitations")] = "invitation.accepted is noted in the same transaction.",
        [("InvitationRetention", "invitations")] = "Forgets whom it was sent to; the log never knew.",
        [("PersonTraces", "invitations")] = "Forgets whom it was sent to; the log never knew.",
        [("PersonTraces", "people")] = "EraseAccount has noted person.erased before.",
        [("TokenHandler", "api_tokens")] = "When a token was last used is not audited.",
        [("CustomerTraces", "customers")] = "customer.erased was noted before.",
        [("SavedCardTraces", "saved_cards")] = "person.erased or customer.erased was noted before.",
        [("SavedViewTraces", "saved_views")] = "EraseAccount has noted person.erased before.",
        [("SlotRows", "slots")] = "Sales move the stock; every one is in the ledger.",
        [("EnrolMachine", "machine_enrolments")] = "Using a code ends it; machine.enrolled is noted in the same transaction.",
        [("SendPosts", "channels")] = "Until when nothing is sent is not audited.",
        [("SaveChannel", "channels")] = "Until when nothing is sent is not audited.",
        [("SalesFeed", "channels")] = "Up to where sales were told is not audited.",
        [("JournalColumns", "a table it does not name")] = "Who declares the columns names it, and is found by that.",
        [("PostgresStore", "a table it does not name")] = "Chooses among the broker's own tables, which are not audited.",
    };

    private static Unseen Server => new(Codebase.Server.Types);

    private static Unseen Twins => new(Codebase.Twins);

    [Fact]
    [Trait("Accepts", "S2-19")]
    public void Nothing_audited_is_written_unseen_but_what_is_listed() => Breach.None(Server.Breaches(Listed));

    [Fact]
    public void The_audited_tables_are_found()
    {
        Assert.Contains("machines", Server.Audited);
        Assert.Contains("slots", Server.Audited);
        Assert.DoesNotContain("vends", Server.Audited);
        Assert.DoesNotContain("audit_events", Server.Audited);
    }

    [Fact]
    public void An_unseen_write_is_reported_and_so_is_one_that_is_gone()
    {
        var breaches = Twins.Breaches(new Dictionary<(string, string), string> { [("Nobody", "island_notes")] = "gone" }).ToList();

        Assert.Contains(breaches, b => b.StartsWith("Window writes island_notes past the change tracker", StringComparison.Ordinal));
        Assert.Contains(breaches, b => b.StartsWith("Window writes a table it does not name", StringComparison.Ordinal));
        Assert.Contains(breaches, b => b.StartsWith("Nobody is listed as writing island_notes unseen", StringComparison.Ordinal));
    }
}

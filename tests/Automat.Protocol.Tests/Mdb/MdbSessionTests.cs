using Automat.Protocol.Mdb;

namespace Automat.Protocol.Tests.Mdb;

/// <summary>Every state against every message, and whatever can be said in a row: who pays must be clear at each step.</summary>
public sealed class MdbSessionTests
{
    private const MdbAbilities All =
        MdbAbilities.MultiVend | MdbAbilities.Revalue | MdbAbilities.NegativeVend | MdbAbilities.AlwaysIdle;

    /// <summary>
    /// Written down apart from the code, from the standard's description: state: message, new state, effect; ...
    /// What everybody may say at any time and what ends everything stands below.
    /// </summary>
    private const string Book = """
        Inactive: SetupConfig Inactive None; Config Inactive None; SetupPrices Disabled None
        Disabled: SetupConfig Disabled None; Config Disabled None; SetupPrices Disabled None; ReaderEnable Enabled None; ReaderDisable Disabled None; ReaderCancel Disabled None; Cancelled Disabled None; CashSale Disabled CashTaken
        Enabled: ReaderEnable Enabled None; ReaderDisable Disabled None; ReaderCancel Enabled None; Cancelled Enabled None; BeginSession SessionIdle None; VendRequest Vend None; NegativeVendRequest NegativeVend None; RevalueRequest Revalue None; RevalueLimitRequest Enabled None; RevalueLimit Enabled None; CashSale Enabled CashTaken
        SessionIdle: VendRequest Vend None; NegativeVendRequest NegativeVend None; RevalueRequest Revalue None; RevalueLimitRequest SessionIdle None; RevalueLimit SessionIdle None; SessionCancelRequest SessionIdle None; SessionComplete Ending None; CashSale SessionIdle CashTaken
        Vend: VendApproved Approved Held; VendDenied SessionIdle None; VendCancel Cancelling None; CashSale Vend CashTaken
        Cancelling: VendDenied SessionIdle None; VendCancel Cancelling None; CashSale Cancelling CashTaken
        Approved: VendSuccess SessionSpent Charged; VendFailure Refunding None; CashSale Approved CashTaken
        Refunding: NothingToSay SessionIdle Released; Malfunction SessionIdle ReleaseFailed; CashSale Refunding CashTaken
        SessionSpent: SessionCancelRequest SessionSpent None; SessionComplete Ending None; VendRequest Vend None; CashSale SessionSpent CashTaken
        Revalue: RevalueApproved SessionIdle Credited; RevalueDenied SessionIdle None; CashSale Revalue CashTaken
        NegativeVend: VendApproved NegativeApproved None; VendDenied SessionIdle None; VendCancel Cancelling None; CashSale NegativeVend CashTaken
        NegativeApproved: VendSuccess SessionSpent Credited; VendFailure SessionIdle None; CashSale NegativeApproved CashTaken
        Ending: EndSession Enabled None; SessionComplete Ending None; CashSale Ending CashTaken
        """;

    private static readonly string[] AtAnyTime =
    [
        "Poll", "NothingToSay", "DisplayRequest", "PeripheralId", "Malfunction", "TimeRequest", "DataEntryRequest",
        "DataEntryResponse", "FileTransport", "ExpansionId", "ExpansionTime", "ExpansionOptions", "ExpansionFile",
        "ExpansionDiagnostics",
    ];

    [Fact]
    public void Every_state_answers_every_message_as_the_book_has_it()
    {
        var book = Read();
        var looked = 0;
        foreach (var state in MdbSessionTable.States)
        {
            foreach (var message in MdbMessages.All)
            {
                var step = new MdbSession(state, All, WithoutSession: false).After(message);

                var (next, effect) = book.TryGetValue((state, message), out var written) ? written : (state, MdbEffect.OutOfSequence);
                Assert.True((next, effect) == (step.Session.State, step.Effect),
                    $"{message} in {state}: {step.Session.State} and {step.Effect}, not {next} and {effect}");
                looked++;
            }
        }

        Assert.Equal(13 * 42, looked);
    }

    [Fact]
    public void A_reset_between_approved_and_success_counts_as_success()
    {
        foreach (var end in new[] { MdbMessage.Reset, MdbMessage.JustReset, MdbMessage.Lost })
        {
            var step = Approved().After(end);

            Assert.Equal(MdbEffect.Charged, step.Effect);
            Assert.Equal(MdbState.Inactive, step.Session.State);
        }
    }

    [Fact]
    public void A_cancel_after_the_answer_is_out_of_sequence_and_one_before_it_can_only_be_denied()
    {
        Assert.Equal(MdbEffect.OutOfSequence, Approved().After(MdbMessage.VendCancel).Effect);

        var cancelling = Walk(Enabled(MdbAbilities.None), MdbMessage.BeginSession, MdbMessage.VendRequest, MdbMessage.VendCancel);
        Assert.Equal(MdbEffect.OutOfSequence, cancelling.After(MdbMessage.VendApproved).Effect);
        Assert.Equal(MdbState.SessionIdle, cancelling.After(MdbMessage.VendDenied).Session.State);
    }

    [Fact]
    public void After_a_failure_an_ack_gives_back_and_only_a_refund_error_does_not()
    {
        var refunding = Approved().After(MdbMessage.VendFailure).Session;

        Assert.Equal(MdbEffect.Released, refunding.After(MdbMessage.NothingToSay).Effect);
        Assert.Equal(MdbEffect.ReleaseFailed, refunding.After(MdbMessage.Malfunction, 0xC3).Effect);
        Assert.Equal((refunding, MdbEffect.None), Pair(refunding.After(MdbMessage.Malfunction, 0x31)));
        Assert.Equal((refunding, MdbEffect.None), Pair(refunding.After(MdbMessage.Poll)));
        Assert.Equal(MdbEffect.Released, refunding.After(MdbMessage.Reset).Effect);
    }

    [Fact]
    public void Level_one_sells_once_in_a_session_and_several_times_only_if_both_sides_say_so()
    {
        MdbMessage[] sale = [MdbMessage.BeginSession, MdbMessage.VendRequest, MdbMessage.VendApproved, MdbMessage.VendSuccess];

        Assert.Equal(MdbEffect.OutOfSequence, Walk(Enabled(MdbAbilities.None), sale).After(MdbMessage.VendRequest).Effect);
        Assert.Equal(MdbState.Vend, Walk(Enabled(MdbAbilities.MultiVend), sale).After(MdbMessage.VendRequest).Session.State);
    }

    [Fact]
    public void What_one_side_cannot_do_is_out_of_sequence()
    {
        var idle = Walk(Enabled(MdbAbilities.None), MdbMessage.BeginSession);

        Assert.Equal(MdbEffect.OutOfSequence, idle.After(MdbMessage.RevalueRequest).Effect);
        Assert.Equal(MdbEffect.OutOfSequence, idle.After(MdbMessage.NegativeVendRequest).Effect);
        Assert.Equal(MdbEffect.OutOfSequence, Enabled(MdbAbilities.None).After(MdbMessage.VendRequest).Effect);
    }

    [Fact]
    public void Who_chose_before_showing_media_is_back_where_they_began()
    {
        var sold = Walk(Enabled(MdbAbilities.AlwaysIdle), MdbMessage.VendRequest, MdbMessage.VendApproved, MdbMessage.VendSuccess);
        var denied = Walk(Enabled(MdbAbilities.AlwaysIdle), MdbMessage.VendRequest, MdbMessage.VendDenied);

        Assert.Equal(MdbState.Enabled, sold.State);
        Assert.Equal(MdbState.Enabled, denied.State);
        Assert.False(sold.WithoutSession);
        Assert.Equal(MdbState.SessionIdle, sold.After(MdbMessage.BeginSession).Session.State);
    }

    /// <summary>
    /// All that can be reached, every message tried: money is charged or given back exactly once for each time it was held,
    /// and never without; and from everywhere a reset leads back to the beginning with nothing held.
    /// </summary>
    [Fact]
    public void Whatever_is_said_in_whatever_order_held_money_is_settled_once()
    {
        foreach (var abilities in Enumerable.Range(0, 16).Select(bits => (MdbAbilities)bits))
        {
            var start = (Session: MdbSession.Start(abilities), Held: false);
            var seen = new HashSet<(MdbSession, bool)> { start };
            var queue = new Queue<(MdbSession Session, bool Held)>(seen);
            while (queue.TryDequeue(out var at))
            {
                foreach (var message in MdbMessages.All)
                {
                    foreach (var code in new byte[] { 0xC0, 0x30 })
                    {
                        var step = at.Session.After(message, code);
                        var settles = step.Effect is MdbEffect.Charged or MdbEffect.Released or MdbEffect.ReleaseFailed;
                        Assert.False(settles && !at.Held, $"{message} in {at} settles what nobody held");
                        Assert.False(step.Effect is MdbEffect.Held && at.Held, $"{message} in {at} holds twice");
                        var held = step.Effect is MdbEffect.Held || (at.Held && !settles);
                        Assert.Equal(held, step.Session.State is MdbState.Approved or MdbState.Refunding);
                        if (step.Effect is MdbEffect.OutOfSequence) Assert.Equal(at.Session, step.Session);
                        if (seen.Add((step.Session, held))) queue.Enqueue((step.Session, held));
                    }
                }

                var reset = at.Session.After(MdbMessage.Reset);
                Assert.Equal(MdbSession.Start(abilities), reset.Session);
            }

            Assert.Contains(seen, s => s.Item2);
        }
    }

    private static Dictionary<(MdbState, MdbMessage), (MdbState, MdbEffect)> Read()
    {
        var book = new Dictionary<(MdbState, MdbMessage), (MdbState, MdbEffect)>();
        foreach (var state in Enum.GetValues<MdbState>())
        {
            foreach (var word in AtAnyTime) book[(state, Enum.Parse<MdbMessage>(word))] = (state, MdbEffect.None);
            book[(state, MdbMessage.OutOfSequence)] = (state, MdbEffect.OutOfSequence);
            var end = state switch
            {
                MdbState.Approved => MdbEffect.Charged,
                MdbState.Refunding => MdbEffect.Released,
                MdbState.NegativeApproved => MdbEffect.Credited,
                _ => MdbEffect.None,
            };
            foreach (var word in new[] { MdbMessage.Reset, MdbMessage.JustReset, MdbMessage.Lost }) book[(state, word)] = (MdbState.Inactive, end);
        }

        foreach (var line in Book.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (state, rest) = (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..]);
            foreach (var entry in rest.Split(';', StringSplitOptions.TrimEntries))
            {
                var words = entry.Split(' ');
                book[(Enum.Parse<MdbState>(state), Enum.Parse<MdbMessage>(words[0]))] =
                    (Enum.Parse<MdbState>(words[1]), Enum.Parse<MdbEffect>(words[2]));
            }
        }

        return book;
    }

    private static MdbSession Enabled(MdbAbilities abilities) => Walk(
        MdbSession.Start(abilities), MdbMessage.SetupConfig, MdbMessage.Config, MdbMessage.SetupPrices, MdbMessage.ReaderEnable);

    private static MdbSession Approved() =>
        Walk(Enabled(MdbAbilities.None), MdbMessage.BeginSession, MdbMessage.VendRequest, MdbMessage.VendApproved);

    private static MdbSession Walk(MdbSession session, params ReadOnlySpan<MdbMessage> messages)
    {
        foreach (var message in messages)
        {
            var step = session.After(message);
            Assert.NotEqual(MdbEffect.OutOfSequence, step.Effect);
            session = step.Session;
        }

        return session;
    }

    private static (MdbSession, MdbEffect) Pair(MdbStep step) => (step.Session, step.Effect);
}

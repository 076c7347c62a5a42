namespace Automat.Protocol.Mdb;

/// <summary>Where a controller and its cashless reader are with each other.</summary>
public enum MdbState
{
    /// <summary>After a reset: nothing is agreed.</summary>
    Inactive,

    /// <summary>Set up, and not to take any media.</summary>
    Disabled,

    /// <summary>Waiting for media.</summary>
    Enabled,

    /// <summary>Media is there; the customer may choose.</summary>
    SessionIdle,

    /// <summary>Something was asked for and the reader has not answered.</summary>
    Vend,

    /// <summary>The customer changed their mind before the answer: it has to be a denial.</summary>
    Cancelling,

    /// <summary>The reader said yes: the money is held and the machine delivers.</summary>
    Approved,

    /// <summary>The machine said that nothing came out; the reader gives the money back.</summary>
    Refunding,

    /// <summary>Sold; without several sales in a session it can only be ended.</summary>
    SessionSpent,

    /// <summary>Money is to be put on the medium and the reader has not answered.</summary>
    Revalue,

    /// <summary>Something is to be taken back and the reader has not answered.</summary>
    NegativeVend,

    /// <summary>The machine took it back: the customer is to be credited.</summary>
    NegativeApproved,

    /// <summary>The controller ended the session; the reader has not confirmed.</summary>
    Ending,
}

/// <summary>What a step means for whoever pays.</summary>
public enum MdbEffect
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The reader agreed: the customer's money is held.</summary>
    Held,

    /// <summary>The customer pays: success, or a reset or silence after the approval.</summary>
    Charged,

    /// <summary>What was held goes back to the customer.</summary>
    Released,

    /// <summary>What was held should go back and the reader could not do it: somebody has to.</summary>
    ReleaseFailed,

    /// <summary>The customer got credit: put on, or for something returned.</summary>
    Credited,

    /// <summary>Coins or notes bought something.</summary>
    CashTaken,

    /// <summary>It did not fit the state: the reader says OUT OF SEQUENCE, the controller has to reset.</summary>
    OutOfSequence,
}

/// <summary>What both sides can do.</summary>
[Flags]
public enum MdbAbilities
{
    /// <summary>Level 1 and nothing else: one sale a session.</summary>
    None = 0,

    /// <summary>Both sides sell several times in one session.</summary>
    MultiVend = 1,

    /// <summary>The reader puts money on media (level 2 and up).</summary>
    Revalue = 2,

    /// <summary>Both sides take things back (level 3, option 3).</summary>
    NegativeVend = 4,

    /// <summary>The customer chooses before showing media (level 3, option 5).</summary>
    AlwaysIdle = 8,
}

/// <summary>One line of the table.</summary>
/// <param name="From">In this state,</param>
/// <param name="Message">after this message,</param>
/// <param name="To">comes this state,</param>
/// <param name="Effect">and this it means for the money.</param>
/// <param name="Needs">Only where both sides can do this.</param>
public sealed record MdbTransition(MdbState From, MdbMessage Message, MdbState To, MdbEffect Effect, MdbAbilities Needs = MdbAbilities.None);

/// <summary>
/// The life of a cashless session of MDB level 1 to 3 as a table. What it does not list is out of sequence and changes
/// nothing but the need for a reset.
/// </summary>
public static class MdbSessionTable
{
    /// <summary>What everybody may say at any time without moving anything.</summary>
    private static readonly MdbMessage[] Anytime =
    [
        MdbMessage.Poll, MdbMessage.NothingToSay, MdbMessage.DisplayRequest, MdbMessage.PeripheralId, MdbMessage.Malfunction,
        MdbMessage.TimeRequest, MdbMessage.DataEntryRequest, MdbMessage.DataEntryResponse, MdbMessage.FileTransport,
        MdbMessage.ExpansionId, MdbMessage.ExpansionTime, MdbMessage.ExpansionOptions, MdbMessage.ExpansionFile,
        MdbMessage.ExpansionDiagnostics,
    ];

    /// <summary>All states.</summary>
    public static IReadOnlyList<MdbState> States { get; } = Enum.GetValues<MdbState>();

    /// <summary>All lines.</summary>
    public static IReadOnlyList<MdbTransition> Transitions { get; } = [.. Lines()];

    private static readonly Dictionary<(MdbState, MdbMessage), MdbTransition> ByKey =
        Transitions.ToDictionary(t => (t.From, t.Message));

    /// <summary>The line for a message in a state; null when it is out of sequence for what both sides can do.</summary>
    public static MdbTransition? Find(MdbState state, MdbMessage message, MdbAbilities abilities) =>
        ByKey.TryGetValue((state, message), out var line) && abilities.HasFlag(line.Needs) ? line : null;

    private static IEnumerable<MdbTransition> Lines()
    {
        foreach (var state in Enum.GetValues<MdbState>())
        {
            // A reset, the reader's own restart and its silence end everything. After the approval the goods may be out, so
            // the customer pays; once the controller has said that nothing came out, the customer does not.
            foreach (var end in new[] { MdbMessage.Reset, MdbMessage.JustReset, MdbMessage.Lost })
            {
                yield return new(state, end, MdbState.Inactive, AtTheEnd(state));
            }

            foreach (var talk in Anytime)
            {
                // While money goes back, these two are the answer.
                var answers = state is MdbState.Refunding && talk is (MdbMessage.NothingToSay or MdbMessage.Malfunction);
                if (!answers) yield return new(state, talk, state, MdbEffect.None);
            }

            // The reader says that something did not fit: the controller answers with a reset, which the lines above judge.
            yield return new(state, MdbMessage.OutOfSequence, state, MdbEffect.OutOfSequence);
            if (state is not MdbState.Inactive) yield return new(state, MdbMessage.CashSale, state, MdbEffect.CashTaken);
        }

        yield return new(MdbState.Inactive, MdbMessage.SetupConfig, MdbState.Inactive, MdbEffect.None);
        yield return new(MdbState.Inactive, MdbMessage.Config, MdbState.Inactive, MdbEffect.None);
        yield return new(MdbState.Inactive, MdbMessage.SetupPrices, MdbState.Disabled, MdbEffect.None);

        yield return new(MdbState.Disabled, MdbMessage.SetupConfig, MdbState.Disabled, MdbEffect.None);
        yield return new(MdbState.Disabled, MdbMessage.Config, MdbState.Disabled, MdbEffect.None);
        yield return new(MdbState.Disabled, MdbMessage.SetupPrices, MdbState.Disabled, MdbEffect.None);
        yield return new(MdbState.Disabled, MdbMessage.ReaderEnable, MdbState.Enabled, MdbEffect.None);
        yield return new(MdbState.Disabled, MdbMessage.ReaderDisable, MdbState.Disabled, MdbEffect.None);
        yield return new(MdbState.Disabled, MdbMessage.ReaderCancel, MdbState.Disabled, MdbEffect.None);
        yield return new(MdbState.Disabled, MdbMessage.Cancelled, MdbState.Disabled, MdbEffect.None);

        yield return new(MdbState.Enabled, MdbMessage.ReaderEnable, MdbState.Enabled, MdbEffect.None);
        yield return new(MdbState.Enabled, MdbMessage.ReaderDisable, MdbState.Disabled, MdbEffect.None);
        yield return new(MdbState.Enabled, MdbMessage.ReaderCancel, MdbState.Enabled, MdbEffect.None);
        yield return new(MdbState.Enabled, MdbMessage.Cancelled, MdbState.Enabled, MdbEffect.None);
        yield return new(MdbState.Enabled, MdbMessage.BeginSession, MdbState.SessionIdle, MdbEffect.None);
        yield return new(MdbState.Enabled, MdbMessage.VendRequest, MdbState.Vend, MdbEffect.None, MdbAbilities.AlwaysIdle);
        yield return new(MdbState.Enabled, MdbMessage.NegativeVendRequest, MdbState.NegativeVend, MdbEffect.None,
            MdbAbilities.AlwaysIdle | MdbAbilities.NegativeVend);
        yield return new(MdbState.Enabled, MdbMessage.RevalueRequest, MdbState.Revalue, MdbEffect.None,
            MdbAbilities.AlwaysIdle | MdbAbilities.Revalue);
        yield return new(MdbState.Enabled, MdbMessage.RevalueLimitRequest, MdbState.Enabled, MdbEffect.None,
            MdbAbilities.AlwaysIdle | MdbAbilities.Revalue);
        yield return new(MdbState.Enabled, MdbMessage.RevalueLimit, MdbState.Enabled, MdbEffect.None,
            MdbAbilities.AlwaysIdle | MdbAbilities.Revalue);

        yield return new(MdbState.SessionIdle, MdbMessage.VendRequest, MdbState.Vend, MdbEffect.None);
        yield return new(MdbState.SessionIdle, MdbMessage.NegativeVendRequest, MdbState.NegativeVend, MdbEffect.None, MdbAbilities.NegativeVend);
        yield return new(MdbState.SessionIdle, MdbMessage.RevalueRequest, MdbState.Revalue, MdbEffect.None, MdbAbilities.Revalue);
        yield return new(MdbState.SessionIdle, MdbMessage.RevalueLimitRequest, MdbState.SessionIdle, MdbEffect.None, MdbAbilities.Revalue);
        yield return new(MdbState.SessionIdle, MdbMessage.RevalueLimit, MdbState.SessionIdle, MdbEffect.None, MdbAbilities.Revalue);
        yield return new(MdbState.SessionIdle, MdbMessage.SessionCancelRequest, MdbState.SessionIdle, MdbEffect.None);
        yield return new(MdbState.SessionIdle, MdbMessage.SessionComplete, MdbState.Ending, MdbEffect.None);

        yield return new(MdbState.SessionSpent, MdbMessage.SessionCancelRequest, MdbState.SessionSpent, MdbEffect.None);
        yield return new(MdbState.SessionSpent, MdbMessage.SessionComplete, MdbState.Ending, MdbEffect.None);
        yield return new(MdbState.SessionSpent, MdbMessage.VendRequest, MdbState.Vend, MdbEffect.None, MdbAbilities.MultiVend);

        yield return new(MdbState.Vend, MdbMessage.VendApproved, MdbState.Approved, MdbEffect.Held);
        yield return new(MdbState.Vend, MdbMessage.VendDenied, MdbState.SessionIdle, MdbEffect.None);
        yield return new(MdbState.Vend, MdbMessage.VendCancel, MdbState.Cancelling, MdbEffect.None);
        yield return new(MdbState.Cancelling, MdbMessage.VendDenied, MdbState.SessionIdle, MdbEffect.None);
        yield return new(MdbState.Cancelling, MdbMessage.VendCancel, MdbState.Cancelling, MdbEffect.None);

        yield return new(MdbState.Approved, MdbMessage.VendSuccess, MdbState.SessionSpent, MdbEffect.Charged);
        yield return new(MdbState.Approved, MdbMessage.VendFailure, MdbState.Refunding, MdbEffect.None);

        // Silence within the time allowed is a reader at work, so only polls go by here.
        yield return new(MdbState.Refunding, MdbMessage.NothingToSay, MdbState.SessionIdle, MdbEffect.Released);
        yield return new(MdbState.Refunding, MdbMessage.Malfunction, MdbState.SessionIdle, MdbEffect.ReleaseFailed);

        yield return new(MdbState.Revalue, MdbMessage.RevalueApproved, MdbState.SessionIdle, MdbEffect.Credited);
        yield return new(MdbState.Revalue, MdbMessage.RevalueDenied, MdbState.SessionIdle, MdbEffect.None);

        yield return new(MdbState.NegativeVend, MdbMessage.VendApproved, MdbState.NegativeApproved, MdbEffect.None);
        yield return new(MdbState.NegativeVend, MdbMessage.VendDenied, MdbState.SessionIdle, MdbEffect.None);
        yield return new(MdbState.NegativeVend, MdbMessage.VendCancel, MdbState.Cancelling, MdbEffect.None);
        yield return new(MdbState.NegativeApproved, MdbMessage.VendSuccess, MdbState.SessionSpent, MdbEffect.Credited);
        yield return new(MdbState.NegativeApproved, MdbMessage.VendFailure, MdbState.SessionIdle, MdbEffect.None);

        yield return new(MdbState.Ending, MdbMessage.EndSession, MdbState.Enabled, MdbEffect.None);
        yield return new(MdbState.Ending, MdbMessage.SessionComplete, MdbState.Ending, MdbEffect.None);
    }

    private static MdbEffect AtTheEnd(MdbState state) => state switch
    {
        MdbState.Approved => MdbEffect.Charged,
        MdbState.Refunding => MdbEffect.Released,
        MdbState.NegativeApproved => MdbEffect.Credited,
        _ => MdbEffect.None,
    };
}

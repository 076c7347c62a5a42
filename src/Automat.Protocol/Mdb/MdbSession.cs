namespace Automat.Protocol.Mdb;

/// <summary>
/// A cashless reader's session as it stands: <see cref="MdbSessionTable"/> walked line by line. A value; each step makes the next.
/// </summary>
/// <param name="State">Where it is.</param>
/// <param name="Abilities">What both sides said they can do.</param>
/// <param name="WithoutSession">The customer chose before showing media, so the way back is to <see cref="MdbState.Enabled"/>.</param>
public readonly record struct MdbSession(MdbState State, MdbAbilities Abilities, bool WithoutSession)
{
    /// <summary>As after switching on.</summary>
    public static MdbSession Start(MdbAbilities abilities) => new(MdbState.Inactive, abilities, WithoutSession: false);

    /// <summary>As it is once the controller has set it up and enabled it, ready for media.</summary>
    public static MdbSession Ready(MdbAbilities abilities)
    {
        var session = Start(abilities);
        foreach (var message in SettingUp) session = session.After(message).Session;
        return session;
    }

    /// <summary>What is said after a reset, until the reader waits for media.</summary>
    public static IReadOnlyList<MdbMessage> SettingUp { get; } =
        [MdbMessage.SetupConfig, MdbMessage.Config, MdbMessage.SetupPrices, MdbMessage.ReaderEnable];

    /// <summary>Takes a message from either side.</summary>
    /// <param name="message">What was said.</param>
    /// <param name="malfunction">The code that came with <see cref="MdbMessage.Malfunction"/>.</param>
    public MdbStep After(MdbMessage message, byte malfunction = RefundError)
    {
        // Only one kind of malfunction answers a failure: that the money could not be given back.
        if (State is MdbState.Refunding && message is MdbMessage.Malfunction && (malfunction & 0xF0) != RefundError)
        {
            return new MdbStep(this, MdbEffect.None);
        }

        if (MdbSessionTable.Find(State, message, Abilities) is not { } line) return new MdbStep(this, MdbEffect.OutOfSequence);
        var chosenFirst = State is MdbState.Enabled && line.To is (MdbState.Vend or MdbState.Revalue or MdbState.NegativeVend);
        var without = chosenFirst || WithoutSession;
        // Without a session there is none to go back to.
        var to = without && line.To is (MdbState.SessionIdle or MdbState.SessionSpent) ? MdbState.Enabled : line.To;
        var over = to is MdbState.Inactive or MdbState.Disabled or MdbState.Enabled;
        return new MdbStep(new MdbSession(to, Abilities, without && !over), line.Effect);
    }

    private const byte RefundError = 0b1100_0000;
}

/// <summary>What a message did.</summary>
/// <param name="Session">The session now.</param>
/// <param name="Effect">What it means for whoever pays.</param>
public readonly record struct MdbStep(MdbSession Session, MdbEffect Effect);

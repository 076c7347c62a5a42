namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>How a credit came out, or that more must be known.</summary>
internal enum CreditFate
{
    /// <summary>Somebody may still choose.</summary>
    Open,

    /// <summary>A vend succeeded.</summary>
    Vended,

    /// <summary>Nothing was vended, and nothing can be any more.</summary>
    NotVended,

    /// <summary>Nothing was vended, but the credit may still lie in the board: it has to be restarted first.</summary>
    NotBegun,

    /// <summary>Nobody can tell.</summary>
    Unknown,
}

/// <summary>A fate, and how it is known.</summary>
/// <param name="Fate">The fate.</param>
/// <param name="Evidence">A stable word, kept with the sale.</param>
internal readonly record struct CreditVerdict(CreditFate Fate, string Evidence)
{
    /// <summary>More must be known.</summary>
    public static CreditVerdict Open => new(CreditFate.Open, "");
}

/// <summary>What is to be remembered of a credit before it is given, so that it can be judged afterwards, by whomever.</summary>
/// <param name="Units">The credit in MDB units.</param>
/// <param name="SentAt">When it was signed.</param>
/// <param name="SuccessBefore">The board's <c>last_vend_success_time</c> before.</param>
/// <param name="BoardStartedAt">When the board had started, by its uptime before.</param>
internal sealed record GivenCredit(int Units, DateTimeOffset SentAt, long SuccessBefore, DateTimeOffset BoardStartedAt)
{
    private static readonly TimeSpan UptimeSlack = TimeSpan.FromSeconds(VmFlowSettings.ShortestSettling / 2);

    /// <summary>
    /// The board has started since: what it remembered is gone. Its uptime is whole seconds and arrives a little later, which is
    /// why a board that has just started is given no credit.
    /// </summary>
    public bool HasRestarted(BoardInfo info) => info.StartedAt - BoardStartedAt > UptimeSlack;

    /// <summary>The board tells of a success it did not know before, and not an older one than the credit.</summary>
    public bool HasVended(BoardInfo info) =>
        info.LastSuccess != SuccessBefore && info.LastSuccess >= SentAt.ToUnixTimeSeconds() - SignedText.Window;

    /// <summary>A failure that can only be this credit's: all of it was asked for, and not before it was given.</summary>
    public bool HasFailed(FailLine failed) => failed.At >= SentAt.ToUnixTimeSeconds() - SignedText.Window;

    /// <summary>Evidence of a success: whether the price was the one that was paid for.</summary>
    public string EvidenceOf(BoardInfo info) => info.LastPrice == Units ? "vend_success" : "vend_success_other";
}

/// <summary>
/// Watches what a board says after it was given a credit, and judges. Pure: it is told everything. The board publishes no
/// success, so a success is a change of its <c>last_vend_success_time</c>; a reset or a restart in between leaves no trace of
/// what came out, and is a doubt.
/// </summary>
internal sealed class CreditWatch(GivenCredit credit, VmFlowSettings settings)
{
    private readonly DateTimeOffset ends = credit.SentAt + TimeSpan.FromSeconds(settings.SessionS);
    private readonly DateTimeOffset over = OverBy(credit, settings);
    private readonly DateTimeOffset confirmedBy = credit.SentAt + TimeSpan.FromSeconds(settings.ConfirmWithin);
    private bool began;
    private bool vending;
    private bool failed;
    private bool confirmed;

    /// <summary>When a credit's session is over whatever happens, and what is told of it later can be of something else.</summary>
    public static DateTimeOffset OverBy(GivenCredit credit, VmFlowSettings settings) =>
        credit.SentAt + TimeSpan.FromSeconds(settings.SessionS + settings.GraceS);

    /// <summary>The board took the command. That is all it says: a second credit it dropped it confirms, too.</summary>
    public void Confirmed() => confirmed = true;

    /// <summary>A vend failed.</summary>
    public CreditVerdict Failed(FailLine line)
    {
        if (!credit.HasFailed(line)) return CreditVerdict.Open;
        failed = began = true;
        vending = false;
        // What is left after a cheaper choice could still buy something; nothing is left after the full price.
        return line.Units >= credit.Units ? new CreditVerdict(CreditFate.NotVended, "vend_failed") : CreditVerdict.Open;
    }

    /// <summary>The board said how it is.</summary>
    public CreditVerdict See(BoardInfo info)
    {
        if (credit.HasRestarted(info)) return new CreditVerdict(CreditFate.Unknown, "board_restarted");
        if (credit.HasVended(info)) return new CreditVerdict(CreditFate.Vended, credit.EvidenceOf(info));
        switch (info.State)
        {
            case ReaderState.Idle:
                began = true;
                vending = false; // it came back from choosing, and no success was noted
                return Late(info, CreditVerdict.Open);
            case ReaderState.Vend:
                began = vending = true;
                return Late(info, CreditVerdict.Open);
            case ReaderState.Inactive or ReaderState.Disabled when began:
                return new CreditVerdict(CreditFate.Unknown, "machine_reset");
            case ReaderState.Enabled when began:
                return vending
                    ? new CreditVerdict(CreditFate.Unknown, "no_evidence")
                    : new CreditVerdict(CreditFate.NotVended, failed ? "vend_failed" : "no_vend");
            case ReaderState.Inactive or ReaderState.Disabled or ReaderState.Enabled:
                return info.HeardAt >= ends || (!confirmed && info.HeardAt >= confirmedBy)
                    ? new CreditVerdict(CreditFate.NotBegun, confirmed ? "no_session" : "not_taken")
                    : CreditVerdict.Open;
        }

        return CreditVerdict.Open;
    }

    /// <summary>The board does not say how it is.</summary>
    public CreditVerdict Silent(DateTimeOffset now) =>
        now >= over ? new CreditVerdict(CreditFate.Unknown, "no_answer") : CreditVerdict.Open;

    private CreditVerdict Late(BoardInfo info, CreditVerdict open) =>
        info.HeardAt >= over ? new CreditVerdict(CreditFate.Unknown, "no_answer") : open;
}

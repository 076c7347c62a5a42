using Automat.Protocol.Mdb;

namespace Automat.Simulator.Machines.VmFlow;

/// <summary>Where a cashless reader is, as MDB has it; the numbers are those the board tells.</summary>
public enum ReaderMode
{
    /// <summary>Reset.</summary>
    Inactive = 0,

    /// <summary>Set up and switched off.</summary>
    Disabled = 1,

    /// <summary>Ready for a session.</summary>
    Enabled = 2,

    /// <summary>In a session.</summary>
    Idle = 3,

    /// <summary>A vend was asked for.</summary>
    Vend = 4,
}

/// <summary>What a reader answers to VEND REQUEST.</summary>
public enum VendAnswer
{
    /// <summary>VEND APPROVED.</summary>
    Approved,

    /// <summary>VEND DENIED.</summary>
    Denied,

    /// <summary>Nothing at all, until the session ends by itself.</summary>
    Nothing,
}

/// <summary>
/// The cashless reader in a VMflow board: a session as MDB's table has it, and the four things the firmware does otherwise. Of
/// two credits before a session the second is dropped, which the bus never sees; the other three are <see cref="Deviations"/>.
/// </summary>
/// <param name="moved">Is told of every step the session takes, also of those that were out of sequence and moved nothing.</param>
public sealed class BoardReader(Action<MdbTransition>? moved = null)
{
    /// <summary>A session ends by itself after this.</summary>
    public static TimeSpan LongestSession { get; } = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private MdbSession session = MdbSession.Ready(MdbAbilities.None); // the firmware speaks level 1
    private int? queued;
    private DateTimeOffset began;

    /// <summary>Where the firmware leaves <see cref="MdbSessionTable"/>: these lines hold instead of the table's.</summary>
    public static IReadOnlyList<MdbTransition> Deviations { get; } =
    [
        // A credit begins a session although the reader is switched off or not set up.
        new(MdbState.Inactive, MdbMessage.BeginSession, MdbState.SessionIdle, MdbEffect.None),
        new(MdbState.Disabled, MdbMessage.BeginSession, MdbState.SessionIdle, MdbEffect.None),

        // Funds are gone with the approval: a failure is acknowledged and nothing is given back. Who asks with no funds left
        // gets no answer, until the session's time is up.
        new(MdbState.Refunding, MdbMessage.NothingToSay, MdbState.SessionIdle, MdbEffect.None),
        new(MdbState.Vend, MdbMessage.SessionCancelRequest, MdbState.SessionIdle, MdbEffect.None),
        new(MdbState.Approved, MdbMessage.SessionCancelRequest, MdbState.SessionIdle, MdbEffect.None),

        // A reset between approval and success should count as success, and is not recorded.
        new(MdbState.Approved, MdbMessage.Reset, MdbState.Inactive, MdbEffect.None),
        new(MdbState.Approved, MdbMessage.JustReset, MdbState.Inactive, MdbEffect.None),
    ];

    /// <summary>Where it is.</summary>
    public ReaderMode Mode
    {
        get
        {
            lock (gate) return ModeOf(session.State);
        }
    }

    /// <summary>Units left in the session.</summary>
    public int Funds { get; private set; }

    /// <summary>Unix seconds of the last success; forgotten with the power.</summary>
    public long LastSuccess { get; private set; }

    /// <summary>Units of the last vend.</summary>
    public int LastPrice { get; private set; }

    /// <summary>Item of the last vend.</summary>
    public int LastItem { get; private set; }

    /// <summary>What the board tells of a state.</summary>
    public static ReaderMode ModeOf(MdbState state) => state switch
    {
        MdbState.Inactive => ReaderMode.Inactive,
        MdbState.Disabled => ReaderMode.Disabled,
        MdbState.Enabled => ReaderMode.Enabled,
        MdbState.Vend or MdbState.Cancelling or MdbState.Approved or MdbState.Refunding => ReaderMode.Vend,
        _ => ReaderMode.Idle,
    };

    /// <summary>A credit came; false when one waits already, and this one is dropped.</summary>
    public bool Queue(int units)
    {
        lock (gate)
        {
            if (queued is not null) return false;
            queued = units;
            return true;
        }
    }

    /// <summary>The machine polls; whether a session began.</summary>
    public bool Poll(DateTimeOffset now)
    {
        lock (gate)
        {
            var mode = ModeOf(session.State);
            if (mode <= ReaderMode.Enabled && queued is { } funds)
            {
                Take(MdbMessage.BeginSession);
                (Funds, queued, began) = (funds, null, now);
                return true;
            }

            if (mode >= ReaderMode.Idle && now - began > LongestSession)
            {
                Take(MdbMessage.SessionCancelRequest);
                End();
            }

            return false;
        }
    }

    /// <summary>VEND REQUEST.</summary>
    public VendAnswer Request(int price, int item)
    {
        lock (gate)
        {
            if (Take(MdbMessage.VendRequest) is MdbEffect.OutOfSequence || Funds == 0) return VendAnswer.Nothing;
            if (price > Funds)
            {
                Take(MdbMessage.VendDenied);
                return VendAnswer.Denied;
            }

            Take(MdbMessage.VendApproved);
            Funds -= price;
            (LastPrice, LastItem) = (price, item);
            return VendAnswer.Approved;
        }
    }

    /// <summary>VEND SUCCESS; false when nothing was approved, as after a restart in between: then it leaves no trace.</summary>
    public bool Succeed(DateTimeOffset now)
    {
        lock (gate)
        {
            if (Take(MdbMessage.VendSuccess) is not MdbEffect.Charged) return false;
            LastSuccess = now.ToUnixTimeSeconds();
            return true;
        }
    }

    /// <summary>VEND FAILURE, and the poll after it; the funds are not given back.</summary>
    public void Fail()
    {
        lock (gate)
        {
            if (Take(MdbMessage.VendFailure) is not MdbEffect.OutOfSequence) Take(MdbMessage.NothingToSay);
        }
    }

    /// <summary>SESSION COMPLETE.</summary>
    public void Complete()
    {
        lock (gate) End();
    }

    /// <summary>RESET of the bus; what was being vended leaves no trace.</summary>
    public void Reset()
    {
        lock (gate) Take(MdbMessage.Reset);
    }

    /// <summary>READER DISABLE.</summary>
    public void Disable()
    {
        lock (gate) Take(MdbMessage.ReaderDisable);
    }

    /// <summary>READER ENABLE.</summary>
    public void Enable()
    {
        lock (gate) Take(MdbMessage.ReaderEnable);
    }

    /// <summary>The board starts anew and remembers nothing; the machine sets it up again.</summary>
    public void Restart()
    {
        lock (gate)
        {
            Take(MdbMessage.JustReset);
            foreach (var message in MdbSession.SettingUp) Take(message);
            queued = null;
            (Funds, LastSuccess, LastPrice, LastItem) = (0, 0, 0, 0);
        }
    }

    private void End()
    {
        if (Take(MdbMessage.SessionComplete) is not MdbEffect.OutOfSequence) Take(MdbMessage.EndSession);
    }

    private MdbEffect Take(MdbMessage message)
    {
        var from = session.State;
        var step = Deviations.FirstOrDefault(line => line.From == from && line.Message == message) is { } own
            ? new MdbStep(session with { State = own.To }, own.Effect)
            : session.After(message);
        session = step.Session;
        moved?.Invoke(new MdbTransition(from, message, session.State, step.Effect));
        return step.Effect;
    }
}

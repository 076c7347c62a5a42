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
/// The cashless reader in a VMflow board, with the four things it does otherwise than one would expect: of two credits before a
/// session the second is dropped; a session begins even while the reader is switched off; funds are deducted at approval and not
/// given back when the vend fails; and a reset between approval and success is not recorded.
/// </summary>
public sealed class BoardReader
{
    /// <summary>A session ends by itself after this.</summary>
    public static TimeSpan LongestSession { get; } = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private int? queued;
    private DateTimeOffset began;

    /// <summary>Where it is.</summary>
    public ReaderMode Mode { get; private set; } = ReaderMode.Enabled;

    /// <summary>Units left in the session.</summary>
    public int Funds { get; private set; }

    /// <summary>Unix seconds of the last success; forgotten with the power.</summary>
    public long LastSuccess { get; private set; }

    /// <summary>Units of the last vend.</summary>
    public int LastPrice { get; private set; }

    /// <summary>Item of the last vend.</summary>
    public int LastItem { get; private set; }

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
            if (Mode <= ReaderMode.Enabled && queued is { } funds)
            {
                (Funds, queued, Mode, began) = (funds, null, ReaderMode.Idle, now);
                return true;
            }

            if (Mode >= ReaderMode.Idle && now - began > LongestSession) Mode = ReaderMode.Enabled;
            return false;
        }
    }

    /// <summary>VEND REQUEST.</summary>
    public VendAnswer Request(int price, int item)
    {
        lock (gate)
        {
            Mode = ReaderMode.Vend;
            if (Funds == 0) return VendAnswer.Nothing;
            if (price > Funds)
            {
                Mode = ReaderMode.Idle;
                return VendAnswer.Denied;
            }

            Funds -= price;
            (LastPrice, LastItem) = (price, item);
            return VendAnswer.Approved;
        }
    }

    /// <summary>VEND SUCCESS.</summary>
    public void Succeed(DateTimeOffset now)
    {
        lock (gate) (Mode, LastSuccess) = (ReaderMode.Idle, now.ToUnixTimeSeconds());
    }

    /// <summary>VEND FAILURE; the funds are not given back.</summary>
    public void Fail()
    {
        lock (gate) Mode = ReaderMode.Idle;
    }

    /// <summary>SESSION COMPLETE.</summary>
    public void Complete()
    {
        lock (gate) Mode = ReaderMode.Enabled;
    }

    /// <summary>RESET of the bus; what was being vended leaves no trace.</summary>
    public void Reset()
    {
        lock (gate) Mode = ReaderMode.Inactive;
    }

    /// <summary>READER DISABLE, or SETUP after a reset.</summary>
    public void Disable()
    {
        lock (gate) Mode = ReaderMode.Disabled;
    }

    /// <summary>READER ENABLE.</summary>
    public void Enable()
    {
        lock (gate) Mode = ReaderMode.Enabled;
    }

    /// <summary>The board starts anew and remembers nothing; the machine sets it up again.</summary>
    public void Restart()
    {
        lock (gate)
        {
            queued = null;
            (Mode, Funds, LastSuccess, LastPrice, LastItem) = (ReaderMode.Enabled, 0, 0, 0, 0);
        }
    }
}

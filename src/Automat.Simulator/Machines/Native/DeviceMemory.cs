using Automat.Protocol;
using Automat.Protocol.Mdb;
using Automat.Simulator.Judging;

namespace Automat.Simulator.Machines.Native;

/// <summary>A chip sale at the machine, from the request to the goods: a session of its MDB bus and what the server said to it.</summary>
/// <param name="Request">What the server was or will be asked.</param>
internal sealed record OpenSale(ReserveRequest Request)
{
    /// <summary>Where controller and reader are with each other: something was asked for, to begin with.</summary>
    public MdbSession Session { get; private init; } =
        MdbSession.Ready(MdbAbilities.None).After(MdbMessage.BeginSession).Session.After(MdbMessage.VendRequest).Session;

    /// <summary>The vend, once the server has approved; the bus may not have heard of it yet.</summary>
    public VendAnswer? Approved { get; init; }

    /// <summary>The sale after something was said on the bus.</summary>
    /// <exception cref="InvalidOperationException">It is out of sequence: a bug of the simulated machine.</exception>
    public OpenSale After(MdbMessage message) => this with { Session = Step(message).Session };

    /// <summary>Whether the customer pays when this is said, a reset for instance.</summary>
    /// <exception cref="InvalidOperationException">It is out of sequence: a bug of the simulated machine.</exception>
    public bool IsChargedBy(MdbMessage message) => Step(message).Effect is MdbEffect.Charged;

    private MdbStep Step(MdbMessage message) => Session.After(message) is { Effect: not MdbEffect.OutOfSequence } step
        ? step
        : throw new InvalidOperationException($"{message} is out of sequence in {Session.State}.");
}

/// <summary>How a vend ended; to be told until the server has said that it knows.</summary>
/// <param name="Reservation">The vend.</param>
/// <param name="Delivered">The goods are out.</param>
/// <param name="Word">Evidence or reason.</param>
/// <param name="Due">Not told before.</param>
/// <param name="Proof">What the witness saw.</param>
internal sealed record Settlement(string Reservation, bool Delivered, string Word, DateTimeOffset Due, Dispensed? Proof);

/// <summary>What became of a command; to be told until the server has said that it knows.</summary>
internal sealed record CommandEnd(string Command, CommandOutcome Outcome, string? Detail, Dispensed? Proof);

/// <summary>An event and what the witness saw of it.</summary>
internal sealed record ToldEvent(DeviceEvent Event, Dispensed? Proof);

/// <summary>What a machine has written down; a power cut takes everything else. All under its <see cref="Gate"/>.</summary>
internal sealed class DeviceMemory
{
    /// <summary>Held while anything here is read or changed.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Number of the newest event.</summary>
    public long Sequence { get; private set; }

    /// <summary>Events the server has not confirmed, oldest first.</summary>
    public List<ToldEvent> Events { get; } = [];

    /// <summary>Ends of vends the server has not confirmed.</summary>
    public List<Settlement> Settlements { get; } = [];

    /// <summary>Requests whose answer never came: asked again, and cancelled.</summary>
    public List<ReserveRequest> Abandoned { get; } = [];

    /// <summary>Ends of commands the server has not confirmed.</summary>
    public List<CommandEnd> Ends { get; } = [];

    /// <summary>What became of every command there ever was, so that a repeat is not done again.</summary>
    public Dictionary<string, CommandEnd> Commands { get; } = new(StringComparer.Ordinal);

    /// <summary>The sale at hand.</summary>
    public OpenSale? Open { get; set; }

    /// <summary>The command at hand, while the spiral turns.</summary>
    public DeviceCommand? Turning { get; set; }

    /// <summary>Nothing is left to tell, and nothing is at hand.</summary>
    public bool IsQuiet
    {
        get
        {
            lock (Gate)
            {
                return Open is null && Turning is null && Events.Count + Settlements.Count + Abandoned.Count + Ends.Count == 0;
            }
        }
    }

    /// <summary>Writes an event down under the next number.</summary>
    public long Note(DeviceEvent what, Func<long, Dispensed>? proof = null)
    {
        lock (Gate)
        {
            var sequence = ++Sequence;
            Events.Add(new ToldEvent(what with { Sequence = sequence }, proof?.Invoke(sequence)));
            return sequence;
        }
    }

    /// <summary>Writes down what became of a command.</summary>
    public void End(CommandEnd end)
    {
        lock (Gate)
        {
            Turning = null;
            Commands[end.Command] = end;
            Ends.Add(end);
        }
    }
}

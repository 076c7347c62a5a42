using System.Collections.Concurrent;

namespace Automat.Simulator.Judging;

/// <summary>What the machine knows a sale by.</summary>
public enum ProofKind
{
    /// <summary>A vend's id.</summary>
    Vend,

    /// <summary>The id of the command it was sent.</summary>
    Command,

    /// <summary>A pick-up code and the customer's address.</summary>
    PickUp,

    /// <summary>The number of the event that tells of a cash sale.</summary>
    Cash,

    /// <summary>Nothing but its price: the machine was given credit and does not know for what.</summary>
    Credit,
}

/// <summary>Something that left a machine. The simulated machine saw it, whatever the server came to hear.</summary>
/// <param name="Machine">Which machine.</param>
/// <param name="Proof">What kind of name it has.</param>
/// <param name="Reference">That name.</param>
/// <param name="Amount">Minor units, where the machine knows.</param>
public sealed record Dispensed(string Machine, ProofKind Proof, string Reference, long? Amount)
{
    private int times;
    private volatile bool told;

    /// <summary>How often it came out; more than once is never right.</summary>
    public int Times => Volatile.Read(ref times);

    /// <summary>The machine has good reason to believe that the server knows.</summary>
    public bool IsTold => told;

    /// <summary>The server confirmed it, or what carries the news did.</summary>
    public void Told() => told = true;

    internal void Again() => Interlocked.Increment(ref times);
}

/// <summary>Somebody who bought on the web.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Email">Who; nobody else has this address.</param>
/// <param name="Session">The pay page they paid on.</param>
public sealed record PaidOnline(string Machine, string Email, string Session)
{
    /// <summary>What their page said last, such as <c>Delivered</c>.</summary>
    public string Stage { get; set; } = "";

    /// <summary>The page said that it is over.</summary>
    public bool IsOver { get; set; }
}

/// <summary>
/// Sees all that really happens at the machines and to the customers, so that the books can be held against it afterwards.
/// </summary>
public sealed class Witness
{
    private readonly ConcurrentDictionary<(string, ProofKind, string), Dispensed> dispensed = new();
    private readonly ConcurrentQueue<PaidOnline> paid = new();
    private readonly ConcurrentQueue<string> breaches = new();

    /// <summary>All that came out.</summary>
    public IReadOnlyList<Dispensed> All => [.. dispensed.Values];

    /// <summary>All who paid online.</summary>
    public IReadOnlyList<PaidOnline> Online => [.. paid];

    /// <summary>What the server should never have done, as it was seen to do it.</summary>
    public IReadOnlyList<string> Breaches => [.. breaches];

    /// <summary>The goods are out.</summary>
    public Dispensed Saw(string machine, ProofKind proof, string reference, long? amount = null)
    {
        var seen = dispensed.GetOrAdd(
            (machine, proof, reference), static (key, a) => new Dispensed(key.Item1, key.Item2, key.Item3, a), amount);
        seen.Again();
        return seen;
    }

    /// <summary>Somebody has paid.</summary>
    public PaidOnline SawPay(string machine, string email, string session)
    {
        var customer = new PaidOnline(machine, email, session);
        paid.Enqueue(customer);
        return customer;
    }

    /// <summary>The server let through what it must refuse.</summary>
    public void SawBreach(string sentence) => breaches.Enqueue(sentence);
}

using System.Collections.Frozen;
using System.Text.Json;
using Automat.Domain;

namespace Automat.Server.Machines;

/// <summary>How handing over a command ended. A driver says what really happened, and that it cannot know when it cannot.</summary>
public enum DeliveryOutcome
{
    /// <summary>The machine did it.</summary>
    Delivered,

    /// <summary>The machine said it could not; nothing left it.</summary>
    Refused,

    /// <summary>Nothing was handed over; it can be tried again when the machine is back.</summary>
    NotSent,

    /// <summary>Handed over to a machine that tells repeats apart; the same command may be sent again.</summary>
    MaybeSent,

    /// <summary>Handed over, then silence. Nobody knows.</summary>
    Unknown,
}

/// <summary>How handing over a command ended, and how we know.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Evidence">How we know, in a stable word kept with the sale.</param>
public readonly record struct DeliveryResult(DeliveryOutcome Outcome, string Evidence);

/// <summary>
/// One family of hardware: how a sale is handed to it and what it can do. A driver holds no money rules; it reports what
/// happened, and the sale decides what that means.
/// </summary>
public interface IMachineDriver
{
    /// <summary>Stable name, as stored with the machine.</summary>
    string Name { get; }

    /// <summary>What a sale on such a machine needs; from the machine's own settings.</summary>
    DeliveryTerms TermsOf(Machine machine);

    /// <summary>Whether there is a line to such a machine at all; where there is none it is never offline.</summary>
    bool HasLine => true;

    /// <summary>Why the machine cannot take a sale now, in a stable word; null when it can. Asked before any money moves.</summary>
    string? WhyNotReady(Machine machine);

    /// <summary>
    /// Why the machine cannot deliver just this, although it is ready, in a stable word; null when it can. Asked before any
    /// money moves.
    /// </summary>
    /// <param name="machine">The machine.</param>
    /// <param name="pieces">Pieces in all.</param>
    /// <param name="price">What they cost together.</param>
    string? WhyNotDeliver(Machine machine, int pieces, Money price) => null;

    /// <summary>Why what the machine says cannot be trusted, in a stable word for staff to see; null when it can.</summary>
    string? WhyInsecure(Machine machine) => null;

    /// <summary>Minor units such a machine may sell on the web in a day; null where there is no limit.</summary>
    long? SpendLimitOf(Machine machine) => null;

    /// <summary>What is handed to such a machine so that it delivers once without a sale; null when it cannot.</summary>
    DeliveryPayload? TestOf(Machine machine) => null;

    /// <summary>Whether its customers collect with a code what they paid somewhere else: then web orders can be collected there.</summary>
    bool UsesCodes => false;

    /// <summary>Whether somebody weighs goods there: only then can it have products that are sold by weight.</summary>
    bool WeighsGoods => false;

    /// <summary>
    /// Whether it serves one customer after the other, each for a while: then what was ordered ahead waits until its customer
    /// says that they stand before the machine.
    /// </summary>
    bool WaitsForCustomer => false;

    /// <summary>Whether such a machine may have a secret that was chosen elsewhere; else it gets one of ours.</summary>
    bool TakesSecret(string secret) => false;

    /// <summary>Whether a command can be handed to the machine at this moment.</summary>
    bool CanReach(MachineId machine);

    /// <summary>Whether such a machine can do what a command of this kind asks.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="commandKind">The kind of its sales, or one of <see cref="CommandKinds"/>.</param>
    bool Understands(Machine machine, string commandKind);

    /// <summary>Whether the machine fetches its commands itself at this moment; then nothing is handed to it.</summary>
    bool Fetches(Machine machine);

    /// <summary>What is wrong with settings for such a machine, by field; empty when nothing is.</summary>
    IReadOnlyDictionary<string, string> FaultsIn(JsonElement settings) => FrozenDictionary<string, string>.Empty;

    /// <summary>The machine has lost its right to be connected: whatever line it has is ended. MQTT ends by itself.</summary>
    void Close(MachineId machine)
    {
    }

    /// <summary>Hands a command over once and waits until its fate is known, at most until its deadline.</summary>
    Task<DeliveryResult> DeliverAsync(Machine machine, MachineCommand command, CancellationToken ct);

    /// <summary>What has to be assumed of a command that was being handed over when the server stopped.</summary>
    DeliveryResult AfterRestart(Machine machine, MachineCommand command);
}

/// <summary>What a sale on a machine needs.</summary>
/// <param name="CommandKind">The word for its delivery command.</param>
/// <param name="TakeWithin">How long the machine may take to come and fetch the command before the money goes back.</param>
/// <param name="AnswerWithin">How long it may stay silent once it has the command.</param>
/// <param name="DecideWithin">How long an unknown outcome stays open before the machine's policy decides.</param>
/// <param name="UsesCode">Whether the customer needs a pick-up code.</param>
/// <param name="SalesAtOnce">How many paid sales may wait for the machine before no more are taken.</param>
public sealed record DeliveryTerms(
    string CommandKind, TimeSpan TakeWithin, TimeSpan AnswerWithin, TimeSpan DecideWithin, bool UsesCode, int SalesAtOnce)
{
    /// <summary>
    /// Minor units held on the customer's card before the door opens; null where the customer chooses beforehand. A machine
    /// with a hold sells baskets: its command opens the door, which delivers nothing yet, and the basket settles the sale.
    /// </summary>
    public long? HoldAmount { get; init; }

    /// <summary>Whether its own controller sets the prices: no price list of ours holds there.</summary>
    public bool SetsPrices { get; init; }

    /// <summary>Whether people hand the goods over, and say so; then the command waits for them.</summary>
    public bool ByHand { get; init; }

    /// <summary>How long it may stay silent once it has fetched the command by itself.</summary>
    public TimeSpan FetchedAnswerWithin { get; init; } = AnswerWithin;
}

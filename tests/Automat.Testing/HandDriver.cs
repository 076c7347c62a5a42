using System.Collections.Concurrent;
using Automat.Domain;
using Automat.Server.Machines;

namespace Automat.Testing;

/// <summary>A driver whose machines a test plays by hand: what they can do, whether they fetch, what they answer.</summary>
public sealed class HandDriver : IMachineDriver
{
    public const string DriverName = "hand";

    private readonly ConcurrentQueue<MachineCommand> given = new();
    private TaskCompletionSource<DeliveryResult> next = NewAnswer();

    public string Name => DriverName;

    /// <summary>The machine fetches what it is to do.</summary>
    public bool Polling { get; set; }

    /// <summary>It can be reached.</summary>
    public bool Connected { get; set; } = true;

    /// <summary>Everything it was ever handed, repeats too.</summary>
    public IReadOnlyList<MachineCommand> Given => [.. given];

    /// <summary>How long machines with a door may take for everything.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Settings that are refused, to be seen by who writes them.</summary>
    public IReadOnlyDictionary<string, string> FaultsIn(System.Text.Json.JsonElement settings) =>
        settings.TryGetProperty("bad", out _)
            ? new Dictionary<string, string>(StringComparer.Ordinal) { ["settings.bad"] = "Not this one." }
            : new Dictionary<string, string>();

    public DeliveryTerms TermsOf(Machine machine) => HoldOf(machine) is { } hold
        ? new(CommandKinds.Unlock, Patience, Patience, Patience, UsesCode: false, 5) { HoldAmount = hold }
        : new(CommandKinds.Vend, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5), UsesCode: false, 5);

    public string? WhyNotReady(Machine machine) => Connected ? null : "machine_offline";

    public bool CanReach(MachineId machine) => Connected;

    public bool Understands(Machine machine, string commandKind) => commandKind != CommandKinds.ShowMessage;

    public bool Fetches(Machine machine) => Polling;

    public async Task<DeliveryResult> DeliverAsync(Machine machine, MachineCommand command, CancellationToken ct)
    {
        given.Enqueue(command);
        return await next.Task.WaitAsync(ct);
    }

    public DeliveryResult AfterRestart(Machine machine, MachineCommand command) =>
        new(DeliveryOutcome.MaybeSent, "server_restarted");

    /// <summary>Answers whatever it was handed, and all that follows until it is asked to wait again.</summary>
    public void Answer(DeliveryOutcome outcome, string evidence) => next.TrySetResult(new DeliveryResult(outcome, evidence));

    /// <summary>From now on it lets the server wait.</summary>
    public void Wait() => next = NewAnswer();

    /// <summary>A machine whose settings name a hold opens its door for it.</summary>
    private static long? HoldOf(Machine machine) =>
        System.Text.Json.JsonElement.Parse(machine.Settings).TryGetProperty("hold_amount", out var hold) ? hold.GetInt64() : null;

    private static TaskCompletionSource<DeliveryResult> NewAnswer() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

using System.Collections.Concurrent;
using System.Text;
using Automat.Domain;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>Something that is said again and again; whoever waits hears the next one.</summary>
internal sealed class Next<T>
{
    private TaskCompletionSource<T> next = New();

    /// <summary>The next thing that is said from now on.</summary>
    public Task<T> Task => Volatile.Read(ref next).Task;

    /// <summary>Says it to all who wait.</summary>
    public void Say(T what) => Interlocked.Exchange(ref next, New()).TrySetResult(what);

    private static TaskCompletionSource<T> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What this node knows of one board while it is connected; what matters later is written down elsewhere.</summary>
internal sealed class Board
{
    /// <summary>Its answers to <c>info</c>.</summary>
    public Next<BoardInfo> Infos { get; } = new();

    /// <summary>Its confirmations, which say not of what.</summary>
    public Next<bool> Confirmations { get; } = new();

    /// <summary>Failed vends, signature checked.</summary>
    public Next<FailLine> Failures { get; } = new();

    /// <summary>One question at a time.</summary>
    public SemaphoreSlim Asking { get; } = new(1);

    /// <summary>When it was last asked how it is.</summary>
    public DateTimeOffset AskedAt { get; set; }

    /// <summary>The machine, while it can be reached.</summary>
    public Machine? Machine { get; set; }

    /// <summary>Its settings when it came: what it may read and write follows from them.</summary>
    public string? Settings { get; set; }

    /// <summary>A credit is being watched here; questions in between are not needed.</summary>
    public bool IsWatched { get; set; }

    /// <summary>Some credit may be in doubt, so what it says of itself is held against that.</summary>
    public bool MayBeInDoubt { get; set; } = true;

    /// <summary>It may have forgotten a credit that only its machine's audit data can tell of.</summary>
    public bool MayHaveForgotten { get; set; } = true;

    /// <summary>The credit that the restart this board was told of last was to make it forget; nothing had come out for it.</summary>
    public GivenCredit? TakenBack { get; set; }

    /// <summary>When its machine's audit data was last asked for, or came; null before anybody looked.</summary>
    public DateTimeOffset? DexAskedAt { get; set; }

    /// <summary>How its reader was when it last said so.</summary>
    public ReaderState? State { get; set; }
}

/// <summary>The boards, and speaking to them. The broker asks the driver in turn, so MQTT is fetched late.</summary>
internal sealed class Boards(IServiceProvider services, MachineKeys keys, TimeProvider clock)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly Lazy<IMachineMqtt> mqtt = new(services.GetRequiredService<IMachineMqtt>);
    private readonly DriverSettings<VmFlowSettings> settings = new();
    private readonly ConcurrentDictionary<MachineId, Board> all = new();

    /// <summary>All boards that can be reached.</summary>
    public IEnumerable<(Board Board, Machine Machine)> Connected => all.Values.Where(b => b.Machine is not null).Select(b => (b, b.Machine!));

    public VmFlowSettings SettingsOf(Machine machine) => settings.Of(machine);

    public VmFlowTopics TopicsOf(Machine machine) => new(settings.Of(machine).Sub ?? machine.Id.Value);

    public Board Of(MachineId machine) => all.GetOrAdd(machine, _ => new Board());

    /// <summary>Whether a board that came can be reached at this moment.</summary>
    public bool IsThere(MachineId machine) => all.TryGetValue(machine, out var board) && board.Machine is { } known && CanReach(known);

    public bool CanReach(Machine machine) => mqtt.Value.CanReach(machine.Id, TopicsOf(machine).Commands);

    /// <summary>Ends its connections, so that it comes back under what holds now.</summary>
    public void Disconnect(MachineId machine) => mqtt.Value.Disconnect(machine);

    /// <summary>Whether one of the machine's passkeys signed the line; what it says then.</summary>
    public async ValueTask<string?> OpenAsync(Machine machine, ReadOnlyMemory<byte> line, CancellationToken ct)
    {
        var passkeys = await keys.LiveOfAsync(machine.Id, ct);
        return SignedText.Open(line.Span, passkeys);
    }

    public ValueTask<IReadOnlyList<byte[]>> PasskeysAsync(Machine machine, CancellationToken ct) => keys.LiveOfAsync(machine.Id, ct);

    /// <summary>Signs a command as of now and hands it over. It is never said again by itself: there is no telling a repeat.</summary>
    public async Task<MqttHandover> TellAsync(Machine machine, string command, string argument, CancellationToken ct)
    {
        if (await keys.LiveOfAsync(machine.Id, ct) is not [var passkey, ..]) return MqttHandover.NotSent;
        var line = SignedText.Command(command, argument, clock.GetUtcNow(), passkey);
        return await mqtt.Value.DeliverAsync(
            machine.Id, TopicsOf(machine).Commands, line,
            TimeSpan.FromSeconds(settings.Of(machine).AnswerWithin), TimeSpan.FromSeconds(SignedText.Window));
    }

    /// <summary>Asks a board how it is; null when it does not say. That it answers proves that it knows the passkey.</summary>
    public async Task<BoardInfo?> AskAsync(Machine machine, CancellationToken ct)
    {
        var board = Of(machine.Id);
        await board.Asking.WaitAsync(ct);
        try
        {
            var answer = board.Infos.Task;
            board.AskedAt = clock.GetUtcNow();
            if (await TellAsync(machine, "info", SignedText.NoArgument, ct) is MqttHandover.NotSent) return null;
            return await answer.WaitAsync(TimeSpan.FromSeconds(settings.Of(machine).AnswerWithin), clock, ct);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            board.Asking.Release();
        }
    }

    /// <summary>
    /// Restarts a board and waits until it has: after that no credit lies in it any more. Its confirmation is not enough, because
    /// it does not say of what.
    /// </summary>
    /// <param name="machine">The machine.</param>
    /// <param name="before">When it had started before.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Whether it has certainly started anew.</returns>
    public async Task<bool> RestartedAsync(Machine machine, GivenCredit before, CancellationToken ct)
    {
        if (await TellAsync(machine, "restart", SignedText.NoArgument, ct) is MqttHandover.NotSent) return false;
        Of(machine.Id).TakenBack = before;
        var until = clock.GetUtcNow() + TimeSpan.FromSeconds(settings.Of(machine).RestartWithin);
        while (clock.GetUtcNow() < until)
        {
            await Task.Delay(LookAgain, clock, ct);
            if (CanReach(machine) && await AskAsync(machine, ct) is { } info && before.HasRestarted(info)) return true;
        }

        return false;
    }

    /// <summary>Restarts a board; whether it said that it does.</summary>
    public async Task<bool> RestartAsync(Machine machine, CancellationToken ct)
    {
        var confirmed = Of(machine.Id).Confirmations.Task;
        if (await TellAsync(machine, "restart", SignedText.NoArgument, ct) is MqttHandover.NotSent) return false;
        try
        {
            return await confirmed.WaitAsync(TimeSpan.FromSeconds(settings.Of(machine).AnswerWithin), clock, ct);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary><c>ok</c>.</summary>
    public static bool IsConfirmation(ReadOnlyMemory<byte> payload) => payload.Length <= 16
        && Encoding.ASCII.GetString(payload.Span).Trim() is "ok";
}

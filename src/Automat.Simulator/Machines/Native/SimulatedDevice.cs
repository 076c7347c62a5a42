using Automat.Protocol;
using Automat.Simulator.Faults;
using Automat.Simulator.Running;
using Microsoft.Extensions.Logging;

namespace Automat.Simulator.Machines.Native;

/// <summary>
/// A vending machine with our own firmware: sells for chips and cash, delivers what was paid on the web, reports. It keeps
/// what matters in memory that survives a power cut.
/// </summary>
internal sealed class SimulatedDevice : IWalkUpMachine
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Impatience = TimeSpan.FromSeconds(5);

    private readonly string id;
    private readonly Surroundings world;
    private readonly FaultPlan faults;
    private readonly DriftingClock clock;
    private readonly Func<IDeviceLine> newLine;
    private readonly DeviceMemory memory = new();
    private readonly DeviceOutbox outbox;
    private readonly Dispenser dispenser;
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim bus = new(1, 1);
    private readonly SemaphoreSlim news = new(0);
    private volatile Life? life;
    private int commandsAtHand;
    private Task running = Task.CompletedTask;

    /// <summary>A machine that is switched off.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="world">What is around it.</param>
    /// <param name="faults">What goes wrong at it.</param>
    /// <param name="clock">Its clock.</param>
    /// <param name="newLine">Makes its line to the server, once for every time it is switched on.</param>
    public SimulatedDevice(string id, Surroundings world, FaultPlan faults, DriftingClock clock, Func<IDeviceLine> newLine)
    {
        (this.id, this.world, this.faults, this.clock, this.newLine) = (id, world, faults, clock, newLine);
        outbox = new DeviceOutbox(id, memory, world, faults);
        dispenser = new Dispenser(id, memory, world, faults);
        if (faults.Strikes(FaultKind.ClockDrift))
        {
            clock.Off = faults.Between(TimeSpan.FromMinutes(-30), TimeSpan.FromMinutes(30));
        }
    }

    /// <inheritdoc/>
    public string Id => id;

    /// <inheritdoc/>
    public bool IsOnline => life is { Config: not null, Line.IsOpen: true };

    /// <inheritdoc/>
    public bool IsQuiet => memory.IsQuiet && bus.CurrentCount == 1 && Volatile.Read(ref commandsAtHand) == 0 && life is not null;

    /// <inheritdoc/>
    public void Start() => running = RunAsync();

    /// <inheritdoc/>
    public Task ServeChipAsync(string chip, CancellationToken ct) =>
        ServeAsync((now, over) => dispenser.SellAsync(now.Line, now.Config!, chip, over), ct);

    /// <inheritdoc/>
    public Task ServeCashAsync(CancellationToken ct) =>
        ServeAsync((now, over) => dispenser.SellForCashAsync(now.Config!, clock.GetUtcNow(), over), ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.SwitchOffAsync(running);

        stopping.Dispose();
        bus.Dispose();
        news.Dispose();
    }

    /// <summary>One life from power to power cut after the other.</summary>
    private async Task RunAsync()
    {
        while (true)
        {
            await using (var now = new Life(newLine(), stopping.Token))
            {
                life = now;
                await LiveAsync(now);
                life = null;
                now.Line.Cut();
            }

            stopping.Token.ThrowIfCancellationRequested();
            world.Figures.Add(Count.Restarts);
            await Task.Delay(faults.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)), world.Time, stopping.Token);
        }
    }

    private async Task LiveAsync(Life now)
    {
        try
        {
            dispenser.Recover(clock.GetUtcNow());
            memory.Note(new DeviceEvent { Sequence = 0, Type = EventTypes.PowerOn, At = clock.GetUtcNow().ToUnixTimeSeconds() });
            await OpenAsync(now);
            // Both end with the power; one that ends otherwise is a bug, and must not leave the other one running alone.
            var halves = new[] { TellAsync(now), ListenAsync(now) };
            if ((await Task.WhenAny(halves)).IsFaulted) now.CutPower();
            await Task.WhenAll(halves);
        }
        catch (OperationCanceledException) when (now.Over.IsCancellationRequested)
        {
            // Dark.
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            world.Log.LogError(bug, "Simulated machine {Machine} broke", id);
            world.Witness.SawBreach($"The simulated machine {id} broke: {bug}");
            now.CutPower();
        }
    }

    private async Task OpenAsync(Life now)
    {
        while (true)
        {
            try
            {
                await now.Line.OpenAsync(now.Over);
                await BeatAsync(now);
                while (now.Config is null)
                {
                    await Task.Delay(Tick, world.Time, now.Over);
                    await BeatAsync(now);
                }

                return;
            }
            catch (SilenceException silence)
            {
                world.Log.LogDebug("Simulated machine {Machine} gets no answer: {Reason}", id, silence.Message);
            }
            catch (RefusalException refused)
            {
                world.Figures.Add(Count.Errors);
                world.Log.LogWarning("Simulated machine {Machine} is refused: {Reason}", id, refused.Message);
            }

            await Task.Delay(Tick, world.Time, now.Over);
        }
    }

    private async Task TellAsync(Life now)
    {
        while (true)
        {
            await news.WaitAsync(Tick, now.Over);
            await outbox.TellAsync(now.Line, world.Time.GetUtcNow(), now.Over);
            if (world.Time.GetUtcNow() < now.NextBeat) continue;
            try
            {
                memory.Note(new DeviceEvent
                {
                    Sequence = 0,
                    Type = EventTypes.Temperature,
                    At = clock.GetUtcNow().ToUnixTimeSeconds(),
                    Temperatures = new Dictionary<string, double>(StringComparer.Ordinal) { ["inside"] = 5.5 },
                });
                await BeatAsync(now);
            }
            catch (Exception trouble) when (trouble is SilenceException or RefusalException)
            {
                now.NextBeat = world.Time.GetUtcNow() + (Tick * 3);
            }
        }
    }

    private async Task BeatAsync(Life now)
    {
        var answer = await now.Line.BeatAsync(
            new Heartbeat
            {
                Firmware = "simulated",
                UptimeS = (long)world.Time.GetElapsedTime(now.Began).TotalSeconds,
                Faults = [],
                Temperatures = new Dictionary<string, double>(StringComparer.Ordinal) { ["inside"] = 5.5 },
                Counters = new Dictionary<string, long>(StringComparer.Ordinal) { ["events"] = memory.Sequence },
                ConfigEtag = now.Config?.Version,
                Clock = clock.GetUtcNow().ToUnixTimeSeconds(),
            }, now.Over);
        now.NextBeat = world.Time.GetUtcNow() + TimeSpan.FromSeconds(Math.Max(1, answer.NextHeartbeatS));
        if (answer.ReloadConfig || now.Config is null)
        {
            now.Config = await now.Line.ConfigureAsync(now.Config?.Version, now.Over) ?? now.Config;
        }
    }

    private async Task ListenAsync(Life now)
    {
        await foreach (var command in now.Line.Commands.ReadAllAsync(now.Over))
        {
            Interlocked.Increment(ref commandsAtHand);
            try
            {
                await ObeyAsync(now, command);
            }
            finally
            {
                Interlocked.Decrement(ref commandsAtHand);
            }
        }
    }

    private async Task ObeyAsync(Life now, DeviceCommand command)
    {
        lock (memory.Gate)
        {
            if (memory.Commands.TryGetValue(command.Id, out var before))
            {
                if (!memory.Ends.Contains(before)) memory.Ends.Add(before); // it has not heard: say it again
                news.Release();
                return;
            }
        }

        await bus.WaitAsync(now.Over);
        try
        {
            if (command.Deadline <= clock.GetUtcNow().ToUnixTimeSeconds())
            {
                memory.End(new CommandEnd(command.Id, CommandOutcome.Refused, "too_late", Proof: null));
            }
            else if (command.Kind == "vend")
            {
                await dispenser.VendAsync(command, now.Over);
            }
            else
            {
                var known = command.Kind is "reboot" or "lock" or "unlock" or "reload_config" or "set_price"
                    or "set_out_of_service" or "refresh_telemetry" or "show_message";
                memory.End(new CommandEnd(
                    command.Id, known ? CommandOutcome.Done : CommandOutcome.Refused, known ? "done" : "unknown_kind", Proof: null));
                if (command.Kind is "reload_config" or "set_price" or "set_out_of_service") now.NextBeat = default;
            }
        }
        catch (PowerCutException)
        {
            now.CutPower();
        }
        finally
        {
            bus.Release();
            news.Release();
        }
    }

    private async Task ServeAsync(Func<Life, CancellationToken, Task> serve, CancellationToken ct)
    {
        if (life is not { Config: not null } now) return; // the display is dark: people walk on
        if (!await bus.WaitAsync(Impatience, ct)) return;
        try
        {
            if (!now.Over.IsCancellationRequested) await serve(now, now.Over); // else it went dark while they waited
        }
        catch (PowerCutException)
        {
            now.CutPower();
        }
        catch (OperationCanceledException) when (now.Over.IsCancellationRequested)
        {
            // The power went for another reason.
        }
        finally
        {
            bus.Release();
            news.Release();
        }
    }

    /// <summary>From switching on to the next power cut.</summary>
    private sealed class Life : IAsyncDisposable
    {
        private readonly CancellationTokenSource over;
        private DeviceConfig? config;

        public Life(IDeviceLine line, CancellationToken stopping)
        {
            Line = line;
            over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            Over = over.Token;
        }

        public IDeviceLine Line { get; }

        public CancellationToken Over { get; }

        public long Began { get; } = TimeProvider.System.GetTimestamp();

        public DeviceConfig? Config
        {
            get => Volatile.Read(ref config);
            set => Volatile.Write(ref config, value);
        }

        public DateTimeOffset NextBeat { get; set; }

        public void CutPower() => over.Cancel();

        public async ValueTask DisposeAsync()
        {
            await Line.DisposeAsync();
            over.Dispose();
        }
    }
}

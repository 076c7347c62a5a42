using System.Globalization;
using System.Text;
using System.Text.Json;
using Automat.Mqtt;
using Automat.Simulator.Faults;
using Automat.Simulator.Judging;
using Automat.Simulator.Running;
using Microsoft.Extensions.Logging;

namespace Automat.Simulator.Machines.VmFlow;

/// <summary>
/// A VMflow board on a machine's MDB bus, over MQTT as its firmware speaks: it answers what it is asked, takes credits, and tells
/// of cash and failures. That a vend succeeded it tells only who asks.
/// </summary>
/// <param name="who">Which machine; the secret is its passkey.</param>
/// <param name="world">What is around it.</param>
/// <param name="options">How it presents itself.</param>
public sealed class SimulatedBoard(MachineIdentity who, Surroundings world, BoardOptions options) : IWalkUpMachine
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly FaultPlan faults = new(world.Seed, who.Id, world.Weather);
    private readonly Dice dice = new(world.Seed, who.Id, "board");
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim powerCut = new(0);
    private readonly SemaphoreSlim atMachine = new(1);
    private readonly BoardLine line = new(who, world, options);
    private Dispensed? untold;
    private long lastCash;
    private int atWork;
    private int deaf;
    private DateTimeOffset started = world.Time.GetUtcNow() - options.OnSince;
    private Task running = Task.CompletedTask;

    /// <inheritdoc/>
    public string Id => who.Id;

    /// <inheritdoc/>
    public bool IsOnline => line.IsConnected;

    /// <inheritdoc/>
    public bool IsQuiet => Volatile.Read(ref atWork) == 0 && untold is null && Reader.Mode <= ReaderMode.Enabled;

    /// <summary>The reader.</summary>
    public BoardReader Reader { get; } = new();

    /// <summary>The counters of the machine it sits in.</summary>
    public BoardAudit Audit { get; } = new("SIM-" + who.Id);

    /// <summary>It answers when asked for that machine's audit data.</summary>
    public bool ReadsAudit { get; set; } = true;

    /// <summary>Credits that came in, dropped ones too, in MDB units.</summary>
    public IReadOnlyList<int> Credits => line.Credits;

    /// <summary>The machine on the bus is switched on and polls its reader.</summary>
    public bool IsPolled { get; set; } = true;

    /// <summary>So many of the next questions it does not answer.</summary>
    public int Deaf
    {
        get => Volatile.Read(ref deaf);
        set => Volatile.Write(ref deaf, value);
    }

    /// <inheritdoc/>
    public void Start() => running = Task.WhenAll(PowerAsync(), MachineAsync());

    /// <summary>The board restarts, as after a power cut.</summary>
    public void Restart() => powerCut.Release();

    /// <summary>A vend of all that is there, from the request on; whether it came out.</summary>
    public async Task<bool> VendAsync(bool succeeds = true, CancellationToken ct = default)
    {
        Interlocked.Increment(ref atWork);
        try
        {
            var price = Reader.Funds;
            if (Reader.Request(price, item: 11) is not VendAnswer.Approved) return false;
            await Task.Delay(dice.Between(world.DispensesFrom, world.DispensesTo), world.Time, ct);
            if (Reader.Mode is not ReaderMode.Vend)
            {
                Drop(price); // the bus was reset under it; the spiral turned all the same
                return true;
            }

            if (!succeeds || faults.Strikes(FaultKind.DispenseFailure))
            {
                Reader.Fail();
                world.Figures.Add(Count.Failed);
                await line.TellAsync("vend_fail", string.Create(
                    CultureInfo.InvariantCulture, $"{price},11:{world.Time.GetUtcNow().ToUnixTimeSeconds()}"), ct);
                Reader.Complete();
                return false;
            }

            var dropped = untold = Drop(price);
            // It restarted just now: nobody will ever hear of it.
            if (!Reader.Succeed(world.Time.GetUtcNow())) Interlocked.CompareExchange(ref untold, null, dropped);
            Reader.Complete();
            if (faults.Strikes(FaultKind.PowerCut)) Restart();
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref atWork);
        }
    }

    /// <summary>Tells of a cash sale, as often as said.</summary>
    public async Task SellCashAsync(long cents, int item, DateTimeOffset at, int times = 1, CancellationToken ct = default)
    {
        var told = string.Create(CultureInfo.InvariantCulture, $"{cents}:{item}:{at.ToUnixTimeSeconds()}");
        for (var i = 0; i < times; i++) await line.TellAsync("sale", told, ct);
    }

    /// <inheritdoc/>
    public Task ServeChipAsync(string chip, CancellationToken ct) => ServeCashAsync(ct); // it reads no chips; they have coins, too

    /// <inheritdoc/>
    public async Task ServeCashAsync(CancellationToken ct)
    {
        await atMachine.WaitAsync(ct);
        Interlocked.Increment(ref atWork);
        try
        {
            // The board's time has seconds; nobody buys the same twice within one.
            while (world.Time.GetUtcNow().ToUnixTimeSeconds() <= lastCash) await Task.Delay(Poll, world.Time, ct);
            var at = world.Time.GetUtcNow();
            lastCash = at.ToUnixTimeSeconds();
            var cents = 50 + (10 * dice.Below(30));
            world.Witness.Saw(who.Id, ProofKind.Cash, lastCash.ToString(CultureInfo.InvariantCulture), cents);
            world.Figures.Add(Count.Cash);
            world.Figures.Add(Count.Delivered);
            var delay = faults.Strikes(FaultKind.Delay) ? TimeSpan.FromSeconds(11) : TimeSpan.Zero;
            await Task.Delay(delay, world.Time, stopping.Token);
            await SellCashAsync(cents, 11 + dice.Below(6), at, faults.Strikes(FaultKind.Duplicate) ? 2 : 1, stopping.Token);
        }
        finally
        {
            Interlocked.Decrement(ref atWork);
            atMachine.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.SwitchOffAsync(running);

        stopping.Dispose();
        powerCut.Dispose();
        atMachine.Dispose();
    }

    private async Task PowerAsync()
    {
        while (true)
        {
            if (faults.Strikes(FaultKind.WrongSecret)) await line.KnockAsync();
            await line.StayAsync(HearAsync, powerCut, stopping.Token);
            Reader.Restart();
            untold = null; // nobody will ever hear of it
            world.Figures.Add(Count.Restarts);
            await Task.Delay(options.Boots, world.Time, stopping.Token);
            started = world.Time.GetUtcNow();
        }
    }

    /// <summary>The machine polls its reader; somebody stands there and chooses.</summary>
    private async Task MachineAsync()
    {
        while (true)
        {
            await Task.Delay(Poll, world.Time, stopping.Token);
            if (!IsPolled || !Reader.Poll(world.Time.GetUtcNow()) || !options.IsAttended) continue;
            await atMachine.WaitAsync(stopping.Token);
            try
            {
                await Task.Delay(dice.Between(world.DispensesFrom, world.DispensesTo), world.Time, stopping.Token);
                if (faults.Strikes(FaultKind.PowerCut)) Restart();
                if (Reader.Mode is ReaderMode.Idle) await VendAsync(ct: stopping.Token);
            }
            finally
            {
                atMachine.Release();
            }
        }
    }

    private Dispensed Drop(int price)
    {
        Audit.Count(price);
        world.Figures.Add(Count.Delivered);
        world.Log.LogInformation("Simulated board {Machine} vended for {Units}", who.Id, price);
        return world.Witness.Saw(who.Id, ProofKind.Credit, Guid.CreateVersion7().ToString("n"), price);
    }

    private async ValueTask HearAsync(BoardCommand command)
    {
        switch (command.Name)
        {
            case "credit" when int.TryParse(command.Argument, NumberStyles.None, CultureInfo.InvariantCulture, out var units):
                line.Note(units);
                Reader.Queue(units); // dropped or not, it is confirmed
                await line.SayAsync("rpc/confirm", "ok"u8.ToArray(), MqttQos.AtLeastOnce, retain: false);
                if (faults.Strikes(FaultKind.ConnectionDrop)) line.Cut();
                break;
            case "info":
                await InfoAsync();
                break;
            case "dex" when ReadsAudit:
                await line.SayAsync("rpc/dex", Audit.Read(), MqttQos.AtMostOnce, retain: false);
                break;
            case "echo":
                await line.SayAsync(
                    "rpc/echo", Encoding.ASCII.GetBytes(command.At.ToString(CultureInfo.InvariantCulture)), MqttQos.AtMostOnce, retain: false);
                break;
            case "restart":
                await line.SayAsync("rpc/confirm", "ok"u8.ToArray(), MqttQos.AtLeastOnce, retain: false);
                Restart();
                break;
            case "buzzer" or "oos":
                await line.SayAsync("rpc/confirm", "ok"u8.ToArray(), MqttQos.AtLeastOnce, retain: false);
                break;
        }
    }

    private async Task InfoAsync()
    {
        if (Interlocked.Decrement(ref deaf) >= 0 || faults.Strikes(FaultKind.AnswerLost)) return;
        Volatile.Write(ref deaf, 0);
        var (tells, success) = (untold, Reader.LastSuccess);
        var said = await line.SayAsync(
            "rpc/info", JsonSerializer.SerializeToUtf8Bytes(new
            {
                version = "sim-1.0",
                uptime_s = (long)(world.Time.GetUtcNow() - started).TotalSeconds,
                free_heap = 180_000,
                min_free_heap = 150_000,
                machine_state = (int)Reader.Mode,
                last_sale_price = Reader.LastPrice,
                last_sale_item = Reader.LastItem,
                last_vend_success_time = success,
                ip_wifi = "192.0.2.7",
                ip_ppp = "",
            }), MqttQos.AtLeastOnce, retain: false);
        if (!said || tells is null || success == 0) return;
        tells.Told();
        Interlocked.CompareExchange(ref untold, null, tells);
    }
}

using System.Security.Cryptography;
using Automat.Domain;
using Automat.Mqtt;
using Automat.Mqtt.Client;

namespace Automat.Server.Machines.Outside;

/// <summary>
/// The machines' MQTT where somebody else runs the broker: this server is one of its clients. It comes back after a loss, the
/// pauses growing; while it is away no machine can be reached and none is sold on.
/// </summary>
internal sealed class OutsideBroker : BackgroundService, IMachineMqtt
{
    private static readonly TimeSpan SayWithin = TimeSpan.FromSeconds(5);

    private readonly OutsideTopics topics = new();
    private readonly Dictionary<MachineId, (Machine Machine, IMqttDriver Driver, bool There)> fleet = [];
    private readonly Lock gate = new();
    private readonly OutsideBrokerOptions options;
    private readonly MachineDirectory machines;
    private readonly DriverRegistry drivers;
    private readonly IReadOnlyList<IMqttDriver> speakers;
    private readonly OutsideSigns signs;
    private readonly OutsideMeter meter;
    private readonly TimeProvider clock;
    private readonly ILogger<OutsideBroker> log;
    private volatile OutsideLink? link;

    /// <summary>Made by the container.</summary>
    public OutsideBroker(
        OutsideBrokerOptions options, MachineDirectory machines, DriverRegistry drivers, IEnumerable<IMachineDriver> all,
        OutsideMeter meter, TimeProvider clock, ILogger<OutsideBroker> log)
    {
        this.options = options;
        this.machines = machines;
        this.drivers = drivers;
        this.meter = meter;
        this.clock = clock;
        this.log = log;
        speakers = [.. all.OfType<IMqttDriver>()];
        signs = new OutsideSigns(options.HeardWithin, clock);
    }

    /// <summary>Whether the broker is there.</summary>
    public bool IsUp => link?.IsUp ?? false;

    /// <summary>Whether the broker shares messages among nodes; null while it is not there.</summary>
    public bool? Shares => link?.Shares;

    public bool CanReach(MachineId machine, string topic) =>
        IsUp && (options.Presence is OutsidePresence.Assumed || signs.IsThere(machine));

    public int Disconnect(MachineId machine) => 0;

    public async Task<MqttHandover> DeliverAsync(
        MachineId machine, string topic, ReadOnlyMemory<byte> payload, TimeSpan wait, TimeSpan expiry)
    {
        if (link is not { IsUp: true } live || expiry <= TimeSpan.Zero) return MqttHandover.NotSent;
        using var over = new CancellationTokenSource(wait, clock);
        try
        {
            var answer = await live.SayAsync(
                new MqttMessage { Topic = topic, Payload = payload, Qos = MqttQos.AtLeastOnce, Expiry = expiry }, over.Token);
            meter.Sent.Add(1);
            // Nobody has subscribed, or the broker refused: it certainly went nowhere.
            return answer is MqttReason.NoMatchingSubscribers or >= MqttReason.Unspecified
                ? MqttHandover.NotSent
                : MqttHandover.BrokerHasIt;
        }
        catch (InvalidOperationException full)
        {
            log.LogWarning(full, "The message for {Machine} was not sent", machine);
            return MqttHandover.NotSent;
        }
        catch (Exception e) when (e is MqttDisconnectedException or OperationCanceledException)
        {
            meter.Lost.Add(1);
            return MqttHandover.Lost;
        }
    }

    public async Task PublishAsync(MqttMessage message, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        over.CancelAfter(SayWithin);
        try
        {
            var answer = link is { IsUp: true } live ? await live.SayAsync(message, over.Token) : MqttReason.ServerUnavailable;
            if (answer < MqttReason.Unspecified)
            {
                meter.Sent.Add(1);
                return;
            }
        }
        catch (Exception e) when (
            e is MqttDisconnectedException or InvalidOperationException
            || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            log.LogWarning(e, "A message could not be published");
        }

        meter.Lost.Add(1);
        throw new RuleException("mqtt_unavailable", "The machines' MQTT broker does not take messages right now.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = options.FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await StayAsync(stoppingToken)) pause = options.FirstPause;
                var spread = 1 + (RandomNumberGenerator.GetInt32(500) / 1000.0);
                await Task.Delay(pause * spread, clock, stoppingToken);
                pause = pause * 2 < options.LongestPause ? pause * 2 : options.LongestPause;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Connects and stays until it is lost; whether it got as far as being there.</summary>
    private async Task<bool> StayAsync(CancellationToken ct)
    {
        var there = false;
        try
        {
            await using var live = await OutsideLink.OpenAsync(options, HeardAsync, clock, log, ct);
            await live.SubscribeAsync(await LearnAsync(everything: true, ct), ct);
            link = live;
            there = meter.Connected = true;
            log.LogInformation("Connected to {Broker}, subscriptions {How}", options, live.Shares ? "shared" : "not shared");
            ShowChanges();
            using var timer = new PeriodicTimer(options.LookInterval, clock);
            while (!live.Ended.IsCompleted)
            {
                await Task.WhenAny(live.Ended, timer.WaitForNextTickAsync(ct).AsTask());
                ct.ThrowIfCancellationRequested();
                if (live.Ended.IsCompleted) break;
                await live.SubscribeAsync(await LearnAsync(everything: false, ct), ct);
                ShowChanges();
            }

            log.LogWarning("The connection to {Broker} was lost", options);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            log.LogError(e, "{Broker} can't be used", options);
        }
        finally
        {
            link = null;
            if (!ct.IsCancellationRequested) meter.Failures.Add(1);
            meter.Connected = false;
            signs.Forget();
            ShowChanges();
        }

        return there;
    }

    /// <summary>Looks for machines; returns what there is to subscribe to.</summary>
    private async Task<IReadOnlyList<OutsideFilter>> LearnAsync(bool everything, CancellationToken ct)
    {
        var learned = everything ? new OutsideTopics() : topics;
        List<OutsideFilter> news = [];
        foreach (var driver in speakers)
        {
            foreach (var machine in await machines.OfDriverAsync(driver.Name, ct))
            {
                topics.Learn(machine, driver);
                news.AddRange(learned.Learn(machine, driver));
                lock (gate) fleet[machine.Id] = (machine, driver, fleet.TryGetValue(machine.Id, out var known) && known.There);
            }
        }

        return news;
    }

    private async ValueTask HeardAsync(MqttMessage message, CancellationToken ct)
    {
        var machine = topics.OwnerOf(message.Topic) is { } id ? await machines.FindAsync(id, ct) : null;
        if (machine is null or { State: MachineState.Retired } || drivers.Of(machine) is not IMqttDriver driver
            || !driver.WritesOf(machine).Any(filter => TopicFilter.Matches(filter, message.Topic)))
        {
            meter.Strange.Add(1);
            return;
        }

        // What it also reads may come from us; what was retained may be old.
        var itsOwn = !message.Retain && !driver.ReadsOf(machine).Any(filter => TopicFilter.Matches(filter, message.Topic));
        if (driver.SaysPresence(machine, message) is { } online) signs.Said(machine.Id, online);
        else if (itsOwn) signs.Heard(machine.Id);
        lock (gate) fleet[machine.Id] = (machine, driver, fleet.TryGetValue(machine.Id, out var known) && known.There);
        ShowChanges();
        await driver.HeardAsync(machine, message, ct);
        meter.Heard.Add(1);
    }

    /// <summary>Tells the drivers of machines that have come or gone.</summary>
    private void ShowChanges()
    {
        List<(Machine Machine, IMqttDriver Driver)> changed = [];
        lock (gate)
        {
            foreach (var (id, (machine, driver, before)) in fleet)
            {
                var there = CanReach(id, "");
                if (there == before) continue;
                fleet[id] = (machine, driver, there);
                changed.Add((machine, driver));
            }
        }

        foreach (var (machine, driver) in changed) driver.ConnectionChanged(machine);
    }
}

using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Automat.Mqtt;
using Automat.Mqtt.Client;
using Automat.Protocol;
using Automat.Simulator.Faults;
using Automat.Simulator.Running;

namespace Automat.Simulator.Machines.Native;

/// <summary>The line over our own MQTT topics, and all that can happen to it.</summary>
internal sealed class MqttDeviceLine : IDeviceLine
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan GiveUp = TimeSpan.FromMilliseconds(300);

    private readonly MachineIdentity who;
    private readonly Surroundings world;
    private readonly FaultPlan faults;
    private readonly DriftingClock clock;
    private readonly DeviceTopics topics;
    private readonly MqttClientOptions options;
    private readonly MqttClient client;
    private readonly Channel<DeviceCommand> commands = Channel.CreateUnbounded<DeviceCommand>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<DeviceReply>> awaited = new(StringComparer.Ordinal);
    private long asked;
    private bool wasConnected;
    private DeviceConfig? config;

    /// <summary>A line that is still closed.</summary>
    /// <param name="who">Whose.</param>
    /// <param name="version">3.1.1 or 5.0: both are spoken by machines.</param>
    /// <param name="world">Where.</param>
    /// <param name="faults">What happens to it.</param>
    /// <param name="clock">The machine's clock.</param>
    public MqttDeviceLine(MachineIdentity who, MqttVersion version, Surroundings world, FaultPlan faults, DriftingClock clock)
    {
        (this.who, this.world, this.faults, this.clock) = (who, world, faults, clock);
        topics = new DeviceTopics(who.Id);
        options = new MqttClientOptions
        {
            Host = world.Server.Host,
            Port = world.Server.MqttPort,
            UserName = who.Id,
            Password = who.Secret,
            ClientId = who.Id,
            Version = version,
            KeepAlive = TimeSpan.FromSeconds(30),
            Reconnect = new MqttReconnect(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(8)),
            Handler = HearAsync,
            Time = world.Time,
        };
        client = new MqttClient(options);
    }

    public bool IsOpen => client.IsConnected;

    public ChannelReader<DeviceCommand> Commands => commands.Reader;

    public async Task OpenAsync(CancellationToken ct)
    {
        if (faults.Strikes(FaultKind.WrongSecret)) await MqttIntruder.KnockAsync(options with { Password = "not-" + who.Secret }, world);
        try
        {
            // Once: when the line breaks before all is subscribed, the client comes back by itself.
            if (!wasConnected) await client.ConnectAsync(ct);
            wasConnected = true;
            foreach (var topic in new[] { topics.Replies, topics.Config, topics.Commands }) await client.SubscribeAsync(topic, ct: ct);
        }
        catch (Exception closed) when (closed is MqttDisconnectedException or MqttRefusedException)
        {
            world.Figures.Add(Count.Errors);
            throw new SilenceException(closed.Message);
        }
    }

    public Task<VendAnswer> ReserveAsync(ReserveRequest request, CancellationToken ct) => RequestAsync(
        new DeviceRequest
        {
            Id = NextId(),
            Reserve = request,
            Deadline = clock.GetUtcNow().AddSeconds(30).ToUnixTimeSeconds(),
        }, ct);

    public Task<VendAnswer> CommitAsync(string reservation, CommitRequest request, CancellationToken ct) =>
        RequestAsync(new DeviceRequest { Id = NextId(), ReservationId = reservation, Commit = request }, ct);

    public Task<VendAnswer> CancelAsync(string reservation, CancelRequest request, CancellationToken ct) =>
        RequestAsync(new DeviceRequest { Id = NextId(), ReservationId = reservation, Cancel = request }, ct);

    public async Task<EventsAnswer> TellAsync(EventBatch batch, CancellationToken ct) =>
        (await AskAsync(topics.Events, "events", batch, ProtocolJson.Default.EventBatch, ct)).Events
        ?? throw new SilenceException("Something else was answered.");

    public async Task<AcknowledgementAnswer> AcknowledgeAsync(string command, Acknowledgement told, CancellationToken ct)
    {
        var answer = (await AskAsync(
            topics.Acknowledgements, "acknowledgements", told with { Id = command }, ProtocolJson.Default.Acknowledgement, ct))
            .Acknowledgement;
        return answer?.Id == command ? answer : throw new SilenceException("Another command was answered.");
    }

    public async Task<HeartbeatAnswer> BeatAsync(Heartbeat told, CancellationToken ct)
    {
        var answer = (await AskAsync(topics.State, "state", told, ProtocolJson.Default.Heartbeat, ct)).State
            ?? throw new SilenceException("Something else was answered.");
        var off = DateTimeOffset.FromUnixTimeSeconds(answer.ServerTime) - clock.GetUtcNow();
        if (off.Duration() < TimeSpan.FromSeconds(10)) return answer;
        clock.SetTo(answer.ServerTime);
        world.Figures.Add(Count.ClocksSet);
        return answer;
    }

    public Task<DeviceConfig?> ConfigureAsync(string? version, CancellationToken ct) =>
        Task.FromResult(Volatile.Read(ref config) is { } latest && latest.Version != version ? latest : null);

    public void Cut() => client.Cut();

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        commands.Writer.TryComplete();
    }

    private string NextId() => $"{who.Id[..Math.Min(who.Id.Length, 32)]}-{Interlocked.Increment(ref asked):x}";

    private async Task<VendAnswer> RequestAsync(DeviceRequest request, CancellationToken ct) =>
        (await AskAsync(topics.Requests, request.Id, request, ProtocolJson.Default.DeviceRequest, ct)).Vend
        ?? throw new SilenceException("Something else was answered.");

    private async Task<DeviceReply> AskAsync<T>(string topic, string id, T message, JsonTypeInfo<T> type, CancellationToken ct)
    {
        if (faults.Strikes(FaultKind.Delay))
        {
            await Task.Delay(faults.Between(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(3)), world.Time, ct);
        }

        if (faults.Strikes(FaultKind.RequestLost)) await LoseAsync("The message was lost.", ct);
        var reply = new TaskCompletionSource<DeviceReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        awaited[id] = reply;
        try
        {
            var payload = JsonSerializer.SerializeToUtf8Bytes(message, type);
            _ = PublishAsync(topic, payload, ct);
            if (faults.Strikes(FaultKind.Duplicate)) _ = PublishAsync(topic, payload, ct);
            if (faults.Strikes(FaultKind.ConnectionDrop)) client.Cut();
            if (faults.Strikes(FaultKind.AnswerLost)) await LoseAsync("The reply was lost.", ct);
            var answer = await reply.Task.WaitAsync(Patience, world.Time, ct);
            if (answer.Problem is not { } problem) return answer;
            world.Figures.Refuse(problem.Code);
            throw RefusalException.MayPass(problem.Status, problem.Code)
                ? new SilenceException(problem.Code)
                : new RefusalException(problem.Code, problem.Detail);
        }
        catch (TimeoutException)
        {
            world.Figures.Add(Count.Silence);
            throw new SilenceException("No reply came.");
        }
        finally
        {
            awaited.TryRemove(new KeyValuePair<string, TaskCompletionSource<DeviceReply>>(id, reply));
        }
    }

    private async Task LoseAsync(string why, CancellationToken ct)
    {
        await Task.Delay(GiveUp, world.Time, ct);
        world.Figures.Add(Count.Silence);
        throw new SilenceException(why);
    }

    /// <summary>Across reconnects: what was not acknowledged is published again, as clients do.</summary>
    private async Task PublishAsync(string topic, byte[] payload, CancellationToken ct)
    {
        try
        {
            await client.PublishAsync(new MqttMessage { Topic = topic, Payload = payload, Qos = MqttQos.AtLeastOnce }, ct);
        }
        catch (Exception lost) when (lost is MqttDisconnectedException or OperationCanceledException or InvalidOperationException)
        {
            // No reply will come, and whoever waits for it notices.
        }
    }

    private async ValueTask HearAsync(MqttReceived received, CancellationToken ct)
    {
        if (faults.Strikes(FaultKind.SlowConsumer))
        {
            await Task.Delay(faults.Between(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)), world.Time, ct);
        }

        var (topic, payload) = (received.Message.Topic, received.Message.Payload);
        if (topic == topics.Commands)
        {
            commands.Writer.TryWrite(JsonSerializer.Deserialize(payload.Span, ProtocolJson.Default.DeviceCommand)!);
        }
        else if (topic == topics.Config)
        {
            Volatile.Write(ref config, JsonSerializer.Deserialize(payload.Span, ProtocolJson.Default.DeviceConfig));
        }
        else if (topic == topics.Replies
            && JsonSerializer.Deserialize(payload.Span, ProtocolJson.Default.DeviceReply) is { } reply
            && awaited.TryGetValue(reply.Id, out var waiting))
        {
            waiting.TrySetResult(reply);
        }
    }
}

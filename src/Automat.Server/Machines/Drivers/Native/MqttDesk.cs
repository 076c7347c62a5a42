using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Automat.Domain;
using Automat.Mqtt;
using Automat.Protocol;
using Automat.Server.Data;
using Automat.Server.Devices;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>
/// What machines say over MQTT, brought to the same use cases as over HTTP. Everything said is answered on the machine's
/// replies; what could not be kept is not acknowledged, so that the machine says it again.
/// </summary>
internal sealed class MqttDesk(IServiceProvider services, DeviceRates rates, ILogger<MqttDesk> log)
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Good = TimeSpan.FromMinutes(1);

    private readonly Lazy<IMachineMqtt> mqtt = new(services.GetRequiredService<IMachineMqtt>);

    public async ValueTask HeardAsync(Machine machine, MqttMessage message, CancellationToken ct)
    {
        var topics = new DeviceTopics(machine.Id.Value);
        var id = message.Topic[(message.Topic.LastIndexOf('/') + 1)..];
        try
        {
            if (message.Payload.Length > DeviceCallers.LargestBody) throw new RuleException("body_too_large", "That is too large.");
            if (rates.Count(machine.Id.Value) is not null) throw new RuleException("rate_limited", "Too many messages from this machine.");
            await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateScopeOf(machine.OrganizationId);
            var to = scope.ServiceProvider;
            var reply = message.Topic switch
            {
                _ when message.Topic == topics.Requests => await RequestAsync(
                    machine, Read(message, ProtocolJson.Default.DeviceRequest), to, ct),
                _ when message.Topic == topics.Events => new DeviceReply
                {
                    Id = id,
                    Events = await to.GetRequiredService<TakeEvents>()
                        .RunAsync(machine, Read(message, ProtocolJson.Default.EventBatch), ct),
                },
                _ when message.Topic == topics.State => await StateAsync(
                    machine, Read(message, ProtocolJson.Default.Heartbeat), to, id, ct),
                _ when message.Topic == topics.Acknowledgements => await AcknowledgeAsync(
                    machine, Read(message, ProtocolJson.Default.Acknowledgement), to, id, ct),
                _ => null,
            };
            if (reply is not null) Reply(machine, reply);
        }
        catch (RuleException broken) when (!MayPass(broken.Code))
        {
            Reply(machine, Refusal(id, broken));
        }
        catch (JsonException error)
        {
            log.LogInformation("Machine {Machine} said something unreadable on {Topic}", machine.Id, message.Topic);
            Reply(machine, Refusal(id, new RuleException("invalid_json", $"That is not the message this topic takes: look at {error.Path}.")));
        }
    }

    /// <summary>Gives a machine that listens its configuration.</summary>
    public void SendConfig(Machine machine)
    {
        if (mqtt.Value.CanReach(machine.Id, new DeviceTopics(machine.Id.Value).Config)) _ = SendConfigAsync(machine);
    }

    /// <summary>A full or absent journal: the connection is closed without acknowledgement, and the machine tries again.</summary>
    private static bool MayPass(string code) => code is "journal_full" or "database_unreachable" or "shutting_down";

    private static T Read<T>(MqttMessage message, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(message.Payload.Span, type) ?? throw new JsonException("null");

    private static DeviceReply Refusal(string id, RuleException broken) => new()
    {
        Id = id,
        Problem = new DeviceProblem
        {
            Status = Platform.ProblemCodes.StatusOf(broken.Code),
            Code = broken.Code,
            Detail = broken.Message,
            Rule = broken.Hint?.Rule,
            OpensAt = broken.Hint?.OpensAt?.ToUnixTimeSeconds(),
            Display = broken.Hint?.Display,
        },
    };

    private static async Task<DeviceReply> RequestAsync(
        Machine machine, DeviceRequest request, IServiceProvider to, CancellationToken ct)
    {
        if (request.Id.Length is 0 or > 64) throw new RuleException("request_id_invalid", "A request's id has 1 to 64 characters.");
        var sell = to.GetRequiredService<SellByDevice>();
        DateTimeOffset? deadline = request.Deadline is { } at and > 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(at)
            : null;
        try
        {
            return new DeviceReply
            {
                Id = request.Id,
                Vend = request switch
                {
                    { Reserve: { } reserve, Commit: null, Cancel: null } => await sell.ReserveAsync(machine, reserve, deadline, ct),
                    { Commit: { } commit, Reserve: null, Cancel: null } =>
                        await sell.CommitAsync(machine, request.ReservationId, commit, ct),
                    { Cancel: { } cancel, Reserve: null, Commit: null } =>
                        await sell.CancelAsync(machine, request.ReservationId, cancel, ct),
                    _ => throw new RuleException("request_invalid", "A request is exactly one of reserve, commit and cancel."),
                },
            };
        }
        catch (RuleException broken) when (!MayPass(broken.Code))
        {
            return Refusal(request.Id, broken);
        }
    }

    private static async Task<DeviceReply> AcknowledgeAsync(
        Machine machine, Acknowledgement told, IServiceProvider to, string id, CancellationToken ct) => new()
        {
            Id = id,
            Acknowledgement = await to.GetRequiredService<AcknowledgeCommand>().RunAsync(machine, told.Id, told, ct),
        };

    private async Task<DeviceReply> StateAsync(
        Machine machine, Heartbeat told, IServiceProvider to, string id, CancellationToken ct)
    {
        var answer = await to.GetRequiredService<TakeHeartbeat>().RunAsync(
            machine, told, fetches: false, listens: mqtt.Value.CanReach(machine.Id, new DeviceTopics(machine.Id.Value).Commands), ct);
        if (answer.ReloadConfig) SendConfig(machine);
        return new DeviceReply { Id = id, State = answer };
    }

    private async Task SendConfigAsync(Machine machine)
    {
        try
        {
            var document = await services.GetRequiredService<DeviceConfigs>().OfAsync(machine, CancellationToken.None);
            var handed = await mqtt.Value.DeliverAsync(
                machine.Id, new DeviceTopics(machine.Id.Value).Config, document.Json, Wait, Good);
            if (handed is MqttHandover.NotSent) return;
            await services.GetRequiredService<SentConfigs>().NoteAsync(machine, document, CancellationToken.None);
        }
        catch (Exception error)
        {
            log.LogWarning(error, "Machine {Machine} was not sent its configuration; its next state asks again", machine.Id);
        }
    }

    /// <summary>Not waited for: the acknowledgement comes over the connection that waits for us.</summary>
    private void Reply(Machine machine, DeviceReply reply) => _ = mqtt.Value.DeliverAsync(
        machine.Id, new DeviceTopics(machine.Id.Value).Replies,
        JsonSerializer.SerializeToUtf8Bytes(reply, ProtocolJson.Default.DeviceReply), Wait, Good);
}

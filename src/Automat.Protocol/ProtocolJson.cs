using System.Text.Json;
using System.Text.Json.Serialization;

namespace Automat.Protocol;

/// <summary>
/// How the messages are written: snake_case, absent instead of null, integers only for money. What a reader does not know it
/// skips, so that either side may be newer; what is required must be there, and no name may stand twice.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false,
    MaxDepth = 16,
    ReadCommentHandling = JsonCommentHandling.Disallow)]
[JsonSerializable(typeof(ReserveRequest))]
[JsonSerializable(typeof(VendAnswer))]
[JsonSerializable(typeof(CommitRequest))]
[JsonSerializable(typeof(CancelRequest))]
[JsonSerializable(typeof(DeviceConfig))]
[JsonSerializable(typeof(Heartbeat))]
[JsonSerializable(typeof(HeartbeatAnswer))]
[JsonSerializable(typeof(DeviceCommand))]
[JsonSerializable(typeof(CommandList))]
[JsonSerializable(typeof(Acknowledgement))]
[JsonSerializable(typeof(AcknowledgementAnswer))]
[JsonSerializable(typeof(DeviceEvent))]
[JsonSerializable(typeof(EventBatch))]
[JsonSerializable(typeof(EventsAnswer))]
[JsonSerializable(typeof(DeviceRequest))]
[JsonSerializable(typeof(DeviceReply))]
[JsonSerializable(typeof(DeviceProblem))]
[JsonSerializable(typeof(AgentMessage))]
public sealed partial class ProtocolJson : JsonSerializerContext;

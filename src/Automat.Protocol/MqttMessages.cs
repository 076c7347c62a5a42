using System.ComponentModel;

namespace Automat.Protocol;

/// <summary>
/// Over MQTT: what over HTTP is a request to <c>/device/v1/vends…</c>. The reply names the request by its id.
/// </summary>
public sealed record DeviceRequest
{
    /// <summary>Names the request in its reply.</summary>
    [Description("Names the request in its reply: at most 64 printable ASCII characters.")]
    public required string Id { get; init; }

    /// <summary>Hold money.</summary>
    public ReserveRequest? Reserve { get; init; }

    /// <summary>The goods are out.</summary>
    public CommitRequest? Commit { get; init; }

    /// <summary>Nothing came out.</summary>
    public CancelRequest? Cancel { get; init; }

    /// <summary>For commit and cancel: the vend.</summary>
    public string? ReservationId { get; init; }

    /// <summary>Unix seconds; a request that arrives later is refused, as nobody waits at the machine any more.</summary>
    [Description("Unix seconds: a reserve that arrives later is refused.")]
    public long? Deadline { get; init; }
}

/// <summary>Over MQTT: the answer to what the machine said. Exactly one of the parts is there.</summary>
public sealed record DeviceReply
{
    /// <summary>The request's id, or <c>events</c>, <c>state</c>, <c>acknowledgements</c> for what came on those topics.</summary>
    [Description("The request's id, or \"events\", \"state\" or \"acknowledgements\" for what came on those topics.")]
    public required string Id { get; init; }

    /// <summary>The vend.</summary>
    public VendAnswer? Vend { get; init; }

    /// <summary>To a batch of events.</summary>
    public EventsAnswer? Events { get; init; }

    /// <summary>To a heartbeat; its commands are empty, they come on their own topic.</summary>
    public HeartbeatAnswer? State { get; init; }

    /// <summary>To an acknowledgement.</summary>
    public AcknowledgementAnswer? Acknowledgement { get; init; }

    /// <summary>It was refused.</summary>
    public DeviceProblem? Problem { get; init; }
}

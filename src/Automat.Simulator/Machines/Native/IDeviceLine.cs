using System.Threading.Channels;
using Automat.Protocol;

namespace Automat.Simulator.Machines.Native;

/// <summary>
/// A machine's line to the server, over either transport of our own protocol. Every question ends in its answer, in a
/// <see cref="RefusalException"/>, or in a <see cref="SilenceException"/> after which nobody knows whether it was heard.
/// </summary>
internal interface IDeviceLine : IAsyncDisposable
{
    /// <summary>Whether the server could reach the machine now.</summary>
    bool IsOpen { get; }

    /// <summary>What the server wants done, as it comes.</summary>
    ChannelReader<DeviceCommand> Commands { get; }

    /// <summary>Connects, where the transport needs it, and begins to listen for commands.</summary>
    Task OpenAsync(CancellationToken ct);

    /// <summary>Hold money.</summary>
    Task<VendAnswer> ReserveAsync(ReserveRequest request, CancellationToken ct);

    /// <summary>The goods are out.</summary>
    Task<VendAnswer> CommitAsync(string reservation, CommitRequest request, CancellationToken ct);

    /// <summary>Nothing came out.</summary>
    Task<VendAnswer> CancelAsync(string reservation, CancelRequest request, CancellationToken ct);

    /// <summary>What happened.</summary>
    Task<EventsAnswer> TellAsync(EventBatch batch, CancellationToken ct);

    /// <summary>What became of a command.</summary>
    Task<AcknowledgementAnswer> AcknowledgeAsync(string command, Acknowledgement told, CancellationToken ct);

    /// <summary>How it is.</summary>
    Task<HeartbeatAnswer> BeatAsync(Heartbeat told, CancellationToken ct);

    /// <summary>The configuration; null when that of this version is still the newest, or none has come yet.</summary>
    Task<DeviceConfig?> ConfigureAsync(string? version, CancellationToken ct);

    /// <summary>The power is gone: no goodbye.</summary>
    void Cut();
}

/// <summary>No answer came: the question was lost, or the answer, or the server could not answer now.</summary>
internal sealed class SilenceException(string why) : Exception(why);

/// <summary>The server refused, with a stable code.</summary>
internal sealed class RefusalException(string code, string detail) : Exception($"{code}: {detail}")
{
    /// <summary>The stable word.</summary>
    public string Code { get; } = code;

    /// <summary>
    /// Whether asking again can help. The signature is among these: whoever sends another machine's nonce or a bent header
    /// is a fault of the run, and the next request is signed anew.
    /// </summary>
    public static bool MayPass(int status, string code) => status is 429 or >= 500 || code is "changed_meanwhile";
}

using Automat.Server.Machines;

namespace Automat.Server.Devices;

/// <summary>What a machine that signs its requests is known by.</summary>
public static class DeviceCallers
{
    /// <summary>Bytes the body of a signed request may have.</summary>
    public const int LargestBody = 64 * 1024;

    /// <summary>The machine that signed this request.</summary>
    /// <exception cref="InvalidOperationException">The endpoint lets in others than machines: a bug.</exception>
    public static Machine Machine(this HttpContext http) => Request(http).Machine;

    /// <summary>The body it signed, byte for byte.</summary>
    public static ReadOnlyMemory<byte> SignedBody(this HttpContext http) => Request(http).Body;

    /// <summary>
    /// Says that a GET changes nothing and hands nothing out, so that its nonce may be remembered in memory first. All others
    /// wait until their nonce is in the database.
    /// </summary>
    public static TBuilder OnlyReads<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new OnlyReads());

    private static SignedRequest Request(HttpContext http) => http.Features.Get<SignedRequest>()
        ?? throw new InvalidOperationException("This endpoint let in a caller that did not sign.");
}

/// <summary>A request whose signature is right.</summary>
/// <param name="Machine">Who signed.</param>
/// <param name="Body">What was signed.</param>
internal sealed record SignedRequest(Machine Machine, ReadOnlyMemory<byte> Body);

/// <summary>Marks an endpoint that only reads.</summary>
internal sealed record OnlyReads;

/// <summary>Why a signed request was refused.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Stable word.</param>
/// <param name="Detail">For people.</param>
internal sealed record DeviceRefusal(int Status, string Code, string Detail)
{
    /// <summary>Seconds after which trying again makes sense.</summary>
    public int? RetryAfter { get; init; }

    public static DeviceRefusal Missing { get; } = new(401, "signature_missing",
        "Sign the request: X-Automat-Device, X-Automat-Timestamp, X-Automat-Nonce and X-Automat-Signature, each once.");

    public static DeviceRefusal Malformed { get; } = new(401, "signature_malformed",
        "The device is an id, the timestamp Unix seconds, the nonce a lower-case UUID, the signature 64 lower-case hexadecimal digits.");

    public static DeviceRefusal Clock { get; } = new(401, "clock_wrong",
        "The timestamp is more than 60 seconds off. Take the time from X-Automat-Time and sign again.");

    public static DeviceRefusal Wrong { get; } = new(401, "signature_wrong",
        "The signature does not fit this device, method, path, body, timestamp and nonce.");

    public static DeviceRefusal Retired { get; } = new(401, "machine_retired", "This machine is retired.");

    public static DeviceRefusal Reused { get; } = new(401, "nonce_reused",
        "This nonce was used before. Repeat the request with a new one.");

    public static DeviceRefusal TooLarge { get; } = new(413, "body_too_large",
        $"A body has at most {DeviceCallers.LargestBody} bytes.");

    public static DeviceRefusal TooOften { get; } = new(429, "rate_limited", "Too many requests from this machine.");

    public static DeviceRefusal Busy { get; } = new(503, "nonces_full",
        "Too much is waiting at this moment. Nothing was done; try again in a second.")
    { RetryAfter = 1 };

    public static DeviceRefusal NoDatabase { get; } = new(503, "database_unreachable",
        "The server cannot remember nonces at the moment. Nothing was done; try again in a while.")
    { RetryAfter = 2 };
}

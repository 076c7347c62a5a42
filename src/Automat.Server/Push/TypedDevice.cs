using System.Buffers.Text;
using Automat.Server.Platform;
using Automat.Server.Push.Wire;

namespace Automat.Server.Push;

/// <summary>A device as its browser names it: what <c>PushSubscription</c> has, in the fields of a form.</summary>
/// <param name="Endpoint">Its address.</param>
/// <param name="PublicKey">Its public key, base64url.</param>
/// <param name="Secret">Its secret, base64url.</param>
internal sealed record TypedDevice(string Endpoint, string PublicKey, string Secret)
{
    private const int LongestKey = 200;

    /// <summary>What was sent.</summary>
    public static async Task<TypedDevice> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        var form = await request.ReadFormAsync(ct);
        return new TypedDevice(form["endpoint"].ToString(), form["p256dh"].ToString(), form["auth"].ToString());
    }

    /// <summary>Where that is.</summary>
    /// <exception cref="FieldsException"><c>device_invalid</c>.</exception>
    public PushTarget Check(PushSettings settings)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        var address = settings.Allowed(Endpoint);
        if (address is null) faults["endpoint"] = "The address of a browser's push service, with https.";
        var (key, secret) = (Bytes(PublicKey), Bytes(Secret));
        if (key is null || !P256.IsPoint(key)) faults["p256dh"] = "A point of P-256, base64url.";
        if (secret is not { Length: PushReceiver.SecretLength }) faults["auth"] = "16 bytes, base64url.";
        FieldsException.ThrowIfAny("device_invalid", faults);
        return new PushTarget(address!, new PushReceiver(key!, secret!));
    }

    private static byte[]? Bytes(string text) =>
        text.Length is > 0 and <= LongestKey && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;
}

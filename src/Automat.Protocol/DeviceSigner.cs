using System.Globalization;

namespace Automat.Protocol;

/// <summary>
/// Signs every request of an <see cref="HttpClient"/> as a device does: one HMAC per request, a new nonce each time. Repeating
/// a request after a lost answer means sending it through here again, which signs it anew.
/// </summary>
/// <param name="device">The device's id.</param>
/// <param name="secret">Its secret: the UTF-8 bytes of the text it was given.</param>
/// <param name="clock">Its clock; may be wrong by up to a minute.</param>
public sealed class DeviceSigner(string device, ReadOnlyMemory<byte> secret, TimeProvider clock) : DelegatingHandler
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var timestamp = clock.GetUtcNow().ToUnixTimeSeconds();
        var nonce = Guid.CreateVersion7().ToString();
        request.Headers.Add(DeviceHeaders.Device, device);
        request.Headers.Add(DeviceHeaders.Timestamp, timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(DeviceHeaders.Nonce, nonce);
        request.Headers.Add(DeviceHeaders.Signature, DeviceSignature.Sign(
            secret.Span, request.Method.Method, request.RequestUri!.PathAndQuery, body, timestamp, nonce));
        return await base.SendAsync(request, cancellationToken);
    }
}

namespace Automat.Server.Devices;

/// <summary>Reads a body as it was signed: raw, all of it, and never more than is allowed.</summary>
internal static class SignedBody
{
    /// <summary>The body; null when it is larger than allowed.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength is 0 || (request.ContentLength is null && !request.Headers.ContainsKey("Transfer-Encoding")
            && !HttpProtocol.IsHttp2(request.Protocol)))
        {
            return ReadOnlyMemory<byte>.Empty;
        }

        var known = request.ContentLength is { } length;
        var buffer = new byte[known ? (int)request.ContentLength! : DeviceCallers.LargestBody + 1];
        var filled = 0;
        while (filled < buffer.Length)
        {
            var read = await request.Body.ReadAsync(buffer.AsMemory(filled), ct);
            if (read == 0) break;
            filled += read;
        }

        if (filled > DeviceCallers.LargestBody) return null;
        var body = buffer.AsMemory(0, filled);
        request.Body = new MemoryStream(buffer, 0, filled, writable: false); // for whoever binds it in the usual way
        return body;
    }
}

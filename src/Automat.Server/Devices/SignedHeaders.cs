using System.Buffers;
using System.Globalization;
using Automat.Domain;
using Automat.Protocol;
using Microsoft.AspNetCore.Http.Features;

namespace Automat.Server.Devices;

/// <summary>What the headers of a signed request say, once they are well-formed.</summary>
/// <param name="Device">Who claims to have signed.</param>
/// <param name="Time">Unix seconds.</param>
/// <param name="NonceId">The nonce as a number.</param>
internal readonly record struct SignedHeaders(MachineId Device, long Time, Guid NonceId)
{
    private const int MostDigits = 12;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>As in the header.</summary>
    public required string Timestamp { get; init; }

    /// <summary>As in the header.</summary>
    public required string Nonce { get; init; }

    /// <summary>As in the header.</summary>
    public required string Signature { get; init; }

    /// <summary>Reads the headers; the refusal when one is missing or is not what it should be.</summary>
    public static DeviceRefusal? Read(IHeaderDictionary headers, out SignedHeaders read)
    {
        read = default;
        if (headers[DeviceHeaders.Device] is not [{ Length: > 0 } device]
            || headers[DeviceHeaders.Timestamp] is not [{ Length: > 0 } timestamp]
            || headers[DeviceHeaders.Nonce] is not [{ Length: > 0 } nonce]
            || headers[DeviceHeaders.Signature] is not [{ Length: > 0 } signature])
        {
            return DeviceRefusal.Missing;
        }

        if (!MachineId.TryParse(device, out var id)
            || timestamp.Length > MostDigits || timestamp[0] == '0'
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var time)
            || !Guid.TryParseExact(nonce, "D", out var nonceId) || nonce.AsSpan().ContainsAnyInRange('A', 'F')
            || signature.Length != DeviceSignature.HexLength
            || signature.AsSpan().ContainsAnyExcept(Hex))
        {
            return DeviceRefusal.Malformed;
        }

        read = new SignedHeaders(id, time, nonceId) { Timestamp = timestamp, Nonce = nonce, Signature = signature };
        return null;
    }

    /// <summary>Path with query exactly as sent; what stands before the path in an absolute address was not signed.</summary>
    public static string PathOf(HttpContext http)
    {
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (target.StartsWith('/')) return target;
        return Uri.TryCreate(target, UriKind.Absolute, out var address) ? address.PathAndQuery : target;
    }
}

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Automat.Domain;
using Automat.Server.Devices;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>Reads and writes the protocol's messages, the same way for HTTP and MQTT.</summary>
internal static class DeviceJson
{
    /// <summary>Reads the signed body.</summary>
    /// <exception cref="BadHttpRequestException">It is not this message; answered with 400 <c>invalid_json</c>.</exception>
    public static T Read<T>(HttpContext http, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(http.SignedBody().Span, type) ?? throw new JsonException("null");
        }
        catch (JsonException error)
        {
            throw new BadHttpRequestException("The body is not the JSON this address takes.", 400, error);
        }
    }

    /// <summary>Reads the signed body, or what holds when there is none.</summary>
    public static T ReadOr<T>(HttpContext http, JsonTypeInfo<T> type, T absent) =>
        http.SignedBody().IsEmpty ? absent : Read(http, type);

    /// <summary>An answer.</summary>
    public static IResult Answer<T>(T value, JsonTypeInfo<T> type, int status = 200) => TypedResults.Json(value, type, statusCode: status);

    /// <summary>A short word for the books; refused when it is more than that.</summary>
    /// <exception cref="RuleException"><c>word_invalid</c>.</exception>
    public static string Word(string? given, string absent)
    {
        if (string.IsNullOrEmpty(given)) return absent;
        if (given.Length <= 32 && given.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_')) return given;
        throw new RuleException("word_invalid", "Evidence, reason and detail are words of up to 32 of a-z, 0-9 and _.");
    }

    /// <summary>Unix seconds.</summary>
    public static long Unix(DateTimeOffset at) => at.ToUnixTimeSeconds();
}

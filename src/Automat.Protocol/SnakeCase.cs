using System.Text.Json;
using System.Text.Json.Serialization;

namespace Automat.Protocol;

/// <summary>An enumeration on the wire: its names in snake_case, never its numbers.</summary>
/// <typeparam name="T">The enumeration.</typeparam>
public sealed class SnakeCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

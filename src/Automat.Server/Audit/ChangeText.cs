using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Automat.Server.Audit;

/// <summary>What an entity's change looks like in the log: JSON, each column with what it was (<c>from</c>) and is (<c>to</c>).</summary>
internal sealed class ChangeText
{
    // A longer text is cut: what it was can still be told by its hash.
    private const int LongestText = 1_000;
    private const int LongestBytes = 64;
    private const int MostItems = 50;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SortedDictionary<string, Action<Utf8JsonWriter>> columns = new(StringComparer.Ordinal);

    /// <summary>Whether nothing is different.</summary>
    public bool IsEmpty => columns.Count == 0;

    /// <summary>A column that is new, with its value.</summary>
    public void Added(string column, object? value) => columns[column] = json => Pair(json, null, () => Write(json, value));

    /// <summary>A column whose row was removed, with its last value.</summary>
    public void Removed(string column, object? value) => columns[column] = json => Pair(json, () => Write(json, value), null);

    /// <summary>A column with what it was and is.</summary>
    public void Changed(string column, object? from, object? to) =>
        columns[column] = json => Pair(json, () => Write(json, from), () => Write(json, to));

    /// <summary>A column that must not be shown: one word for what became of it.</summary>
    public void Hidden(string column, string word) => columns[column] = json => json.WriteStringValue(word);

    /// <summary>The JSON, columns in ordinal order.</summary>
    public override string ToString()
    {
        var text = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(text, Json);
        json.WriteStartObject();
        foreach (var (column, write) in columns)
        {
            json.WritePropertyName(column);
            write(json);
        }

        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    private static void Pair(Utf8JsonWriter json, Action? from, Action? to)
    {
        json.WriteStartObject();
        if (from is not null)
        {
            json.WritePropertyName("from");
            from();
        }

        if (to is not null)
        {
            json.WritePropertyName("to");
            to();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool truth: json.WriteBooleanValue(truth); break;
            case short or int or long: json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture)); break;
            case string text: json.WriteStringValue(Short(text)); break;
            case byte[] bytes: json.WriteStringValue(Short(bytes)); break;
            case DateTimeOffset time: json.WriteStringValue(time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture)); break;
            case DateTime time: json.WriteStringValue(time.ToString("O", CultureInfo.InvariantCulture)); break;
            case IEnumerable list: Write(json, list); break;
            case IFormattable other: json.WriteStringValue(other.ToString(null, CultureInfo.InvariantCulture)); break;
            default: json.WriteStringValue(Short(value.ToString() ?? "")); break;
        }
    }

    private static void Write(Utf8JsonWriter json, IEnumerable list)
    {
        json.WriteStartArray();
        var count = 0;
        foreach (var item in list)
        {
            if (count++ < MostItems) Write(json, item);
        }

        if (count > MostItems) json.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"and {count - MostItems} more"));
        json.WriteEndArray();
    }

    private static string Short(string text) => text.Length <= LongestText
        ? text
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{Whole(text)}… ({text.Length} characters, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))})");

    /// <summary>The beginning of a text; a character of two halves is not cut in two.</summary>
    private static ReadOnlySpan<char> Whole(string text) =>
        text.AsSpan(0, char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText);

    private static string Short(byte[] bytes) => bytes.Length <= LongestBytes
        ? Convert.ToHexStringLower(bytes)
        : string.Create(
            CultureInfo.InvariantCulture, $"({bytes.Length} bytes, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(bytes))})");
}

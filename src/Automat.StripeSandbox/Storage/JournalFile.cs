using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Storage;

/// <summary>One line of the data file, read back.</summary>
internal sealed record JournalEntry(
    IReadOnlyList<StripeObject> Put, IReadOnlyList<string> Deleted, StoredAnswer? Answer);

/// <summary>
/// The data file's format: one JSON object per line and transaction,
/// <c>{"put":[{"kind":"charge","value":{…}}],"del":["we_…"],"answer":{…}}</c>.
/// </summary>
internal static class JournalFile
{
    public static ReadOnlySpan<byte> Line(
        IEnumerable<StripeObject> put, IReadOnlyList<string> deleted, StoredAnswer? answer)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = WireJson.Journal.Encoder });
        json.WriteStartObject();
        json.WriteStartArray("put");
        foreach (var item in put)
        {
            json.WriteStartObject();
            json.WriteString("kind", item.Object);
            json.WritePropertyName("value");
            JsonSerializer.Serialize(json, item, item.GetType(), WireJson.Journal);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (deleted.Count > 0)
        {
            json.WritePropertyName("del");
            JsonSerializer.Serialize(json, deleted, WireJson.Journal);
        }
        if (answer is not null)
        {
            json.WritePropertyName("answer");
            JsonSerializer.Serialize(json, answer, WireJson.Journal);
        }
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan;
    }

    /// <summary>Hands over every whole line, in order.</summary>
    /// <exception cref="InvalidDataException">A whole line is not what the sandbox writes.</exception>
    public static void Read(string path, Action<JournalEntry> apply)
    {
        var number = 0;
        foreach (var line in Journal.Lines(path))
        {
            number++;
            try
            {
                apply(Parse(line));
            }
            catch (Exception broken) when (broken is JsonException or KeyNotFoundException)
            {
                throw new InvalidDataException($"Line {number} of the sandbox's data file is broken.", broken);
            }
        }
    }

    /// <summary>Writes the present state beside the file and puts it in its place.</summary>
    public static void Compact(string path, IEnumerable<Shelf> shelves, IEnumerable<StoredAnswer> answers)
    {
        var fresh = path + ".new";
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
        {
            foreach (var shelf in shelves)
            {
                for (var i = 0; i < shelf.Count; i++) Write(file, Line([shelf.At(i)], [], null));
            }
            foreach (var answer in answers) Write(file, Line([], [], answer));
            file.Flush(flushToDisk: true);
        }
        File.Move(fresh, path, overwrite: true);
    }

    private static void Write(FileStream file, ReadOnlySpan<byte> line)
    {
        file.Write(line);
        file.WriteByte((byte)'\n');
    }

    private static JournalEntry Parse(byte[] line)
    {
        var node = JsonNode.Parse(line) ?? throw new JsonException("null");
        var put = new List<StripeObject>();
        foreach (var item in node["put"]?.AsArray() ?? [])
        {
            var kind = ObjectKinds.All[(string?)item!["kind"] ?? ""];
            put.Add((StripeObject)item["value"].Deserialize(kind, WireJson.Journal)!);
        }
        return new JournalEntry(
            put,
            node["del"]?.Deserialize<List<string>>(WireJson.Journal) ?? [],
            node["answer"]?.Deserialize<StoredAnswer>(WireJson.Journal));
    }
}

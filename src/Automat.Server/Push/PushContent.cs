using System.Text.Encodings.Web;
using System.Text.Json;

namespace Automat.Server.Push;

/// <summary>What a device is told. Its screen may show it while it is locked: no code, no name, no address.</summary>
/// <param name="Title">The big words.</param>
/// <param name="Body">One sentence.</param>
/// <param name="Url">The page it leads to, on our own site.</param>
/// <param name="Tag">The newer of two with the same one takes the older's place.</param>
/// <param name="Lang">The language, for whoever has it read aloud.</param>
internal sealed record PushContent(string Title, string Body, string Url, string Tag, string Lang)
{
    /// <summary>Characters of all of it as JSON: fewer than 3,000 bytes, whatever the language.</summary>
    public const int Longest = 1_400;

    private const int LongestText = 300;

    private static readonly JsonSerializerOptions Wire = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // read by a script as JSON, and never part of a page
    };

    /// <summary>As it is sent.</summary>
    public string ToJson() => JsonSerializer.Serialize(this with { Title = Cut(Title), Body = Cut(Body) }, Wire);

    private static string Cut(string text) =>
        text.Length <= LongestText ? text : text[..(char.IsHighSurrogate(text[LongestText - 2]) ? LongestText - 2 : LongestText - 1)] + "…";
}

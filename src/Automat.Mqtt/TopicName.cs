using System.Text;

namespace Automat.Mqtt;

/// <summary>Topic names (MQTT 5.0, section 4.7): what a message is published to.</summary>
public static class TopicName
{
    /// <summary>The longest topic the wire can carry, in UTF-8 bytes.</summary>
    public const int MaxBytes = 65_535;

    /// <summary>True if a message may be published to this name: not empty, no wildcards, no U+0000, well-formed
    /// text of at most <see cref="MaxBytes"/> bytes.</summary>
    public static bool IsValid(string topic) =>
        topic.Length > 0 && topic.AsSpan().IndexOfAny('+', '#', '\0') < 0 && IsWellFormed(topic);

    internal static int Levels(string topic) => topic.AsSpan().Count('/') + 1;

    internal static bool IsWellFormed(string text)
    {
        if (text.Length <= MaxBytes / 3 && Ascii.IsValid(text)) return true;

        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                return false;
            i++;
        }

        return Encoding.UTF8.GetByteCount(text) <= MaxBytes;
    }
}

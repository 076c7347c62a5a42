using System.Globalization;
using System.Text;

namespace Automat.Protocol.Dex;

/// <summary>
/// The letters of an element. The standard knows printable ASCII and <c>^hh^</c> for other bytes; machines put whole words of
/// code page 1251 or UTF-8 behind such escapes, or send the bytes as they are.
/// </summary>
internal static class DexText
{
    /// <summary>The element as text; never fails, whatever the bytes.</summary>
    public static string Decode(ReadOnlySpan<byte> raw)
    {
        var bytes = Unescaped(raw);
        if (bytes.TrueForAll(b => b < 0x80)) return Clean(Encoding.ASCII.GetString([.. bytes]));
        byte[] all = [.. bytes];
        try
        {
            return Clean(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(all));
        }
        catch (DecoderFallbackException)
        {
            // Words of code page 1251 are made of the upper 64; in Latin letters such a byte stands alone among ASCII.
            var upper = all.Count(b => b >= 0xC0);
            var latin = all.Count(b => b < 0x80 && char.IsAsciiLetter((char)b));
            return Clean(upper > latin ? Cyrillic(all) : Encoding.Latin1.GetString(all));
        }
    }

    private static List<byte> Unescaped(ReadOnlySpan<byte> raw)
    {
        var bytes = new List<byte>(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == '^' && i + 3 < raw.Length && raw[i + 3] == '^'
                && byte.TryParse(raw.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                bytes.Add(code);
                i += 3;
                continue;
            }

            bytes.Add(raw[i]);
        }

        return bytes;
    }

    private static string Cyrillic(byte[] bytes) => string.Create(bytes.Length, bytes, static (chars, all) =>
    {
        for (var i = 0; i < all.Length; i++)
        {
            chars[i] = all[i] switch
            {
                >= 0xC0 => (char)(0x0410 + all[i] - 0xC0),
                0xA8 => 'Ё',
                0xB8 => 'ё',
                0xB9 => '№',
                _ => (char)all[i],
            };
        }
    });

    /// <summary>Control characters could hurt a page, a database or a log.</summary>
    private static string Clean(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Where(c => !char.IsControl(c))).Trim() : text.Trim();
}

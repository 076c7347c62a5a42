using System.Buffers.Binary;
using System.Globalization;

namespace Automat.Protocol.Dex;

/// <summary>
/// Reads an EVA-DTS audit file as it comes, piece by piece, in memory bounded by its limits. It takes whatever machines and
/// the tools between make of the standard: other line ends, no envelope, blanks, lower case, bytes outside of ASCII, rubbish
/// before and after. It never throws on bytes; what is odd becomes a warning with its line.
/// </summary>
public sealed class DexReader
{
    /// <summary>Bytes of one line; the rest of a longer one is left out, with a warning.</summary>
    public const int LongestLine = 2048;

    /// <summary>Segments of one file; what follows is left out, with a warning.</summary>
    public const int MostSegments = 20_000;

    private const int MostElements = 64;
    private const int MostWarnings = 200;

    private readonly List<DexSegment> segments = [];
    private readonly List<DexWarning> warnings = [];
    private readonly byte[] line = new byte[LongestLine];
    private int filled;
    private int number;
    private bool lost;
    private bool afterReturn;
    private bool over;
    private int left;

    private ushort crc;
    private bool summing;
    private bool summed;
    private int counted;
    private bool counting;
    private int? said;
    private string? written;
    private string? communicationId;
    private string? version;

    /// <summary>Reads a whole file.</summary>
    public static DexFile Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new DexReader();
        reader.Take(bytes);
        return reader.Finish();
    }

    /// <summary>Reads a stream to its end.</summary>
    public static async Task<DexFile> ReadAsync(Stream stream, CancellationToken ct)
    {
        var reader = new DexReader();
        var buffer = new byte[4096];
        int read;
        while ((read = await stream.ReadAsync(buffer, ct)) > 0) reader.Take(buffer.AsSpan(0, read));
        return reader.Finish();
    }

    /// <summary>Takes the next bytes, in pieces of any size.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes)
        {
            if (one is (byte)'\n' or (byte)'\r')
            {
                // CR LF ends one line, not two.
                if (!(one == '\n' && afterReturn)) EndLine();
                afterReturn = one == '\r';
                continue;
            }

            afterReturn = false;
            if (one == 0) continue; // padding, and every second byte of files that were saved as UTF-16
            if (filled < line.Length) line[filled++] = one;
            else lost = true;
        }
    }

    /// <summary>The file, once all bytes were taken.</summary>
    public DexFile Finish()
    {
        if (filled > 0) EndLine();
        if (left > 0) Warn(0, "left_out", $"{left} segments beyond the first {MostSegments} or after the end were left out.");
        var check = Checked();
        if (segments.Count == 0) Warn(0, "no_segments", "There is no line in this file that looks like an audit file.");
        else Envelope(check);
        return new DexFile
        {
            Segments = segments,
            Warnings = warnings,
            CommunicationId = communicationId,
            Version = version,
            Check = check,
            Computed = crc,
            Written = written,
            Counted = counted,
            Said = said,
        };
    }

    private void EndLine()
    {
        number++;
        var all = line.AsSpan(0, filled);
        filled = 0;
        if (lost) Warn(number, "line_too_long", $"The line has more than {LongestLine} bytes; the rest was left out.");
        lost = false;
        var text = Trimmed(all);
        if (text.Length == 0) return;
        var star = text.IndexOf((byte)'*');
        var name = NameOf(star < 0 ? text : text[..star]);
        if (name is null)
        {
            Warn(number, "not_a_segment", "The line does not begin with the name of a segment.");
            // It was among what the machine summed up, if it came from the machine.
            Sum(all);
            return;
        }

        if (over || segments.Count >= MostSegments)
        {
            left++;
            return;
        }

        Add(name, text, star, all);
    }

    private void Add(string name, ReadOnlySpan<byte> text, int star, ReadOnlySpan<byte> all)
    {
        var segment = new DexSegment(number, name, star < 0 ? [] : Elements(text[(star + 1)..]));
        segments.Add(segment);
        switch (name)
        {
            case "DXS" when segments.Count == 1:
                communicationId = segment[1];
                version = segment[3];
                return;
            case "DXS":
                Warn(number, "second_transmission", "Another transmission begins here; only the first is read.");
                segments.RemoveAt(segments.Count - 1);
                over = true;
                return;
            case "DXE":
                over = true;
                return;
            case "ST":
                summing = counting = true;
                break;
            case "G85":
                written ??= segment[1];
                summed = true;
                summing = false;
                break;
            case "SE":
                said ??= int.TryParse(segment[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
                counted++;
                counting = false;
                return;
        }

        // Without an envelope the sum is taken from the first line.
        if (segments.Count == 1) summing = counting = true;
        if (counting) counted++;
        if (summing) Sum(TrimmedStart(all));
    }

    private void Sum(ReadOnlySpan<byte> raw)
    {
        if (!summing || summed) return;
        crc = DexCrc.Of("\r\n"u8, DexCrc.Of(raw, crc));
    }

    private List<string> Elements(ReadOnlySpan<byte> rest)
    {
        var elements = new List<string>();
        while (true)
        {
            var star = rest.IndexOf((byte)'*');
            elements.Add(DexText.Decode(star < 0 ? rest : rest[..star]));
            if (star < 0) return elements;
            if (elements.Count == MostElements)
            {
                Warn(number, "too_many_elements", $"The segment has more than {MostElements} elements; the rest was left out.");
                return elements;
            }

            rest = rest[(star + 1)..];
        }
    }

    private DexCheck Checked()
    {
        if (written is null) return DexCheck.Missing;
        if (written.Length is 0 or > 4
            || !ushort.TryParse(written, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var theirs))
        {
            Warn(0, "crc_unreadable", "The check sum (G85) is no number of up to four hexadecimal digits.");
            return DexCheck.Missing;
        }

        if (theirs == crc) return DexCheck.Right;
        return theirs == BinaryPrimitives.ReverseEndianness(crc) ? DexCheck.Swapped : DexCheck.Wrong;
    }

    private void Envelope(DexCheck check)
    {
        if (communicationId is null) Warn(0, "no_envelope", "The file does not begin with DXS.");
        else if (!over) Warn(0, "cut_off", "The file ends without DXE: its end may be missing.");
        if (version is { Length: > 0 } told && !told.StartsWith('V'))
        {
            Warn(0, "version_unknown", $"The version '{told}' is none that is known; it is read as version 6.");
        }

        if (written is null) Warn(0, "crc_missing", "The file brings no check sum (G85).");
        else if (check is DexCheck.Swapped) Warn(0, "crc_swapped", "The check sum (G85) fits with its two bytes swapped.");
        else if (check is DexCheck.Wrong)
        {
            Warn(0, "crc_wrong", string.Create(CultureInfo.InvariantCulture, $"The check sum (G85) is {written}; {crc:X4} would fit."));
        }

        if (said is null) Warn(0, "count_missing", "The file does not say how many segments it has (SE).");
        else if (said != counted) Warn(0, "count_wrong", $"The file says that it has {said} segments (SE); it has {counted}.");
    }

    /// <summary>Letters and digits, one to five of them, the first a letter.</summary>
    private static string? NameOf(ReadOnlySpan<byte> raw)
    {
        raw = Trimmed(raw);
        if (raw.Length is 0 or > 5 || !char.IsAsciiLetter((char)raw[0])) return null;
        Span<char> name = stackalloc char[raw.Length];
        for (var i = 0; i < raw.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit((char)raw[i])) return null;
            name[i] = char.ToUpperInvariant((char)raw[i]);
        }

        return new string(name);
    }

    /// <summary>Without blanks, control characters of the link and byte order marks at both ends.</summary>
    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> raw)
    {
        raw = TrimmedStart(raw);
        while (raw.Length > 0 && raw[^1] is (<= 0x20 or 0x7F)) raw = raw[..^1];
        return raw;
    }

    private static ReadOnlySpan<byte> TrimmedStart(ReadOnlySpan<byte> raw)
    {
        while (raw.Length > 0 && raw[0] is (<= 0x20 or 0x7F or 0xEF or 0xBB or 0xBF or 0xFE or 0xFF)) raw = raw[1..];
        return raw;
    }

    private void Warn(int at, string code, string text)
    {
        if (warnings.Count < MostWarnings) warnings.Add(new DexWarning(at, code, text));
        else if (warnings.Count == MostWarnings) warnings.Add(new DexWarning(0, "more_warnings", "There is more than is listed here."));
    }
}

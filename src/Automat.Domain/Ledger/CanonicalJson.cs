using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Automat.Domain.Ledger;

/// <summary>
/// Writes the one byte form a value has: UTF-8, no white space, keys in ordinal order, integers only, and inside strings
/// only what JSON demands escaped (quotation mark, backslash, control characters).
/// </summary>
public static class CanonicalJson
{
    /// <summary>Writes an object; its keys must come in ordinal order.</summary>
    public static void Write(IBufferWriter<byte> output, IReadOnlyDictionary<string, object> members)
    {
        output.Write("{"u8);
        var first = true;
        foreach (var (name, value) in members)
        {
            if (!first) output.Write(","u8);
            first = false;
            Write(output, name);
            output.Write(":"u8);
            Write(output, value);
        }

        output.Write("}"u8);
    }

    /// <summary>Writes a whole number.</summary>
    public static void Write(IBufferWriter<byte> output, long number)
    {
        var span = output.GetSpan(20);
        Utf8Formatter.TryFormat(number, span, out var written);
        output.Advance(written);
    }

    /// <summary>Writes a string.</summary>
    public static void Write(IBufferWriter<byte> output, string text)
    {
        output.Write("\""u8);
        var rest = text.AsSpan();
        while (rest.IndexOfAnyInRange('\0', '\u001f') is var control && rest.IndexOfAny('"', '\\') is var special
            && (control >= 0 || special >= 0))
        {
            var at = control < 0 ? special : special < 0 ? control : Math.Min(control, special);
            Encoding.UTF8.GetBytes(rest[..at], output);
            Escape(output, rest[at]);
            rest = rest[(at + 1)..];
        }

        Encoding.UTF8.GetBytes(rest, output);
        output.Write("\""u8);
    }

    private static void Write(IBufferWriter<byte> output, object value)
    {
        switch (value)
        {
            case string text:
                Write(output, text);
                break;
            case long number:
                Write(output, number);
                break;
            case int number:
                Write(output, number);
                break;
            case bool truth:
                output.Write(truth ? "true"u8 : "false"u8);
                break;
            case IReadOnlyList<object> list:
                WriteList(output, list);
                break;
            default:
                throw new InvalidOperationException($"Canonical JSON has no form for {value.GetType().Name}.");
        }
    }

    private static void WriteList(IBufferWriter<byte> output, IReadOnlyList<object> list)
    {
        output.Write("["u8);
        for (var i = 0; i < list.Count; i++)
        {
            if (i > 0) output.Write(","u8);
            Write(output, list[i]);
        }

        output.Write("]"u8);
    }

    private static void Escape(IBufferWriter<byte> output, char c)
    {
        switch (c)
        {
            case '"': output.Write("\\\""u8); break;
            case '\\': output.Write("\\\\"u8); break;
            case '\n': output.Write("\\n"u8); break;
            case '\r': output.Write("\\r"u8); break;
            case '\t': output.Write("\\t"u8); break;
            case '\b': output.Write("\\b"u8); break;
            case '\f': output.Write("\\f"u8); break;
            default: Encoding.UTF8.GetBytes($"\\u{(int)c:x4}", output); break;
        }
    }
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Automat.Protocol.Mdb;

/// <summary>
/// A block on the MDB bus: its bytes and a checksum, which is the low byte of their sum. The ninth bit of each byte is the
/// line's affair and not seen here.
/// </summary>
public static class MdbFrame
{
    /// <summary>Bytes of the longest block, its checksum included.</summary>
    public const int Longest = 36;

    /// <summary>Answer: understood.</summary>
    public const byte Ack = 0x00;

    /// <summary>Answer: say it again.</summary>
    public const byte Ret = 0xAA;

    /// <summary>Answer: not understood.</summary>
    public const byte Nak = 0xFF;

    /// <summary>Address of the first cashless reader; the second is at 0x60.</summary>
    public const byte FirstReader = 0x10;

    /// <summary>Address of the second cashless reader.</summary>
    public const byte SecondReader = 0x60;

    /// <summary>The low byte of the sum.</summary>
    public static byte Checksum(ReadOnlySpan<byte> block)
    {
        var sum = 0;
        foreach (var one in block) sum += one;
        return (byte)(sum & 0xFF);
    }

    /// <summary>A block with its checksum behind it.</summary>
    /// <exception cref="ArgumentException">It is empty or would be longer than <see cref="Longest"/>.</exception>
    public static byte[] Seal(params ReadOnlySpan<byte> block)
    {
        if (block.Length is 0 or > Longest - 1) throw new ArgumentException("A block has 1 to 35 bytes before its checksum.", nameof(block));
        return [.. block, Checksum(block)];
    }

    /// <summary>The block inside a frame; false when it is too short, too long, or its checksum is wrong.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> block)
    {
        block = default;
        if (frame.Length is < 2 or > Longest || Checksum(frame[..^1]) != frame[^1]) return false;
        block = frame[..^1];
        return true;
    }

    /// <summary>VEND REQUEST of a price in scaled units and an item number.</summary>
    public static byte[] VendRequest(ushort price, ushort item) => Numbers(0x13, 0x00, price, item);

    /// <summary>CASH SALE of a price in scaled units and an item number with its marks.</summary>
    public static byte[] CashSale(ushort price, MdbItem item) => Numbers(0x13, 0x05, price, item.Raw);

    /// <summary>VEND SUCCESS of an item.</summary>
    public static byte[] VendSuccess(ushort item) => Seal(0x13, 0x02, (byte)(item >> 8), (byte)(item & 0xFF));

    /// <summary>VEND APPROVED of an amount in scaled units, which may differ from the price.</summary>
    public static byte[] VendApproved(ushort amount) => Seal(0x05, (byte)(amount >> 8), (byte)(amount & 0xFF));

    /// <summary>BEGIN SESSION of level 1 with the funds in scaled units; 0xFFFF when nobody knows.</summary>
    public static byte[] BeginSession(ushort funds) => Seal(0x03, (byte)(funds >> 8), (byte)(funds & 0xFF));

    /// <summary>A 16-bit number of a block; null when the block ends before it.</summary>
    public static ushort? NumberAt(ReadOnlySpan<byte> block, int at) =>
        at >= 0 && at + 2 <= block.Length ? BinaryPrimitives.ReadUInt16BigEndian(block[at..]) : null;

    private static byte[] Numbers(byte command, byte sub, ushort first, ushort second)
    {
        Span<byte> block = [command, sub, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(block[2..], first);
        BinaryPrimitives.WriteUInt16BigEndian(block[4..], second);
        return Seal(block);
    }
}

/// <summary>
/// An item number with the marks a CASH SALE puts into its upper bits: 15 free, 14 test, 13 negative, 12 token.
/// All bits set: the controller does not know which item.
/// </summary>
/// <param name="Raw">The number as it is on the bus.</param>
public readonly record struct MdbItem(ushort Raw)
{
    /// <summary>Whether the controller does not know which item it was.</summary>
    public bool IsUndefined => Raw == 0xFFFF;

    /// <summary>The item without its marks; null when undefined.</summary>
    public int? Number => IsUndefined ? null : Raw & 0x0FFF;

    /// <summary>Given away.</summary>
    public bool IsFree => Marked(15);

    /// <summary>A test of the machine.</summary>
    public bool IsTest => Marked(14);

    /// <summary>Something was returned.</summary>
    public bool IsNegative => Marked(13);

    /// <summary>Paid with a token.</summary>
    public bool IsToken => Marked(12);

    private bool Marked(int bit) => !IsUndefined && (Raw & (1 << bit)) != 0;
}

/// <summary>A reader's CONFIG: what its numbers mean and what it can do.</summary>
/// <param name="Level">1 to 3.</param>
/// <param name="Country">Packed decimal digits: with a leading 1 the ISO 4217 number (1978 is EUR), with a leading 0 a telephone code.</param>
/// <param name="Scale">Factor of every amount.</param>
/// <param name="Decimals">Decimals of every amount after the factor.</param>
/// <param name="LongestAnswer">Seconds the reader may need to answer.</param>
/// <param name="Options">Bits: 0 gives money back, 1 sells several in a session, 2 has a display, 3 wants cash sales.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MdbConfig(
    byte Level, ushort Country, byte Scale, byte Decimals, byte LongestAnswer, byte Options)
{
    /// <summary>Reads a CONFIG block; null when it is none.</summary>
    public static MdbConfig? Read(ReadOnlySpan<byte> block) => block is [0x01, var level, var high, var low, var scale, var decimals, var time, var options]
        ? new MdbConfig(level, (ushort)((high << 8) | low), scale, decimals, time, options)
        : null;

    /// <summary>The block with its checksum.</summary>
    public byte[] Frame() => MdbFrame.Seal(
        0x01, Level, (byte)(Country >> 8), (byte)(Country & 0xFF), Scale, Decimals, LongestAnswer, Options);

    /// <summary>The ISO 4217 number, such as 978; null for a telephone code or what are no digits.</summary>
    public int? CurrencyNumber
    {
        get
        {
            if (Country >> 12 != 1) return null;
            int a = (Country >> 8) & 0xF, b = (Country >> 4) & 0xF, c = Country & 0xF;
            return a > 9 || b > 9 || c > 9 ? null : (a * 100) + (b * 10) + c;
        }
    }

    /// <summary>An amount of the bus in units of 10 to the power of minus <see cref="Decimals"/>.</summary>
    public long ToUnits(ushort scaled) => (long)scaled * Scale;

    /// <summary>An amount for the bus; null when it is no multiple of the scale or does not fit into 16 bits.</summary>
    public ushort? ToScaled(long units) =>
        Scale > 0 && units >= 0 && units % Scale == 0 && units / Scale < 0xFFFF ? (ushort)(units / Scale) : null;
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>What a frame of the firmware before signatures says.</summary>
internal enum LegacyWord : byte
{
    /// <summary>Credit for the machine; only a server says this, and this one never does.</summary>
    Credit = 0x20,

    /// <summary>A cash sale.</summary>
    CashSale = 0x21,

    /// <summary>People counted; the number is in the place of the item.</summary>
    Pax = 0x22,
}

/// <summary>
/// The 19 bytes of the older VMflow firmware, laid under an XOR with the 18 characters of the passkey. That hides nothing from
/// who sees a few frames, and the sum at its end proves nothing: such a frame is read, never trusted, never written.
/// </summary>
/// <param name="Word">What it says.</param>
/// <param name="Price">Hundredths of the currency's unit.</param>
/// <param name="Item">Item number, or people counted.</param>
/// <param name="At">Unix seconds, by the board's clock.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LegacyFrame(LegacyWord Word, long Price, int Item, long At)
{
    /// <summary>Bytes of a frame.</summary>
    public const int Length = 19;

    /// <summary>Characters of a passkey.</summary>
    public const int PasskeyLength = 18;

    /// <summary>Seconds a frame's time may be off, as that firmware has it.</summary>
    public const int Window = 8;

    /// <summary>Reads a frame; null when it is none under any of the passkeys.</summary>
    public static LegacyFrame? Read(ReadOnlySpan<byte> wire, IReadOnlyList<byte[]> passkeys)
    {
        if (wire.Length != Length || !Enum.IsDefined((LegacyWord)wire[0])) return null;
        Span<byte> plain = stackalloc byte[Length];
        foreach (var passkey in passkeys)
        {
            if (passkey.Length < PasskeyLength) continue;
            wire.CopyTo(plain);
            for (var i = 0; i < PasskeyLength; i++) plain[i + 1] ^= passkey[i];
            if (Sum(plain) != plain[^1]) continue;
            return new LegacyFrame(
                (LegacyWord)plain[0], BinaryPrimitives.ReadUInt32BigEndian(plain[1..]),
                BinaryPrimitives.ReadUInt16BigEndian(plain[5..]), BinaryPrimitives.ReadUInt32BigEndian(plain[7..]));
        }

        return null;
    }

    private static byte Sum(ReadOnlySpan<byte> plain)
    {
        var sum = 0;
        foreach (var one in plain[..^1]) sum += one;
        return (byte)(sum & 0xFF);
    }
}

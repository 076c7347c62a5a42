namespace Automat.Protocol.Dex;

/// <summary>
/// The CRC-16 of audit files and of DEX/UCS data blocks: polynomial 8005 bit-reversed (A001), start 0, no final exclusive or.
/// Also known as CRC-16/ARC.
/// </summary>
public static class DexCrc
{
    private static readonly ushort[] Table = Build();

    /// <summary>Goes on from a sum so far; begin with 0.</summary>
    public static ushort Of(ReadOnlySpan<byte> bytes, ushort soFar = 0)
    {
        var crc = soFar;
        foreach (var one in bytes) crc = (ushort)((crc >> 8) ^ Table[(crc ^ one) & 0xFF]);
        return crc;
    }

    private static ushort[] Build()
    {
        var table = new ushort[256];
        for (var i = 0; i < table.Length; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xA001 : crc >> 1;
            table[i] = (ushort)crc;
        }

        return table;
    }
}

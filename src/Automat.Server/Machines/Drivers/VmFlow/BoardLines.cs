using System.Globalization;
using System.Runtime.InteropServices;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>A cash sale as the board tells it (MDB CASH SALE; what is paid without cash it never tells).</summary>
/// <param name="Cents">Hundredths of the currency's unit.</param>
/// <param name="Item">MDB item number with its flag bits.</param>
/// <param name="At">Unix seconds, by the board's clock.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SaleLine(long Cents, int Item, long At);

/// <summary>A vend that failed.</summary>
/// <param name="Units">The price in raw MDB units, not in cents.</param>
/// <param name="Item">MDB item number.</param>
/// <param name="At">Unix seconds, by the board's clock.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FailLine(int Units, int Item, long At);

/// <summary>How many people the board has counted around it.</summary>
/// <param name="Count">Devices seen.</param>
/// <param name="At">Unix seconds, by the board's clock.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PaxLine(long Count, long At);

/// <summary>Reads what a board's signed lines say, once their signature was found right.</summary>
internal static class BoardLines
{
    private const long LatestTime = 253_402_300_799; // the last second that can be written as a date

    /// <summary><c>price:item:time</c>; null when it is not of this form.</summary>
    public static SaleLine? Sale(string text) => text.Split(':') is [var price, var item, var at]
        && Number(price, uint.MaxValue) is { } cents && Number(item, ushort.MaxValue) is { } number && Number(at, LatestTime) is { } time
            ? new SaleLine(cents, (int)number, time)
            : null;

    /// <summary><c>price,item:time</c>, or with a colon as some versions write it; null when it is neither.</summary>
    public static FailLine? Fail(string text) => text.Split(':', ',') is [var price, var item, var at]
        && Number(price, ushort.MaxValue) is { } units && Number(item, ushort.MaxValue) is { } number && Number(at, LatestTime) is { } time
            ? new FailLine((int)units, (int)number, time)
            : null;

    /// <summary><c>count:time</c>; null when it is not of this form.</summary>
    public static PaxLine? Pax(string text) => text.Split(':') is [var count, var at]
        && Number(count, uint.MaxValue) is { } many && Number(at, LatestTime) is { } time
            ? new PaxLine(many, time)
            : null;

    private static long? Number(string text, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number : null;
}

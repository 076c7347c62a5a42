using System.Runtime.InteropServices;
using Automat.Domain;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>A credit as the board is told it and as the machine counts it.</summary>
/// <param name="Cents">Hundredths of the currency's unit: what the command carries.</param>
/// <param name="Units">MDB units: what the board makes of it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BoardCredit(long Cents, int Units);

/// <summary>
/// Money on the MDB bus: a price is so many units of <c>scale × 10^−decimals</c> in 16 bits, and 65535 means "unknown". A price
/// that is no whole number of units, or too many, cannot be given as exactly one credit, so it is not sold.
/// </summary>
internal static class MdbUnits
{
    private const int MostUnits = ushort.MaxValue - 1;

    /// <summary>The credit for an amount; null when there is none that is exactly it.</summary>
    public static BoardCredit? CreditOf(Money amount, VmFlowSettings settings)
    {
        if (amount.Amount is <= 0 or > 100_000_000) return null;
        if (CentsOf(amount) is not { } cents) return null;
        var scaled = cents * PowerOfTen(settings.Decimals);
        var unit = 100L * settings.Scale;
        if (scaled % unit != 0 || scaled / unit > MostUnits) return null;
        var units = (int)(scaled / unit);
        if (!settings.CutsAmounts) return new BoardCredit(cents, units);
        // What the board cuts off is added before: of the next cents the first that it makes these units of.
        for (var sent = cents; sent <= cents + 1; sent++)
        {
            if (Cut(sent, settings) == units) return new BoardCredit(sent, units);
        }

        return null;
    }

    /// <summary>Minor units of what a board tells in hundredths; null when the currency has no such amount.</summary>
    public static long? MinorOf(long cents, Currency currency) => currency.MinorDigits switch
    {
        >= 2 and var many => cents * PowerOfTen(many - 2),
        var few => cents % PowerOfTen(2 - few) == 0 ? cents / PowerOfTen(2 - few) : null,
    };

    private static long? CentsOf(Money amount) => amount.Currency.MinorDigits switch
    {
        <= 2 and var few => amount.Amount * PowerOfTen(2 - few),
        var more => amount.Amount % PowerOfTen(more - 2) == 0 ? amount.Amount / PowerOfTen(more - 2) : null,
    };

    /// <summary>Some versions count in binary fractions and cut, so that 2.05 becomes 204 units.</summary>
    private static int Cut(long cents, VmFlowSettings settings) =>
        (int)(cents * Math.Pow(10, -2) / settings.Scale / Math.Pow(10, -settings.Decimals));

    private static long PowerOfTen(int exponent)
    {
        var power = 1L;
        for (var i = 0; i < exponent; i++) power *= 10;
        return power;
    }
}

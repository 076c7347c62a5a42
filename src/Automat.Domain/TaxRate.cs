using System.Globalization;

namespace Automat.Domain;

/// <summary>A tax rate that prices already include, in hundredths of a percent: 1900 is 19 %.</summary>
public readonly record struct TaxRate
{
    /// <summary>The highest rate there is, 100 %.</summary>
    public const int Most = 10_000;

    /// <summary>Takes a rate.</summary>
    /// <param name="basisPoints">Hundredths of a percent, 0 to 10000.</param>
    /// <exception cref="RuleException"><c>tax_rate_invalid</c> outside that range.</exception>
    public TaxRate(int basisPoints)
    {
        if (basisPoints is < 0 or > Most)
        {
            throw new RuleException("tax_rate_invalid", "A tax rate lies between 0 and 100 percent.");
        }

        BasisPoints = basisPoints;
    }

    /// <summary>Hundredths of a percent.</summary>
    public int BasisPoints { get; }

    /// <summary>The part of a gross amount that is tax, rounded half away from zero to the minor unit.</summary>
    public long TaxIn(long gross)
    {
        var whole = (Int128)gross * BasisPoints * 2;
        var divisor = (Int128)2 * (10_000 + BasisPoints);
        return (long)((whole + (gross < 0 ? -divisor / 2 : divisor / 2)) / divisor);
    }

    /// <summary>As in account names and on receipts: <c>19</c>, <c>8.1</c>.</summary>
    public override string ToString() => (BasisPoints / 100m).ToString("0.##", CultureInfo.InvariantCulture);
}

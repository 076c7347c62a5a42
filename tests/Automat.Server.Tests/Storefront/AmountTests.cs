using System.Globalization;
using Automat.Server.Storefront;

namespace Automat.Server.Tests.Storefront;

public sealed class AmountTests
{
    [Theory]
    [InlineData(240, "EUR", "en", "€2.40")]
    [InlineData(240, "EUR", "de", "2,40 €")]
    [InlineData(240, "EUR", "es", "2,40 €")]
    [InlineData(123456, "USD", "en", "$1,234.56")]
    [InlineData(500, "JPY", "en", "¥500")]
    [InlineData(1500, "KWD", "en", "KWD 1.500")]
    [InlineData(390, "CHF", "en", "CHF 3.90")]
    [InlineData(-240, "EUR", "en", "-€2.40")]
    public void Money_reads_as_the_reader_writes_it(long minor, string currency, string culture, string expected)
    {
        var text = new Amount(minor, currency).Format(CultureInfo.GetCultureInfo(culture));

        Assert.Equal(expected, text.Replace('\u00a0', ' '));
    }
}

using System.Globalization;
using Automat.Server.Panel;

namespace Automat.Server.Tests.Panel;

/// <summary>How days are written for a reader.</summary>
public sealed class ReaderTimeTests
{
    [Theory]
    [InlineData("en", "10 Dec 2026")]
    [InlineData("de", "10. Dez. 2026")]
    [InlineData("es", "10 dic 2026")]
    public void A_day_names_its_month_so_that_it_cannot_be_taken_for_another(string language, string written)
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(language);
        try
        {
            Assert.Equal(written, new DateOnly(2026, 12, 10).Written());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}

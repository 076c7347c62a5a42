using System.Globalization;
using Automat.Domain;

namespace Automat.Server.Platform;

/// <summary>An amount as people write it into a form: <c>20</c>, <c>12.50</c> or <c>12,50</c>.</summary>
public static class TypedAmount
{
    /// <summary>Its minor units.</summary>
    /// <exception cref="RuleException">
    /// <c>amount_invalid</c> when it is none; <c>amount_too_precise</c>, <c>amount_too_large</c>.
    /// </exception>
    public static long MinorOf(string? typed, Currency currency) => decimal.TryParse(
        typed?.Trim().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var major)
        ? Money.FromMajor(major, currency).Amount
        : throw new RuleException("amount_invalid", "This is no amount.");
}

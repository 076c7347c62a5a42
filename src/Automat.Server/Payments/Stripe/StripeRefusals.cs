using System.Text.Json;
using System.Text.RegularExpressions;

namespace Automat.Server.Payments.Stripe;

/// <summary>Stripe's error objects (<c>{"error":{"type","code","message","param","decline_code"}}</c>).</summary>
internal static partial class StripeRefusals
{
    private const int MaxMessage = 500;

    /// <summary>
    /// The refusal in these bytes; null when they are not Stripe's own words, so nobody knows who refused.
    /// </summary>
    public static ProviderRefusedException? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || json.RootElement.OptionalObject("error") is not { } error)
            {
                return null;
            }

            return new ProviderRefusedException(
                Clean(error.OptionalText("code") ?? error.OptionalText("type") ?? "unknown_error"),
                Clean(error.OptionalText("message") ?? "Stripe gave no reason."),
                error.OptionalText("param"),
                error.OptionalText("decline_code"));
        }
        catch (JsonException)
        {
            return null;
        }
        catch (ProviderAnswerException)
        {
            return null;
        }
    }

    // Stripe masks keys in its messages; we do not rely on it.
    private static string Clean(string text) =>
        Secrets().Replace(text.Length > MaxMessage ? text[..MaxMessage] : text, "${kind}_…");

    [GeneratedRegex(
        @"\b(?<kind>sk|rk|pk|whsec)_[A-Za-z0-9_*]+",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Secrets();
}

using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;

namespace Automat.Server.Payments.Stripe;

/// <summary>
/// How to reach Stripe: the section <c>Stripe</c> of the configuration (<c>Stripe__SecretKey</c> and so on).
/// </summary>
public sealed record StripeSettings
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Stripe";

    /// <summary>Secret or restricted API key. Empty: payments by Stripe are switched off.</summary>
    public string SecretKey { get; init; } = "";

    /// <summary>
    /// Signing secret of the webhook endpoint. Several, separated by commas or white space, are all accepted: while
    /// Stripe rolls a secret, or when several endpoints of one account point here.
    /// </summary>
    public string WebhookSecret { get; init; } = "";

    /// <summary>Where Stripe is; our sandbox is Stripe at another address.</summary>
    public string ApiBase { get; init; } = "https://api.stripe.com";

    /// <summary>
    /// Longest wait for one answer. Stripe itself gives up within a minute; a customer at a machine sooner.
    /// </summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time for one call with all its repetitions, waits included: 1 to 30 s.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>First wait before a repetition; doubles each time, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether there is a key to call with.</summary>
    public bool IsConfigured => SecretKey.Length > 0;

    /// <summary>The webhook secrets one by one.</summary>
    internal IReadOnlyList<string> WebhookSecrets() => WebhookSecret.Split(
        [',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private bool PrintMembers(StringBuilder text)
    {
        // Records print all they hold; secrets must not reach a log that way.
        text.Append(CultureInfo.InvariantCulture, $"ApiBase = {ApiBase}, IsConfigured = {IsConfigured}");
        return true;
    }
}

/// <summary>Refuses settings that cannot work, when the server starts rather than when a customer pays.</summary>
internal sealed class StripeSettingsValidation : IValidateOptions<StripeSettings>
{
    public ValidateOptionsResult Validate(string? name, StripeSettings options)
    {
        List<string> wrong = [];

        if (!Uri.TryCreate(options.ApiBase, UriKind.Absolute, out var api)
            || (api.Scheme != Uri.UriSchemeHttps && api.Scheme != Uri.UriSchemeHttp)
            || api.Query.Length > 0 || api.Fragment.Length > 0 || api.UserInfo.Length > 0)
        {
            wrong.Add("Stripe:ApiBase must be an http or https address without query or user.");
        }
        else if (IsLive(options.SecretKey) && api.Scheme != Uri.UriSchemeHttps)
        {
            wrong.Add("Stripe:ApiBase must be https: a live key never travels in the clear.");
        }

        // Anything else could not stand in a header line.
        if (!options.SecretKey.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            wrong.Add("Stripe:SecretKey holds a character that no Stripe key has; check for quotes and blanks.");
        if (options.SecretKey.StartsWith("pk_", StringComparison.Ordinal))
            wrong.Add("Stripe:SecretKey is a publishable key (pk_…); the secret key (sk_…) is needed.");
        if (options.WebhookSecrets().Count > 8)
            wrong.Add("Stripe:WebhookSecret holds more than eight secrets.");

        if (options.TotalTimeout < TimeSpan.FromSeconds(1) || options.TotalTimeout > TimeSpan.FromSeconds(30))
            wrong.Add("Stripe:TotalTimeout must be from 1 to 30 seconds.");
        if (options.AttemptTimeout <= TimeSpan.Zero || options.AttemptTimeout > options.TotalTimeout)
            wrong.Add("Stripe:AttemptTimeout must be more than zero and at most Stripe:TotalTimeout.");
        if (options.RetryDelay <= TimeSpan.Zero || options.RetryDelay > TimeSpan.FromSeconds(5))
            wrong.Add("Stripe:RetryDelay must be more than zero and at most 5 seconds.");

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    private static bool IsLive(string key) =>
        key.StartsWith("sk_live_", StringComparison.Ordinal) || key.StartsWith("rk_live_", StringComparison.Ordinal);
}

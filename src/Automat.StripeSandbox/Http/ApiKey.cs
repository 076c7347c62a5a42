using System.Security.Cryptography;
using System.Text;
using Automat.StripeSandbox.Requests;

namespace Automat.StripeSandbox.Http;

/// <summary>Who may call: the one secret key, as bearer token or as the user of basic authentication.</summary>
internal sealed class ApiKey(string secret)
{
    /// <summary>Lets the right key pass.</summary>
    /// <exception cref="StripeException">401 in Stripe's words.</exception>
    public void Check(string? authorization)
    {
        var given = Given(authorization);
        if (given is null)
        {
            throw new StripeException(401, "invalid_request_error",
                "You did not provide an API key. You need to provide your API key in the Authorization header, using "
                + "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').");
        }
        if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(secret)))
            return;
        throw new StripeException(401, "invalid_request_error", "Invalid API Key provided: " + Masked(given));
    }

    private static string? Given(string? authorization)
    {
        if (authorization is null) return null;
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return authorization[7..].Trim();
        if (!authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return null;
        var buffer = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization[6..].Trim(), buffer, out var length)) return null;
        return Encoding.UTF8.GetString(buffer, 0, length).Split(':')[0];
    }

    private static string Masked(string key) =>
        key.Length <= 12 ? new string('*', key.Length) : key[..8] + new string('*', 8) + key[^4..];
}

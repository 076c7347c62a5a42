using System.Net;
using System.Security.Cryptography;
using System.Text;
using Automat.Domain;

namespace Automat.Server.Hosting;

/// <summary>
/// Who may read the server's figures: they tell how business goes. With <c>Automat__Metrics__Token</c> set, whoever shows it
/// as a bearer token; without, only this machine.
/// </summary>
internal sealed class MetricsDoor(string? token) : IEndpointFilter
{
    private const string Scheme = "Bearer ";
    private readonly byte[]? hash = string.IsNullOrWhiteSpace(token) ? null : HashOf(token.Trim());

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (hash is null)
        {
            // A proxy on this machine says whom it asks for, and that is believed; so this is nobody from elsewhere.
            if (http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)) return await next(context);
            throw new RuleException(
                "forbidden", "Figures are read from this machine only, or with the token set as Automat__Metrics__Token.");
        }

        var header = http.Request.Headers.Authorization.ToString();
        if (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(HashOf(header[Scheme.Length..].Trim()), hash))
        {
            return await next(context);
        }

        http.Response.Headers.WWWAuthenticate = "Bearer";
        throw new RuleException("unauthorized", "Show the token set as Automat__Metrics__Token as a bearer token.");
    }

    private static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}

using System.Text;
using Automat.StripeSandbox.Requests;
using Microsoft.AspNetCore.Http;

namespace Automat.StripeSandbox.Http;

/// <summary>Reads the parameters of a request as they were written: the body of a POST, else the query.</summary>
internal static class RequestBody
{
    /// <summary>The parameters, still form encoded.</summary>
    /// <exception cref="StripeException">Too long, or not form encoded.</exception>
    public static async Task<string> ReadAsync(HttpRequest request)
    {
        var query = request.QueryString.Value is { Length: > 1 } written ? written[1..] : "";
        if (!HttpMethods.IsPost(request.Method)) return query;
        if (request.ContentLength > Limits.BodyBytes) throw TooLong();
        if (request.ContentLength is null or > 0 && request.ContentType is { } type
            && !type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            throw StripeException.Invalid("Invalid request (check that your POST content type is "
                + "application/x-www-form-urlencoded). If you have any questions, we can help at "
                + "https://support.stripe.com/.");
        }
        var body = new MemoryStream();
        var buffer = new byte[8192];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0)
        {
            if (body.Length + read > Limits.BodyBytes) throw TooLong();
            body.Write(buffer, 0, read);
        }
        var form = Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
        return query.Length == 0 ? form : form.Length == 0 ? query : form + "&" + query;
    }

    private static StripeException TooLong() =>
        new(413, "invalid_request_error", $"The request is longer than {Limits.BodyBytes} bytes.");
}

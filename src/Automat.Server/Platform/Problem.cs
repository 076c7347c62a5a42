using System.Net;
using System.Text.Json;
using Automat.Domain;
using Microsoft.AspNetCore.WebUtilities;

namespace Automat.Server.Platform;

/// <summary>One answer to a request that failed (RFC 9457), for programs and for people.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Stable name of what went wrong; part of the API.</param>
/// <param name="Detail">A sentence a person can act on.</param>
internal sealed record Problem(int Status, string Code, string Detail)
{
    /// <summary>When it makes sense to try again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What is wrong, by field.</summary>
    public IReadOnlyDictionary<string, string>? Errors { get; init; }

    /// <summary>What a machine can tell its customer.</summary>
    public RefusalHint? Hint { get; init; }

    /// <summary>Answers with it: a small page to who prefers HTML, else <c>application/problem+json</c>.</summary>
    public async Task WriteAsync(HttpContext http)
    {
        var response = http.Response;
        response.StatusCode = Status;
        response.Headers.CacheControl = "no-store";
        if (RetryAfter is { } wait) response.Headers.RetryAfter = $"{(long)Math.Ceiling(wait.TotalSeconds)}";
        if (HttpMethods.IsHead(http.Request.Method)) return;

        if (WantsPage(http.Request))
        {
            response.ContentType = "text/html; charset=utf-8";
            await response.WriteAsync(Page(Traces.IdOf(http)), http.RequestAborted);
            return;
        }

        response.ContentType = "application/problem+json";
        var json = new Utf8JsonWriter(response.BodyWriter);
        await using (json)
        {
            json.WriteStartObject();
            json.WriteString("type", "urn:automat:problem:" + Code);
            json.WriteString("title", ReasonPhrases.GetReasonPhrase(Status));
            json.WriteNumber("status", Status);
            json.WriteString("code", Code);
            json.WriteString("detail", Detail);
            if (Errors is not null)
            {
                json.WriteStartObject("errors");
                foreach (var (field, sentence) in Errors) json.WriteString(field, sentence);
                json.WriteEndObject();
            }

            if (Hint is { } hint)
            {
                if (hint.Rule is { } rule) json.WriteString("rule", rule);
                if (hint.OpensAt is { } opens) json.WriteNumber("opens_at", opens.ToUnixTimeSeconds());
                json.WriteString("display", hint.Display);
            }

            json.WriteString("trace_id", Traces.IdOf(http));
            json.WriteEndObject();
        }

        await response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    // Browsers name text/html first; programs do not name it at all. The API speaks JSON to everybody.
    private static bool WantsPage(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && !request.Headers.ContainsKey("HX-Request")
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private string Page(string trace) =>
        $"""
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>{WebUtility.HtmlEncode(ReasonPhrases.GetReasonPhrase(Status))}</title></head>
        <body><main><h1>{WebUtility.HtmlEncode(ReasonPhrases.GetReasonPhrase(Status))}</h1>
        <p>{WebUtility.HtmlEncode(Detail)}</p><p><small>{WebUtility.HtmlEncode(trace)}</small></p></main></body></html>
        """;
}

using System.Globalization;
using System.Text.Json;
using Automat.Domain;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.Options;

namespace Automat.Server.Platform;

/// <summary>
/// Turns what went wrong into an answer, in one place: a broken rule by its code, a bad request by its fault, an
/// exception a module has registered, and everything else into a 500 that says nothing but the name under which the log
/// tells more.
/// </summary>
internal static class Problems
{
    public static IServiceCollection AddProblems(this IServiceCollection services)
    {
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddOptions<ProblemTable>();
        return services.AddExceptionHandler<ProblemHandler>();
    }

    /// <summary>Says how an exception of a module is answered; the sentence replaces the exception's own.</summary>
    public static IServiceCollection AddProblem<TException>(
        this IServiceCollection services, int status, string code, string detail)
        where TException : Exception =>
        services.Configure<ProblemTable>(table => table.ByType[typeof(TException)] = new Problem(status, code, detail));

    /// <summary>
    /// Puts the handler into the pipeline; after the security headers, before everything that can fail.
    /// </summary>
    public static IApplicationBuilder UseProblems(this IApplicationBuilder app) => app
        .UseExceptionHandler(new ExceptionHandlerOptions
        {
            // The handler answers everything; without this the framework asks for another way to answer.
            ExceptionHandler = http => Task.CompletedTask,
            AllowStatusCode404Response = true,
        })
        .UseStatusCodePages(context => Unsaid(context.HttpContext.Response.StatusCode).WriteAsync(context.HttpContext));

    private static Problem Unsaid(int status) => new(status, ProblemStatuses.CodeOf(status), status switch
    {
        401 => "Sign in first, or send a key that is valid.",
        403 => "You may not do this.",
        404 => "There is nothing at this address.",
        405 => "This address does not take this method.",
        413 => "The body is larger than this address takes.",
        415 => "This address does not take this kind of content.",
        429 => "Too many requests; wait a moment.",
        _ => "The request was refused.",
    });
}

/// <summary>How the modules' own exceptions are answered.</summary>
internal sealed class ProblemTable
{
    public Dictionary<Type, Problem> ByType { get; } = [];
}

/// <summary>Finds the answer to an exception, and logs those nobody expected.</summary>
internal sealed class ProblemHandler(
    IOptions<ProblemTable> table, ILogger<ProblemHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken ct)
    {
        if (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more; whatever broke was most likely that.
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            if (!IsHangUp(exception)) Report(http, exception);
            return true;
        }

        try
        {
            await Answer(http, exception).WriteAsync(http);
        }
        catch (Exception gone) when (http.RequestAborted.IsCancellationRequested && IsHangUp(gone))
        {
            // The client left while it was being answered. A body that ends too early is refused before the connection is
            // known to be closed, so this is how most of those end.
        }

        return true;
    }

    private static bool IsHangUp(Exception exception) =>
        exception is OperationCanceledException or BadHttpRequestException or IOException;

    private Problem Answer(HttpContext http, Exception exception)
    {
        if (exception is RuleException rule) return Broken(rule);
        if (exception is FieldsException fields)
        {
            return new Problem(422, fields.Code, fields.Message) { Errors = fields.Errors };
        }

        if (exception is BadHttpRequestException bad) return Malformed(bad);
        if (table.Value.ByType.TryGetValue(exception.GetType(), out var known))
        {
            if (known.Status >= 500) Report(http, exception);
            return known;
        }

        Report(http, exception);
        return new Problem(
            500, "internal_error", "Something broke on our side. Name the trace id when you ask about it.");
    }

    private static Problem Broken(RuleException rule)
    {
        var status = ProblemStatuses.Of(rule.Code);
        return new Problem(status, rule.Code, rule.Message)
        {
            Hint = rule.Hint,
            RetryAfter = status switch { 429 => TimeSpan.FromSeconds(10), 503 => TimeSpan.FromSeconds(1), _ => null },
        };
    }

    private static Problem Malformed(BadHttpRequestException bad)
    {
        if (bad.StatusCode == StatusCodes.Status400BadRequest && bad.InnerException is JsonException json)
            return new Problem(400, "invalid_json", Where(json));

        return new Problem(bad.StatusCode, ProblemStatuses.CodeOf(bad.StatusCode), bad.StatusCode switch
        {
            413 => "The body is larger than this address takes.",
            415 => "This address takes JSON: say so in Content-Type.",
            _ => bad.Message,
        });
    }

    private static string Where(JsonException json)
    {
        var line = json.LineNumber is { } at ? string.Create(CultureInfo.InvariantCulture, $", line {at + 1}") : "";
        return string.IsNullOrEmpty(json.Path) || json.Path == "$"
            ? $"The body is not the JSON this address takes{line}."
            : $"The body is not the JSON this address takes: look at {json.Path}{line}.";
    }

    private void Report(HttpContext http, Exception exception) => logger.LogError(
        exception, "{Method} {Route} failed; trace {TraceId}",
        http.Request.Method, (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)",
        Traces.IdOf(http));
}

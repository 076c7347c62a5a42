using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Automat.StripeSandbox.Misbehaviour;
using Automat.StripeSandbox.Payments;
using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Automat.StripeSandbox.Http;

/// <summary>
/// Serves <c>/v1</c>: key, parameters, idempotency, the operation in its transaction, the answer or the error in
/// Stripe's shape. The switches bite here.
/// </summary>
internal sealed class StripeApi(
    Store store, SandboxSettings settings, FaultSwitches faults, ApiKey key, TimeProvider time, ILogger logger)
{
    private const int LongestKey = 255;
    private readonly ConcurrentDictionary<string, bool> underWay = new(StringComparer.Ordinal);

    public void Map(IEndpointRouteBuilder app)
    {
        foreach (var route in StripeRoutes.All)
            app.MapMethods(route.Path, [route.Method], (RequestDelegate)(http => ServeAsync(http, route.Operation)));
        app.Map("/v1/{**rest}", (RequestDelegate)(http => ServeAsync(http, _ => throw Unrecognized(http.Request))));
    }

    private async Task ServeAsync(HttpContext http, Operation operation)
    {
        var requestId = Ids.Request();
        http.Response.Headers["Request-Id"] = requestId;
        http.Response.Headers["Stripe-Version"] = SandboxVersion.Api;
        http.Response.Headers.CacheControl = "no-cache, no-store";
        var fault = ApiFault.None;
        Answer answer;
        try
        {
            key.Check(http.Request.Headers.Authorization);
            var call = $"{http.Request.Method} {http.Request.Path}";
            fault = faults.TakeApi(call);
            if (fault is ApiFault.Timeout) await Task.Delay(Timeout.InfiniteTimeSpan, time, http.RequestAborted);
            if (fault is ApiFault.Fail) throw Failing(faults.Now.Api.FailStatus);
            var written = await RequestBody.ReadAsync(http.Request);
            answer = await AnswerAsync(http, operation, requestId, call, written);
        }
        catch (StripeException error)
        {
            answer = Answer.Of(error, requestId);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception bug)
        {
            logger.LogError(bug, "Request {Request} failed", requestId);
            answer = Answer.Of(new StripeException(500, "api_error", "The sandbox failed; see its log."), requestId);
        }

        if (fault is ApiFault.LoseAnswer)
        {
            http.Abort();
            return;
        }
        await answer.WriteAsync(http.Response);
    }

    private async Task<Answer> AnswerAsync(
        HttpContext http, Operation operation, string requestId, string call, string written)
    {
        var idempotencyKey = HttpMethods.IsPost(http.Request.Method)
            ? http.Request.Headers["Idempotency-Key"].ToString() is { Length: > 0 } given ? given : null : null;
        if (idempotencyKey is null)
        {
            await WaitAsync(http);
            return Run(http, operation, requestId, written, null, "");
        }
        if (idempotencyKey.Length > LongestKey)
            throw StripeException.Invalid($"Idempotency keys can have up to {LongestKey} characters.");
        if (!underWay.TryAdd(idempotencyKey, true)) throw InUse(idempotencyKey);
        try
        {
            var fingerprint = Fingerprint(call, written);
            if (store.AnswerTo(idempotencyKey) is { } first) return Repeat(http, first, fingerprint);
            await WaitAsync(http);
            return Run(http, operation, requestId, written, idempotencyKey, fingerprint);
        }
        finally
        {
            underWay.TryRemove(idempotencyKey, out _);
        }
    }

    private Answer Run(HttpContext http, Operation operation, string requestId, string written, string? idempotencyKey,
        string fingerprint)
    {
        var parameters = StripeParams.Parse(written);
        settings.EnforceMinimumAmount = faults.Now.Api.EnforceMinimumAmount;
        var id = (string?)http.Request.RouteValues.GetValueOrDefault("id") ?? "";
        var expand = parameters.Words("expand");
        if (expand.Count > Limits.ExpandPaths)
            throw StripeException.Invalid($"You can expand up to {Limits.ExpandPaths} properties.", "expand");
        return store.Run(tx =>
        {
            Answer answer;
            try
            {
                var result = operation(new ApiCall(tx, parameters, id, settings));
                answer = new Answer(200, Renderer.Render(tx.Shelves, result, expand));
            }
            catch (StripeException error)
            {
                answer = Answer.Of(error, requestId);
            }
            // As at Stripe, a request that was refused before it began may be corrected under the same key.
            if (idempotencyKey is not null && answer.Status is 200 or 402)
            {
                tx.Answer = new StoredAnswer(idempotencyKey!, fingerprint, answer.Status,
                    Encoding.UTF8.GetString(answer.Body), requestId, tx.Now);
            }
            return answer;
        }, requestId, idempotencyKey);
    }

    private async Task WaitAsync(HttpContext http)
    {
        var wait = faults.Now.Api.LatencyMs;
        if (wait > 0) await Task.Delay(TimeSpan.FromMilliseconds(wait), time, http.RequestAborted);
    }

    private static Answer Repeat(HttpContext http, StoredAnswer first, string fingerprint)
    {
        if (first.Fingerprint != fingerprint)
        {
            throw new StripeException(400, "idempotency_error",
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                + $"Try using a key other than '{first.Key}' if you meant to execute a different request.");
        }
        http.Response.Headers["Idempotent-Replayed"] = "true";
        http.Response.Headers["Original-Request"] = first.RequestId;
        http.Response.Headers["Request-Id"] = first.RequestId;
        return new Answer(first.Status, Encoding.UTF8.GetBytes(first.Body));
    }

    private static string Fingerprint(string call, string written)
    {
        var sorted = string.Join('&', written.Split('&').Order(StringComparer.Ordinal));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{call}\n{sorted}")));
    }

    private static StripeException InUse(string idempotencyKey) => new(409, "idempotency_error",
        "There is currently another in-progress request using this Idempotent Key (that probably means you submitted "
        + $"twice, and the other request is still going through): {idempotencyKey}. Please try again later.")
    {
        Code = "idempotency_key_in_use",
    };

    private static StripeException Failing(int status) => status switch
    {
        409 => new(409, "invalid_request_error", "This object cannot be accessed right now because another API request "
            + "or Stripe process is currently accessing it.")
        { Code = "lock_timeout" },
        429 => new(429, "invalid_request_error", "Request rate limit exceeded.") { Code = "rate_limit" },
        _ => new(status, "api_error", "An unknown error occurred"),
    };

    private static StripeException Unrecognized(HttpRequest request) => new(404, "invalid_request_error",
        $"Unrecognized request URL ({request.Method}: {request.Path}). Please see https://stripe.com/docs or we "
        + "can help at https://support.stripe.com/.");

    /// <summary>A status and a body, ready to be written.</summary>
    private sealed record Answer(int Status, byte[] Body)
    {
        public static Answer Of(StripeException error, string requestId) =>
            new(error.Status, JsonSerializer.SerializeToUtf8Bytes(error.Body(requestId), WireJson.Wire));

        public async Task WriteAsync(HttpResponse response)
        {
            response.StatusCode = Status;
            response.ContentType = "application/json";
            response.ContentLength = Body.Length;
            if (Status == 409) response.Headers["Stripe-Should-Retry"] = "true";
            await response.Body.WriteAsync(Body, response.HttpContext.RequestAborted);
        }
    }
}

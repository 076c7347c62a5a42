using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Automat.Domain;
using Automat.Server.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Automat.Server.Tests.Platform;

/// <summary>What a client hears when something goes wrong.</summary>
public sealed class ProblemsTests : IAsyncLifetime
{
    private static readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    private readonly KeptLog _log = new();
    private readonly TaskCompletionSource _hungUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SmallServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await SmallServer.StartAsync(
        builder =>
        {
            builder.Logging.AddProvider(_log);
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 1000);
            builder.Services.AddProblems()
                .AddProblem<TimeoutException>(503, "provider_unavailable", "The payment provider does not answer.");
        },
        app =>
        {
            app.UseSecurityHeaders();
            app.UseProblems();
            app.MapGet("/api/rule/{code}", (string code) => Broken(code));
            app.MapGet("/rule", () => Broken("sold_out<script>"));
            app.MapGet("/api/bug", IResult () => throw new InvalidOperationException("secret inner workings"));
            app.MapGet("/api/known", IResult () => throw new TimeoutException("inner"));
            app.MapPost("/api/order", (Order order) => Results.Ok(order.Quantity));
            app.MapGet("/api/count", (int number) => Results.Ok(number));
            app.MapPost("/api/hang-up", async (HttpContext http) =>
            {
                try
                {
                    await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
                }
                finally
                {
                    _hungUp.TrySetResult();
                }
            });
            app.MapGet("/api/hang-up-late", void (HttpContext http) =>
            {
                var leaving = new CancellationTokenSource();
                http.RequestAborted = leaving.Token;
                http.Response.RegisterForDispose(leaving);
                http.Response.OnStarting(leaving.CancelAsync);
                throw new BadHttpRequestException("The body ended too early.");
            });
        });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_client_that_hangs_up_in_the_middle_of_its_body_is_no_error_of_ours()
    {
        using (var client = new TcpClient())
        {
            await client.ConnectAsync("127.0.0.1", _server.Http.BaseAddress!.Port, _ct);
            await client.GetStream().WriteAsync(
                "POST /api/hang-up HTTP/1.1\r\nHost: here\r\nContent-Length: 500\r\n\r\nhalf"u8.ToArray(), _ct);
        }

        await _hungUp.Task.WaitAsync(TimeSpan.FromSeconds(30), _ct);
        await _server.DisposeAsync(); // whatever is to be logged of it has been

        Assert.DoesNotContain("Error", _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_hangs_up_while_it_is_answered_is_no_error_of_ours()
    {
        try
        {
            await _server.Http.GetAsync("/api/hang-up-late", _ct);
        }
        catch (HttpRequestException)
        {
            // What it still hears does not matter.
        }

        await _server.DisposeAsync();

        Assert.Contains("/api/hang-up-late", _log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Error", _log.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sold_out", 409)]
    [InlineData("changed_meanwhile", 409)]
    [InlineData("machine_unknown", 404)]
    [InlineData("currency_unknown", 422)]
    [InlineData("amount_invalid", 422)]
    [InlineData("amount_too_precise", 422)]
    [InlineData("insufficient_credit", 402)]
    [InlineData("idempotency_key_reused", 422)]
    [InlineData("journal_full", 503)]
    public async Task A_broken_rule_answers_its_code_and_sentence(string code, int status)
    {
        var response = await _server.Http.GetAsync($"/api/rule/{code}", _ct);
        var problem = await ProblemAsync(response);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal($"urn:automat:problem:{code}", problem.GetProperty("type").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.Equal("A sentence.", problem.GetProperty("detail").GetString());
        Assert.NotEmpty(problem.GetProperty("trace_id").GetString()!);
        Assert.Equal(status == 503, response.Headers.RetryAfter is not null);
    }

    [Fact]
    public async Task A_bug_says_nothing_but_its_trace_and_the_log_says_the_rest()
    {
        var response = await _server.Http.GetAsync("/api/bug", _ct);
        var text = await response.Content.ReadAsStringAsync(_ct);
        var trace = JsonDocument.Parse(text).RootElement.GetProperty("trace_id").GetString()!;

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        Assert.Contains("secret inner workings", _log.ToString(), StringComparison.Ordinal);
        Assert.Contains(trace, _log.ToString(), StringComparison.Ordinal);
        Assert.Contains("Content-Security-Policy", response.Headers.Select(header => header.Key));
    }

    [Fact]
    public async Task A_modules_own_exception_is_answered_as_registered()
    {
        var response = await _server.Http.GetAsync("/api/known", _ct);

        Assert.Equal(503, (int)response.StatusCode);
        Assert.Equal("provider_unavailable", (await ProblemAsync(response)).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("{", "invalid_json", 400)]
    [InlineData("""{"quantity":"many"}""", "invalid_json", 400)]
    [InlineData("", "bad_request", 400)]
    public async Task Bad_JSON_is_told_where(string body, string code, int status)
    {
        var response = await PostAsync(body, "application/json");
        var problem = await ProblemAsync(response);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        if (body.Contains("many", StringComparison.Ordinal))
            Assert.Contains("$.quantity", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_too_large_or_of_another_kind_is_told_so()
    {
        var large = await PostAsync(new string(' ', 2000), "application/json");
        var plain = await PostAsync("quantity=1", "text/plain");

        Assert.Equal(413, (int)large.StatusCode);
        Assert.Equal("body_too_large", (await ProblemAsync(large)).GetProperty("code").GetString());
        Assert.Equal(415, (int)plain.StatusCode);
        Assert.Equal("unsupported_media_type", (await ProblemAsync(plain)).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("GET", "/api/nowhere", 404, "not_found")]
    [InlineData("DELETE", "/api/order", 405, "method_not_allowed")]
    [InlineData("GET", "/api/count?number=many", 400, "bad_request")]
    public async Task Even_the_frameworks_own_refusals_are_problems(string method, string path, int status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        var response = await _server.Http.SendAsync(request, _ct);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(code, (await ProblemAsync(response)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_person_reads_a_page_and_nothing_in_it_runs()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/rule");
        request.Headers.Accept.ParseAdd("text/html,application/xhtml+xml,*/*;q=0.8");

        var response = await _server.Http.SendAsync(request, _ct);

        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("A sentence.", await response.Content.ReadAsStringAsync(_ct), StringComparison.Ordinal);
        Assert.Equal(409, (int)response.StatusCode);
    }

    private static IResult Broken(string code) => throw new RuleException(code, "A sentence.");

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadFromJsonAsync<JsonElement>(_ct);
    }

    private async Task<HttpResponseMessage> PostAsync(string body, string type)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await _server.Http.PostAsync("/api/order", content, _ct);
    }

    private sealed record Order(int Quantity);
}

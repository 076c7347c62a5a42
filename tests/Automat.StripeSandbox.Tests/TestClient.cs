using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Automat.StripeSandbox.Tests;

/// <summary>An answer of the sandbox: status, headers, JSON.</summary>
internal sealed record Reply(HttpStatusCode Status, HttpResponseHeaders Headers, JsonElement Json)
{
    public string Id => Json.GetProperty("id").GetString()!;

    public JsonElement Error => Json.GetProperty("error");

    public string? Text(string name) => Json.GetProperty(name).GetString();

    public long Number(string name) => Json.GetProperty(name).GetInt64();

    public IReadOnlyList<JsonElement> Data => [.. Json.GetProperty("data").EnumerateArray()];

    public Reply MustSucceed()
    {
        Assert.True(Status == HttpStatusCode.OK, Json.ToString());
        return this;
    }
}

/// <summary>Speaks Stripe's form encoding to a sandbox, as any client would.</summary>
internal sealed class TestClient : IDisposable
{
    private readonly HttpClient http;

    public TestClient(StripeSandboxHost host, string? key = null)
    {
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = host.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key ?? host.SecretKey);
    }

    public HttpClient Http => http;

    public void Dispose() => http.Dispose();

    public Task<Reply> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public Task<Reply> DeleteAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Delete, path));

    public Task<Reply> PostAsync(string path, params (string Name, string Value)[] form) =>
        PostKeyedAsync(null, path, form);

    public Task<Reply> PostKeyedAsync(string? key, string path, params (string Name, string Value)[] form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))),
        };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return SendAsync(request);
    }

    /// <summary>The control interface.</summary>
    public async Task<Reply> ControlAsync(string path, object? body = null)
    {
        using var content = JsonContent.Create(body ?? new { });
        return await SendAsync(new HttpRequestMessage(HttpMethod.Post, "/_sandbox" + path) { Content = content });
    }

    public async Task SetFaultsAsync(string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Put, "/_sandbox/faults") { Content = content };
        (await SendAsync(request)).MustSucceed();
    }

    /// <summary>A session over 5.00 euros.</summary>
    public async Task<Reply> CreateSessionAsync(params (string Name, string Value)[] more) =>
        (await PostAsync("/v1/checkout/sessions", [.. Session, .. more])).MustSucceed();

    public async Task<Reply> PayAsync(string session, object? how = null) =>
        await ControlAsync($"/checkout/sessions/{session}/pay", how);

    /// <summary>A paid session, retrieved.</summary>
    public async Task<Reply> CreatePaidSessionAsync(params (string Name, string Value)[] more)
    {
        var session = await CreateSessionAsync(more);
        return (await PayAsync(session.Id)).MustSucceed();
    }

    /// <summary>What is posted from the pay page.</summary>
    public async Task<HttpResponseMessage> PostPageAsync(string? url, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
        return await http.PostAsync(url, content);
    }

    public static (string Name, string Value)[] Session =>
    [
        ("mode", "payment"),
        ("line_items[0][price_data][currency]", "eur"),
        ("line_items[0][price_data][unit_amount]", "250"),
        ("line_items[0][price_data][product_data][name]", "Pie"),
        ("line_items[0][quantity]", "2"),
        ("success_url", "http://shop.example/ok?session={CHECKOUT_SESSION_ID}"),
        ("cancel_url", "http://shop.example/no"),
    ];

    private async Task<Reply> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            return new Reply(response.StatusCode, response.Headers,
                text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text));
        }
    }
}

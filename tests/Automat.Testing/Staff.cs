using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Automat.Testing;

/// <summary>Somebody of the staff who signed in with name and password, or a program with the demo's key.</summary>
public sealed class Staff
{
    private readonly TestApp app;
    private readonly string? bearer;

    private Staff(TestApp app, string? bearer) => (this.app, this.bearer) = (app, bearer);

    /// <summary>An administrator.</summary>
    public const string Admin = "admin@demo.automat";

    /// <summary>Another administrator.</summary>
    public const string OtherAdmin = "admin1";

    /// <summary>Somebody who runs machines.</summary>
    public const string Operator = "operator@demo.automat";

    /// <summary>Somebody who looks after the books.</summary>
    public const string Auditor = "auditor@demo.automat";

    /// <summary>Status and JSON of an answer; the JSON is undefined when there is none.</summary>
    public sealed record Answer(int Status, JsonElement Json, string Text)
    {
        /// <summary>The problem's stable code.</summary>
        public string? Code => Json.ValueKind is JsonValueKind.Object && Json.TryGetProperty("code", out var code) ? code.GetString() : null;

        /// <summary>A text property.</summary>
        public string? String(string name) => Json.GetProperty(name).GetString();

        /// <summary>A number property.</summary>
        public long Number(string name) => Json.GetProperty(name).GetInt64();
    }

    /// <summary>The demo's key, a program of the organisation.</summary>
    public static Staff Program(TestApp app) => new(app, null);

    /// <summary>Signs somebody in.</summary>
    public static async Task<Staff> SignInAsync(TestApp app, string name)
    {
        using var answer = await app.Client.PostAsJsonAsync("/api/v1/sign-in", new { email = name, password = TestApp.Password });
        var json = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        return new Staff(app, json.GetProperty("access_token").GetString());
    }

    /// <summary>Reads.</summary>
    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, null);

    /// <summary>Does something.</summary>
    /// <param name="path">Where.</param>
    /// <param name="body">What is sent.</param>
    /// <param name="key">The idempotency key; null sends none.</param>
    public Task<Answer> PostAsync(string path, object? body = null, string? key = null) =>
        SendAsync(HttpMethod.Post, path, body ?? new { }, key);

    private async Task<Answer> SendAsync(HttpMethod method, string path, object? body, string? key)
    {
        using var request = new HttpRequestMessage(method, path);
        if (bearer is null) request.Headers.Add("X-API-Key", TestApp.ApiKey);
        else request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        if (body is not null) request.Content = JsonContent.Create(body);
        // Not the app's own client: it keeps cookies.
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = app.Http };
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var isJson = answer.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json";
        return new Answer((int)answer.StatusCode, isJson ? JsonElement.Parse(text) : default, text);
    }
}

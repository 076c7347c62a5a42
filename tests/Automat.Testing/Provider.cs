using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Automat.Testing;

/// <summary>
/// The provider as a test plays it: customers who pay, banks that decide later, a person at the dashboard, bad luck with the
/// network. Speaks to a sandbox over HTTP only.
/// </summary>
public sealed class Provider : IDisposable
{
    /// <summary>The address customers give while paying; must appear in no log.</summary>
    public const string CustomerEmail = "somebody.private@customers.example";

    private readonly HttpClient http;

    /// <summary>Speaks to a sandbox.</summary>
    /// <param name="sandbox">Its base address.</param>
    /// <param name="secretKey">The key of its API.</param>
    public Provider(Uri sandbox, string secretKey)
    {
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = sandbox };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secretKey);
    }

    /// <summary>All the sandbox holds.</summary>
    public Task<JsonElement> StateAsync() => http.GetFromJsonAsync<JsonElement>("/_sandbox/state?limit=10000");

    /// <summary>The customer pays.</summary>
    /// <param name="session">The pay page.</param>
    /// <param name="method">Null for a card that pays at once; <c>bank_debit</c> pays later.</param>
    public Task<JsonElement> PayAsync(string session, string? method = null) => ControlAsync(
        $"checkout/sessions/{session}/pay", new { email = CustomerEmail, method = method ?? "card" });

    /// <summary>Something from the control interface, such as <c>checkout/sessions/{id}/fail</c>.</summary>
    public async Task<JsonElement> ControlAsync(string path, object? body = null)
    {
        using var answer = await http.PostAsJsonAsync("/_sandbox/" + path, body ?? new { });
        return await ReadAsync(answer);
    }

    /// <summary>Sets the switches; what is left out is off.</summary>
    public async Task MisbehaveAsync(object faults)
    {
        using var answer = await http.PutAsJsonAsync("/_sandbox/faults", faults);
        await ReadAsync(answer);
    }

    /// <summary>Calls the API with a form.</summary>
    public async Task<JsonElement> CallAsync(string path, params (string Name, string Value)[] form)
    {
        using var body = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), body);
        return await ReadAsync(answer);
    }

    /// <summary>A pay page made by another program of the same account.</summary>
    /// <param name="amount">Minor units.</param>
    /// <param name="currency">The currency.</param>
    /// <param name="machine">Sent along as metadata; null for none.</param>
    public async Task<string> NewSessionAsync(long amount, string currency = "eur", string? machine = "cab001")
    {
        List<(string, string)> form =
        [
            ("mode", "payment"), ("success_url", "https://shop.example/thanks"),
            ("line_items[0][price_data][currency]", currency), ("line_items[0][price_data][product_data][name]", "Credits"),
            ("line_items[0][price_data][unit_amount]", amount.ToString(CultureInfo.InvariantCulture)),
            ("line_items[0][quantity]", "1"),
        ];
        if (machine is not null) form.Add(("metadata[machine_id]", machine));
        return (await CallAsync("/v1/checkout/sessions", [.. form])).GetProperty("id").GetString()!;
    }

    /// <summary>A customer opens a payment link; returns the pay page it leads to.</summary>
    public async Task<string> VisitAsync(string link)
    {
        using var answer = await http.GetAsync(new Uri(link));
        return SessionIn(answer.Headers.Location!);
    }

    /// <summary>The pay page's id in its address.</summary>
    public static string SessionIn(Uri page) => page.ToString().Split('/', '?', '#')
        .Single(part => part.StartsWith("cs_", StringComparison.Ordinal));

    /// <summary>The newest event of a type about an object, once it is there.</summary>
    public Task<JsonElement> EventAsync(string type, string about) => TestApp.EventuallyAsync(
        async () => (await StateAsync()).GetProperty("events").EnumerateArray().FirstOrDefault(e =>
            e.GetProperty("type").GetString() == type
            && e.GetProperty("data").GetProperty("object").GetProperty("id").GetString() == about),
        found => found.ValueKind is JsonValueKind.Object);

    /// <summary>The charge behind a paid page.</summary>
    public async Task<string> ChargeOfAsync(string session)
    {
        var state = await StateAsync();
        var intent = state.GetProperty("checkout_sessions").EnumerateArray()
            .Single(s => s.GetProperty("id").GetString() == session).GetProperty("payment_intent").GetString();
        return state.GetProperty("charges").EnumerateArray()
            .Single(c => c.GetProperty("payment_intent").GetString() == intent).GetProperty("id").GetString()!;
    }

    public void Dispose() => http.Dispose();

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(text)
            : throw new HttpRequestException($"{answer.StatusCode}: {text}", inner: null, answer.StatusCode);
    }
}

using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Automat.Simulator.Staff;

/// <summary>The server said no to somebody of its staff.</summary>
/// <param name="message">What it said.</param>
public sealed class StaffRefusedException(string message) : Exception(message);

/// <summary>What staff do over the server's API, with a key. Waits when the server asks for it.</summary>
/// <param name="http">Connections.</param>
/// <param name="server">Where the API is.</param>
/// <param name="key">The API key; never written anywhere.</param>
public sealed class StaffApi(HttpMessageInvoker http, Uri server, string key)
{
    private const int Tries = 20;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(90);

    /// <summary>Reads.</summary>
    /// <exception cref="StaffRefusedException">The server refused, or could not be reached.</exception>
    public Task<JsonNode> GetAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Get, path, null, null, ct);

    /// <summary>Writes.</summary>
    /// <param name="method">How.</param>
    /// <param name="path">Where.</param>
    /// <param name="body">What; null for nothing.</param>
    /// <param name="once">Key under which a repeat is booked once; null where nothing is booked.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="StaffRefusedException">The server refused, or could not be reached.</exception>
    public async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode? body, string? once, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(method, new Uri(server, path));
            request.Headers.Add("X-API-Key", key);
            if (once is not null) request.Headers.Add("Idempotency-Key", once);
            if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            try
            {
                using var answer = await http.SendAsync(request, ct);
                var text = await answer.Content.ReadAsStringAsync(ct);
                if (answer.IsSuccessStatusCode) return text.Length > 0 ? JsonNode.Parse(text)! : new JsonObject();
                var mayPass = answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;
                if (!mayPass || attempt == Tries) throw new StaffRefusedException(Say(method, path, (int)answer.StatusCode, text));
                var wait = answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1);
                await Task.Delay(wait < LongestWait ? wait : LongestWait, ct);
            }
            catch (Exception lost) when (lost is HttpRequestException or JsonException)
            {
                throw new StaffRefusedException($"{method} {new Uri(server, path)}: {lost.Message}");
            }
        }
    }

    /// <summary>All items of a list that comes in pages.</summary>
    /// <exception cref="StaffRefusedException">The server refused, or could not be reached.</exception>
    public async Task<List<JsonNode>> AllAsync(string path, CancellationToken ct)
    {
        var all = new List<JsonNode>();
        string? cursor = null;
        do
        {
            var joined = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var page = await GetAsync(cursor is null ? path : $"{path}{joined}cursor={Uri.EscapeDataString(cursor)}", ct);
            all.AddRange(page["items"]!.AsArray().Select(item => item!));
            cursor = page["next_cursor"]?.GetValue<string>();
        }
        while (cursor is not null);

        return all;
    }

    private static string Say(HttpMethod method, string path, int status, string text)
    {
        try
        {
            var problem = JsonNode.Parse(text);
            var said = problem?["detail"]?.GetValue<string>() ?? problem?["title"]?.GetValue<string>();
            var errors = problem?["errors"] is { } fields ? $" {fields.ToJsonString()}" : "";
            return string.Create(
                CultureInfo.InvariantCulture, $"{method} {path}: {status} {problem?["code"]?.GetValue<string>()} {said}{errors}");
        }
        catch (JsonException)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{method} {path}: {status}");
        }
    }
}

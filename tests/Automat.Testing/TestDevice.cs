using System.Globalization;
using System.Text;
using System.Text.Json;
using Automat.Protocol;

namespace Automat.Testing;

/// <summary>What a device was answered.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Json">The body; undefined when there was none.</param>
/// <param name="Etag">The ETag, if any.</param>
/// <param name="Time">What X-Automat-Time says, if anything.</param>
public sealed record DeviceAnswer(int Status, JsonElement Json, string? Etag, string? Time)
{
    /// <summary>The stable code of a refusal; null when it was none.</summary>
    public string? Code => Json.ValueKind is JsonValueKind.Object && Json.TryGetProperty("code", out var code) ? code.GetString() : null;

    public string Text(string name) => Json.GetProperty(name).GetString()!;

    public long Number(string name) => Json.GetProperty(name).GetInt64();
}

/// <summary>A request as a device has signed it; what a test alters afterwards makes it wrong.</summary>
public sealed record SignedRequest(string Method, string Path, string Body)
{
    public required string Device { get; init; }

    public required string Timestamp { get; init; }

    public required string Nonce { get; init; }

    public required string Signature { get; init; }
}

/// <summary>A device driven by hand over signed HTTP.</summary>
public sealed class TestDevice(Func<HttpClient> node, string id = "snack-1", string secret = TestApp.MachineSecret)
{
    public TestDevice(TestApp app, string id = "snack-1", string secret = TestApp.MachineSecret)
        : this(() => app.Client, id, secret)
    {
    }

    /// <summary>How wrong its clock is.</summary>
    public TimeSpan Drift { get; set; }

    public Task<DeviceAnswer> GetAsync(string path, string? etag = null) => SendAsync(Sign("GET", path, ""), etag);

    public Task<DeviceAnswer> PostAsync(string path, string body = "") => SendAsync(Sign("POST", path, body));

    /// <summary>Reserves on a chip.</summary>
    public Task<DeviceAnswer> ReserveAsync(string session, string chip, string slot = "A1", string more = "") => PostAsync(
        "/device/v1/vends", $$$"""{"mdb_session_id":"{{{session}}}","tender":{"chip_uid":"{{{chip}}}"},"slot":"{{{slot}}}"{{{more}}}}""");

    /// <summary>Asks for commands and waits so many seconds for them.</summary>
    public Task<DeviceAnswer> PollAsync(int wait = 0) =>
        GetAsync(string.Create(CultureInfo.InvariantCulture, $"/device/v1/commands?wait={wait}"));

    /// <summary>Says what became of a command.</summary>
    public Task<DeviceAnswer> AcknowledgeAsync(string command, string outcome = "done") => PostAsync(
        $"/device/v1/commands/{command}/acknowledgement", $$"""{"outcome":"{{outcome}}"}""");

    public Task<DeviceAnswer> CommitAsync(string vend, string body = "") => PostAsync($"/device/v1/vends/{vend}/commit", body);

    public Task<DeviceAnswer> CancelAsync(string vend, string body = "") => PostAsync($"/device/v1/vends/{vend}/cancel", body);

    public SignedRequest Sign(string method, string path, string body)
    {
        var at = (TimeProvider.System.GetUtcNow() + Drift).ToUnixTimeSeconds();
        var nonce = Guid.CreateVersion7().ToString();
        return new SignedRequest(method, path, body)
        {
            Device = id,
            Timestamp = at.ToString(CultureInfo.InvariantCulture),
            Nonce = nonce,
            Signature = DeviceSignature.Sign(
                Encoding.UTF8.GetBytes(secret), method, path, Encoding.UTF8.GetBytes(body), at, nonce),
        };
    }

    /// <summary>Sends a request as it stands.</summary>
    public async Task<DeviceAnswer> SendAsync(SignedRequest signed, string? etag = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(signed.Method), new Uri(node().BaseAddress!, signed.Path));
        request.Headers.Add(DeviceHeaders.Device, signed.Device);
        request.Headers.Add(DeviceHeaders.Timestamp, signed.Timestamp);
        request.Headers.Add(DeviceHeaders.Nonce, signed.Nonce);
        request.Headers.Add(DeviceHeaders.Signature, signed.Signature);
        if (etag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        if (signed.Method != "GET") request.Content = new StringContent(signed.Body, Encoding.UTF8, "application/json");
        using var answer = await node().SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return new DeviceAnswer(
            (int)answer.StatusCode, text.Length > 0 ? JsonSerializer.Deserialize<JsonElement>(text) : default,
            answer.Headers.ETag?.ToString(),
            answer.Headers.TryGetValues(DeviceHeaders.Time, out var time) ? time.Single() : null);
    }
}

using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Automat.Protocol;
using Automat.Simulator.Faults;
using Automat.Simulator.Running;

namespace Automat.Simulator.Machines.Native;

/// <summary>A request as it was signed; it can be sent again byte for byte.</summary>
internal sealed record SignedRequest(
    HttpMethod Method, string Path, byte[] Body, string Timestamp, string Nonce, string Signature, string? Version);

/// <summary>Signs and sends; also plays those who listened, or who know the name and not the secret.</summary>
internal sealed class SignedSender(MachineIdentity who, Surroundings world, DriftingClock clock)
{
    private readonly byte[] secret = Encoding.UTF8.GetBytes(who.Secret);

    public SignedRequest Sign(HttpMethod method, string path, byte[] body, string? version = null) =>
        Sign(secret, method, path, body, version);

    public async Task<HttpResponseMessage> SendAsync(SignedRequest signed, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(signed.Method, new Uri(world.Server.Http, signed.Path));
        request.Headers.Add(DeviceHeaders.Device, who.Id);
        request.Headers.Add(DeviceHeaders.Timestamp, signed.Timestamp);
        request.Headers.Add(DeviceHeaders.Nonce, signed.Nonce);
        request.Headers.Add(DeviceHeaders.Signature, signed.Signature);
        if (signed.Version is { } version) request.Headers.TryAddWithoutValidation("If-None-Match", $"\"{version}\"");
        if (signed.Method != HttpMethod.Get)
        {
            request.Content = new ByteArrayContent(signed.Body) { Headers = { ContentType = new("application/json") } };
        }

        return await world.Http.SendAsync(request, ct);
    }

    /// <summary>Sends what was sent before. Whoever could do that could sell twice.</summary>
    public Task ReplayAsync(SignedRequest signed, CancellationToken ct) =>
        ExpectRefusalAsync(signed, "a request it had before", ct);

    /// <summary>Sends the same under a secret the machine does not have.</summary>
    public Task IntrudeAsync(string path, byte[] body, CancellationToken ct) => ExpectRefusalAsync(
        Sign(Encoding.UTF8.GetBytes("not-" + who.Secret), HttpMethod.Post, path, body, version: null), "a wrong signature", ct);

    /// <summary>Takes the server's time from a refusal; false when it tells none.</summary>
    public bool SetClock(HttpResponseMessage refusal)
    {
        if (!refusal.Headers.TryGetValues(DeviceHeaders.Time, out var told)
            || !long.TryParse(told.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var time))
        {
            return false;
        }

        clock.SetTo(time);
        world.Figures.Add(Count.ClocksSet);
        world.Figures.Refuse("clock_wrong");
        return true;
    }

    /// <summary>The stable word of a refusal.</summary>
    public static (int Status, string Code, string Detail) ProblemIn(HttpStatusCode status, byte[] text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return ((int)status, json.RootElement.GetProperty("code").GetString()!,
                json.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString() ?? "" : "");
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return ((int)status, $"http_{(int)status}", "");
        }
    }

    private SignedRequest Sign(byte[] under, HttpMethod method, string path, byte[] body, string? version)
    {
        var timestamp = clock.GetUtcNow().ToUnixTimeSeconds();
        var nonce = Guid.CreateVersion7().ToString();
        return new SignedRequest(
            method, path, body, timestamp.ToString(CultureInfo.InvariantCulture), nonce,
            DeviceSignature.Sign(under, method.Method, path, body, timestamp, nonce), version);
    }

    private async Task ExpectRefusalAsync(SignedRequest signed, string what, CancellationToken ct)
    {
        try
        {
            using var answer = await SendAsync(signed, ct);
            var (_, code, _) = ProblemIn(answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(ct));
            world.Figures.Refuse(code);
            if (answer.IsSuccessStatusCode) world.Witness.SawBreach($"The server took {what} of {who.Id} at {signed.Path}.");
        }
        catch (HttpRequestException)
        {
            world.Figures.Add(Count.Errors);
        }
    }
}

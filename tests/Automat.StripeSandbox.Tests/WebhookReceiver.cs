using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Automat.StripeSandbox.Tests;

/// <summary>One webhook as it arrived.</summary>
internal sealed record Received(string Signature, string Body)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    public string Type => Json.GetProperty("type").GetString()!;

    public string Id => Json.GetProperty("id").GetString()!;

    public JsonElement Subject => Json.GetProperty("data").GetProperty("object");
}

/// <summary>A destination for webhooks that notes all and answers as told.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Received> received = new();

    private WebhookReceiver(WebApplication app) => this.app = app;

    /// <summary>The status to answer the n-th webhook with, counted from zero.</summary>
    public Func<int, int> Answer { get; set; } = _ => 200;

    public string Url { get; private set; } = "";

    public IReadOnlyList<Received> All => [.. received];

    public IReadOnlyList<string> Types => [.. received.Select(one => one.Type)];

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new WebhookReceiver(builder.Build());
        receiver.app.Run(receiver.ReceiveAsync);
        await receiver.app.StartAsync();
        receiver.Url = receiver.app.Urls.First() + "/hook";
        return receiver;
    }

    public Task<Received> WaitForAsync(string type) => WaitForAsync(one => one.Type == type, type);

    public async Task<Received> WaitForAsync(Func<Received, bool> which, string what)
    {
        await Eventually.IsTrueAsync(() => received.Any(which), what);
        return received.First(which);
    }

    public Task WaitForCountAsync(int count) =>
        Eventually.IsTrueAsync(() => received.Count >= count, $"{count} webhooks (there are {received.Count})");

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var place = received.Count;
        received.Enqueue(new Received(http.Request.Headers["Stripe-Signature"].ToString(), body));
        http.Response.StatusCode = Answer(place);
    }
}

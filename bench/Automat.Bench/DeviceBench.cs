using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Automat.Protocol;
using Automat.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Automat.Bench;

/// <summary>
/// A machine asks whether its configuration is still the newest (304), beside a bare Kestrel endpoint that checks the same
/// signature, clock and nonce and knows nothing else. Requests are signed before the clock runs.
/// </summary>
internal static class DeviceBench
{
    private const string Machine = "snack-1";
    private const string Path = "/device/v1/config";
    private const int Connections = 16;
    private const int EachRound = 1_500;
    private const int Rounds = 7;

    private static readonly byte[] Secret = Encoding.UTF8.GetBytes(WebhookBench.MachineSecret);

    public static async Task RunAsync(Noise noise)
    {
        var place = Directory.CreateTempSubdirectory("automat-bench-");
        await using var server = await WebhookBench.StartAsync(place.FullName);
        await using var bare = await BareAsync();
        var etag = await EtagAsync(server);
        var bareUrl = new Uri(bare.Urls.Single());
        Console.WriteLine("signed GET of the configuration, 304 (16 connections)");
        var ours = new Figures("Automat", "/s");
        var limit = new Figures("bare Kestrel endpoint, same HMAC, clock and nonce", "/s");
        await RoundAsync(server.Http, etag);
        await RoundAsync(bareUrl, etag);
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(await RoundAsync(server.Http, etag));
            limit.Add(await RoundAsync(bareUrl, etag));
            noise.Look();
        }

        Console.WriteLine("  " + ours);
        Console.WriteLine("  " + limit);
        Figures.Compare("signed request to bare endpoint", ours, limit, 0.7);
        Console.WriteLine();
    }

    private static async Task<string> EtagAsync(AutomatServer server)
    {
        using var http = new HttpClient(new DeviceSigner(Machine, Secret, TimeProvider.System) { InnerHandler = new SocketsHttpHandler() });
        using var answer = await http.GetAsync(new Uri(server.Http, Path));
        return answer.EnsureSuccessStatusCode().Headers.ETag!.ToString();
    }

    /// <summary>All requests of a round; returns how many were answered in a second.</summary>
    private static async Task<double> RoundAsync(Uri server, string etag)
    {
        var requests = Enumerable.Range(0, Connections)
            .Select(_ => Enumerable.Range(0, EachRound).Select(_ => Request(server, etag)).ToArray()).ToArray();
        var sockets = new Socket[Connections];
        for (var i = 0; i < Connections; i++)
        {
            sockets[i] = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await sockets[i].ConnectAsync(IPAddress.Loopback, server.Port);
        }

        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(requests.Select((list, i) => TalkAsync(sockets[i], list)));
        var took = Stopwatch.GetElapsedTime(begun);
        foreach (var socket in sockets) socket.Dispose();
        return Connections * EachRound / took.TotalSeconds;
    }

    private static async Task TalkAsync(Socket socket, byte[][] requests)
    {
        var buffer = new byte[4096];
        foreach (var request in requests)
        {
            await socket.SendAsync(request);
            var filled = 0;
            while (buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) < 0)
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(filled));
                if (read == 0) throw new InvalidOperationException("The server hung up.");
                filled += read;
            }

            if (!buffer.AsSpan().StartsWith("HTTP/1.1 304"u8))
            {
                throw new InvalidOperationException(Encoding.UTF8.GetString(buffer, 0, filled));
            }
        }
    }

    private static byte[] Request(Uri server, string etag)
    {
        var time = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var nonce = Guid.CreateVersion7().ToString();
        var signature = DeviceSignature.Sign(Secret, "GET", Path, [], time, nonce);
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"GET {Path} HTTP/1.1\r\nHost: {server.Authority}\r\n{DeviceHeaders.Device}: {Machine}\r\n"
            + $"{DeviceHeaders.Timestamp}: {time}\r\n{DeviceHeaders.Nonce}: {nonce}\r\n"
            + $"{DeviceHeaders.Signature}: {signature}\r\nIf-None-Match: {etag}\r\n\r\n"));
    }

    private static async Task<WebApplication> BareAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var seen = new ConcurrentDictionary<Guid, bool>();
        byte[][] secrets = [Secret];
        app.Run(context =>
        {
            var headers = context.Request.Headers;
            string time = headers[DeviceHeaders.Timestamp]!, nonce = headers[DeviceHeaders.Nonce]!;
            var off = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - long.Parse(time, CultureInfo.InvariantCulture);
            var right = Math.Abs(off) <= 60
                && DeviceSignature.Verify(
                    secrets, context.Request.Method, context.Features.Get<IHttpRequestFeature>()!.RawTarget,
                    DeviceSignature.HashOf([]), time, nonce, headers[DeviceHeaders.Signature]!)
                && seen.TryAdd(Guid.Parse(nonce), true);
            context.Response.StatusCode = right ? StatusCodes.Status304NotModified : StatusCodes.Status401Unauthorized;
            context.Response.Headers.ETag = headers.IfNoneMatch;
            return Task.CompletedTask;
        });
        await app.StartAsync();
        return app;
    }
}

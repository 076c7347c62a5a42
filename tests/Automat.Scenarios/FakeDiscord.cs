using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Automat.Scenarios;

/// <summary>A webhook on this machine that takes posts, or misbehaves as it is told.</summary>
internal sealed class FakeDiscord : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly ConcurrentQueue<JsonElement> taken = new();
    private readonly CancellationTokenSource over = new();
    private readonly Task work;
    private Func<HttpListenerResponse, Task<bool>>? next;

    public FakeDiscord()
    {
        Origin = Listen();
        work = WorkAsync();
    }

    public string Origin { get; }

    /// <summary>The webhook's address.</summary>
    public string Address => $"{Origin}/api/webhooks/123/secret-wxyz";

    /// <summary>What was taken, as it came.</summary>
    public IReadOnlyList<JsonElement> Bodies => [.. taken];

    /// <summary>The texts that were taken.</summary>
    public IReadOnlyList<string> Posts => [.. taken.Select(p => p.GetProperty("content").GetString()!)];

    /// <summary>How often somebody knocked.</summary>
    public int Knocks { get; private set; }

    /// <summary>Answers the next post with a status, and what else it may say.</summary>
    public void Refuse(int status, string body = "", string? header = null) => next = async response =>
    {
        response.StatusCode = status;
        if (header is not null) response.AddHeader("Location", header);
        await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
        return false;
    };

    /// <summary>Lets the next post hang until the sender gives up.</summary>
    public void Hang() => next = async _ =>
    {
        await Task.Delay(Timeout.Infinite, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return false;
    };

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        listener.Close();
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        over.Dispose();
    }

    private string Listen()
    {
        // The listener cannot choose a free port itself.
        int port;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        var origin = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        listener.Prefixes.Add(origin + "/");
        listener.Start();
        return origin;
    }

    private async Task WorkAsync()
    {
        while (!over.IsCancellationRequested)
        {
            var context = await listener.GetContextAsync();
            Knocks++;
            _ = AnswerAsync(context, Interlocked.Exchange(ref next, null));
        }
    }

    private async Task AnswerAsync(HttpListenerContext context, Func<HttpListenerResponse, Task<bool>>? how)
    {
        try
        {
            var body = await JsonDocument.ParseAsync(context.Request.InputStream);
            context.Response.StatusCode = 204;
            if (how is null || await how(context.Response)) taken.Enqueue(body.RootElement);
            context.Response.Close();
        }
        catch (Exception gone) when (gone is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The sender has given up.
        }
    }
}

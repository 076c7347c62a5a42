using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Automat.Testing;

/// <summary>A push that a device has read.</summary>
/// <param name="Said">What it says.</param>
/// <param name="Ttl">How many seconds it may wait.</param>
/// <param name="Urgency">How urgent it is.</param>
/// <param name="Topic">What takes its place.</param>
public sealed record HeardPush(JsonElement Said, int Ttl, string Urgency, string Topic)
{
    /// <summary>The big words.</summary>
    public string Title => Said.GetProperty("title").GetString()!;

    /// <summary>The sentence.</summary>
    public string Body => Said.GetProperty("body").GetString()!;

    /// <summary>Where it leads.</summary>
    public string Url => Said.GetProperty("url").GetString()!;
}

/// <summary>A device as its browser names it.</summary>
public sealed class FakeDevice(string endpoint) : IDisposable
{
    private readonly ConcurrentQueue<HeardPush> heard = new();
    private readonly ConcurrentQueue<(int Status, string? RetryAfter)> refusals = new();

    /// <summary>Its address.</summary>
    public string Endpoint => endpoint;

    /// <summary>Its keys.</summary>
    public PushReader Reader { get; } = new();

    /// <summary>What it was told, in order.</summary>
    public IReadOnlyList<HeardPush> Heard => [.. heard];

    /// <summary>How often the service was asked to tell it something.</summary>
    public int Knocks { get; internal set; }

    /// <summary>The fields of the form that names it.</summary>
    public (string Name, string Value)[] Fields =>
        [("endpoint", endpoint), ("p256dh", Base64Url.EncodeToString(Reader.PublicKey)), ("auth", Base64Url.EncodeToString(Reader.Secret))];

    /// <summary>The service answers the next push so; 0 lets it hang.</summary>
    public void Refuse(int status, string? retryAfter = null) => refusals.Enqueue((status, retryAfter));

    /// <summary>Waits until it was told so much.</summary>
    public async Task<IReadOnlyList<HeardPush>> HearsAsync(int count) =>
        await TestApp.EventuallyAsync(() => Task.FromResult(Heard), pushes => pushes.Count >= count);

    /// <inheritdoc/>
    public void Dispose() => Reader.Dispose();

    internal (int Status, string? RetryAfter)? NextRefusal() => refusals.TryDequeue(out var next) ? next : null;

    internal void Take(HeardPush push) => heard.Enqueue(push);
}

/// <summary>A browser's push service on this machine: checks who sends, and lets devices read what only they can.</summary>
public sealed class FakePush : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly ConcurrentDictionary<string, FakeDevice> devices = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> faults = new();
    private readonly CancellationTokenSource over = new();
    private readonly Task work;

    /// <summary>Begins to listen.</summary>
    public FakePush()
    {
        Origin = Listen();
        work = WorkAsync();
    }

    /// <summary>Where it is.</summary>
    public string Origin { get; }

    /// <summary>What a push service would not have taken.</summary>
    public IReadOnlyList<string> Faults => [.. faults];

    /// <summary>Whom senders said that they are.</summary>
    public string? Contact { get; private set; }

    /// <summary>A device of this service.</summary>
    public FakeDevice NewDevice()
    {
        var path = $"/send/{Guid.CreateVersion7():N}";
        return devices[path] = new FakeDevice(Origin + path);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        listener.Close();
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var device in devices.Values) device.Dispose();
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
        while (!over.IsCancellationRequested) _ = AnswerAsync(await listener.GetContextAsync());
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            context.Response.StatusCode = await StatusOfAsync(context);
            context.Response.Close();
        }
        catch (Exception gone) when (gone is HttpListenerException or ObjectDisposedException or IOException)
        {
            // The sender has given up.
        }
        catch (Exception wrong)
        {
            faults.Enqueue(wrong.ToString());
            context.Response.StatusCode = 400;
            context.Response.Close();
        }
    }

    private async Task<int> StatusOfAsync(HttpListenerContext context)
    {
        if (!devices.TryGetValue(context.Request.Url!.AbsolutePath, out var device)) return 404;
        device.Knocks++;
        if (device.NextRefusal() is var (status, retryAfter))
        {
            if (status == 0) await Task.Delay(Timeout.Infinite, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (retryAfter is not null) context.Response.AddHeader("Retry-After", retryAfter);
            return status == 0 ? 503 : status;
        }

        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        var headers = context.Request.Headers;
        var (audience, until, contact, _) = PushReader.Sender(headers["Authorization"]!);
        Contact = contact;
        var now = TimeProvider.System.GetUtcNow();
        if (audience != Origin || until < now || until > now.AddHours(24)) throw new InvalidOperationException($"For {audience} until {until}.");
        if (headers["Content-Encoding"] != "aes128gcm" || body.Length > 4_096) throw new InvalidOperationException("Not what was agreed on.");
        var topic = headers["Topic"]!;
        if (topic.Length > 32 || !topic.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) throw new InvalidOperationException($"The topic {topic}.");
        device.Take(new HeardPush(
            JsonElement.Parse(device.Reader.Read(body.ToArray())), int.Parse(headers["TTL"]!, CultureInfo.InvariantCulture), headers["Urgency"]!, topic));
        return 201;
    }
}

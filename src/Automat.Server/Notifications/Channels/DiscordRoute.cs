using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Automat.Server.Notifications.Channels;

/// <summary>How the other side answered a post.</summary>
internal abstract record PostAnswer
{
    /// <summary>It was taken.</summary>
    public sealed record Taken : PostAnswer;

    /// <summary>Too many at once: again after this.</summary>
    public sealed record Later(TimeSpan After) : PostAnswer;

    /// <summary>Perhaps another time.</summary>
    public sealed record Again(string Why) : PostAnswer;

    /// <summary>Never.</summary>
    public sealed record Never(string Why) : PostAnswer;
}

/// <summary>Posts to a webhook. It follows no redirect, keeps no cookie, reads little, waits only so long.</summary>
internal sealed class DiscordRoute(ChannelSettings settings) : IDisposable
{
    private const int MostRead = 4_096;

    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = settings.Patience,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        MaxResponseHeadersLength = 16,
    });

    public async Task<PostAnswer> SendAsync(Uri address, string text, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        over.CancelAfter(settings.Patience);
        // Nobody is called and no link unfolds, whatever the text says.
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = JsonContent.Create(new { content = text, allowed_mentions = new { parse = Array.Empty<string>() }, flags = 4 }),
        };
        try
        {
            using var answer = await http.SendAsync(request, over.Token);
            return answer.StatusCode switch
            {
                >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => new PostAnswer.Taken(),
                HttpStatusCode.TooManyRequests => new PostAnswer.Later(await WaitAsync(answer, over.Token)),
                >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout => new PostAnswer.Again(Said(answer)),
                _ => new PostAnswer.Never(Said(answer)),
            };
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new PostAnswer.Again("no answer in time");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return new PostAnswer.Again("not reachable");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static string Said(HttpResponseMessage answer) => string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)answer.StatusCode}");

    private static async Task<TimeSpan> WaitAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        var wait = answer.Headers.RetryAfter?.Delta ?? ShortestWait;
        try
        {
            var body = new byte[MostRead];
            await using var stream = await answer.Content.ReadAsStreamAsync(ct);
            var read = await stream.ReadAtLeastAsync(body, MostRead, throwOnEndOfStream: false, ct);
            using var json = JsonDocument.Parse(body.AsMemory(0, read));
            if (json.RootElement.ValueKind is JsonValueKind.Object && json.RootElement.TryGetProperty("retry_after", out var after)
                && after.ValueKind is JsonValueKind.Number && after.TryGetDouble(out var seconds) && seconds is >= 0 and < 86_400)
            {
                wait = TimeSpan.FromSeconds(seconds);
            }
        }
        catch (JsonException)
        {
            // The header is all it says.
        }

        return wait < ShortestWait ? ShortestWait : wait > LongestWait ? LongestWait : wait;
    }
}

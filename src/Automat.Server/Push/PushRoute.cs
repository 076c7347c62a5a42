using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Automat.Server.Push.Wire;

namespace Automat.Server.Push;

/// <summary>Hands pushes to browsers' services (RFC 8030). It follows no redirect, keeps no cookie, reads no answer, waits only so long.</summary>
internal sealed class PushRoute(PushSettings settings, TimeProvider clock) : IDisposable
{
    /// <summary>How long a service keeps a push for a device that is switched off.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromDays(1);

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

    public async Task<PushAnswer> SendAsync(PushTarget target, ECDsa key, PushPost post, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        over.CancelAfter(settings.Patience);
        using var request = Request(target, key, post);
        try
        {
            using var answer = await http.SendAsync(request, over.Token);
            return answer.StatusCode switch
            {
                >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => new PushAnswer.Taken(),
                HttpStatusCode.NotFound or HttpStatusCode.Gone => new PushAnswer.Gone(Said(answer)),
                HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError =>
                    new PushAnswer.Again(Said(answer), WaitOf(answer.Headers.RetryAfter)),
                _ => new PushAnswer.Never(Said(answer)),
            };
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new PushAnswer.Again("no answer in time", After: null);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return new PushAnswer.Again("not reachable", After: null);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private HttpRequestMessage Request(PushTarget target, ECDsa key, PushPost post)
    {
        var now = clock.GetUtcNow();
        var left = post.CreatedAt + Lasts - now;
        var request = new HttpRequestMessage(HttpMethod.Post, target.Address)
        {
            Content = new ByteArrayContent(PushEncryption.Encrypt(Encoding.UTF8.GetBytes(post.Content), target.Receiver)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Content.Headers.ContentEncoding.Add(ContentCoding.Name);
        request.Headers.TryAddWithoutValidation("Authorization", Vapid.Header(key, target.Address, settings.Contact, now));
        request.Headers.Add("TTL", Math.Max(0, (long)left.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("Urgency", IsUrgent(post.Topic) ? "high" : "normal");
        request.Headers.Add("Topic", post.Tag);
        return request;
    }

    /// <summary>Whether somebody stands at a machine and waits for it; a receipt may wait for a charged battery.</summary>
    private static bool IsUrgent(PushTopic topic) => topic switch
    {
        PushTopic.Code or PushTopic.Paid or PushTopic.Ready or PushTopic.NoCharge or PushTopic.Cancelled => true,
        PushTopic.Delivered or PushTopic.NotCollected or PushTopic.Credited or PushTopic.Refund => false,
    };

    private static string Said(HttpResponseMessage answer) => string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)answer.StatusCode}");

    private TimeSpan? WaitOf(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? header?.Date - clock.GetUtcNow();
        return wait is not { } asked ? null : asked < ShortestWait ? ShortestWait : asked > LongestWait ? LongestWait : asked;
    }
}

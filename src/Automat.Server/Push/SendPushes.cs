using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Push;

/// <summary>Sends what is due for one device, in order; it has been claimed before.</summary>
internal sealed partial class SendPushes(
    AutomatDb db, PushKeys keys, PushSeal seal, PushRoute route, PushMeter meter, TimeProvider clock, ILogger<SendPushes> log)
{
    // How long to wait after the first, second, … failure, where the service does not say; after the last the push has failed.
    private static readonly TimeSpan[] Patience =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2), TimeSpan.FromHours(8),
    ];

    public async Task RunAsync(IReadOnlyList<PushPost> posts, CancellationToken ct)
    {
        var id = posts[0].DeviceId;
        var device = await db.Set<PushDevice>().SingleOrDefaultAsync(d => d.Id == id, ct);
        if (device is null) return; // forgotten meanwhile, and its pushes with it
        var target = seal.Open(device);
        using var key = await keys.OfAsync(device.OrganizationId, ct);
        if (key is null)
        {
            // Nobody takes what is not signed with it.
            await keys.RenewAsync(device.OrganizationId, ct);
            return;
        }

        db.AttachRange(posts);
        foreach (var post in posts)
        {
            var answer = target is null ? new PushAnswer.Gone("cannot be reached any more") : await route.SendAsync(target, key, post, ct);
            meter.Ended(answer);
            if (answer is PushAnswer.Gone(var gone))
            {
                Dropped(device.Id.Value, gone);
                await db.Set<PushDevice>().Where(d => d.Id == id).ExecuteDeleteAsync(CancellationToken.None);
                return;
            }

            Note(device, post, answer);
            await db.SaveChangesAsync(CancellationToken.None);
        }
    }

    private void Note(PushDevice device, PushPost post, PushAnswer answer)
    {
        var now = clock.GetUtcNow().ToUniversalTime();
        if (answer is PushAnswer.Taken)
        {
            (post.Status, post.SentAt, post.Content, post.LastError) = (PushStatus.Sent, now, "", null);
            (device.TakenAt, device.Failures) = (now, 0);
            return;
        }

        device.Failures++;
        var (why, after) = answer switch
        {
            PushAnswer.Again again => (again.Why, post.Attempts <= Patience.Length ? again.After ?? Patience[post.Attempts - 1] : (TimeSpan?)null),
            PushAnswer.Never never => (never.Why, null),
            _ => ("", null),
        };
        post.LastError = why;
        NotTaken(post.Id.Value, post.Attempts, why);
        // What would come a day late is news to nobody.
        if (after is { } wait && now + wait < post.CreatedAt + PushRoute.Lasts) post.NextAttemptAt = now + wait;
        else (post.Status, post.Content) = (PushStatus.Failed, "");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Device {Device} is forgotten: {Reason}")]
    private partial void Dropped(Guid device, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Push {Push} was not taken at attempt {Attempt}: {Reason}")]
    private partial void NotTaken(Guid push, int attempt, string reason);
}

using Automat.Server.Data;
using Automat.Server.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Notifications.Channels;

/// <summary>Posts that went out or failed go after a while.</summary>
internal sealed class PostRetention : IRetention
{
    private const int BatchSize = 1_000;

    public string Name => "Posts";

    public int DefaultDays => 30;

    public async Task<bool> ForgetAsync(AutomatDb db, DateTimeOffset before, CancellationToken ct)
    {
        var old = db.Set<ChannelPost>().Where(p => p.CreatedAt < before).OrderBy(p => p.Id).Take(BatchSize).Select(p => p.Id);
        return await db.Set<ChannelPost>().Where(p => old.Contains(p.Id)).ExecuteDeleteAsync(ct) == BatchSize;
    }
}

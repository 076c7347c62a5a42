using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Notifications.Channels;

/// <summary>Keeps what an organisation wants to read, and where. The address is never shown again, so an empty field leaves it.</summary>
internal sealed class SaveChannel(AutomatDb db, ChannelAddress addresses, ChannelSettings settings)
{
    /// <summary>Characters of the address people recognise it by.</summary>
    private const int Shown = 4;

    private const int LongestWord = 60;

    /// <summary>Keeps it.</summary>
    /// <exception cref="FieldsException"><c>channel_invalid</c>.</exception>
    public async Task RunAsync(Id<Organization> organization, string? typed, ChannelForm form, CancellationToken ct)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        var words = WordFilter.Read(form.Words);
        var list = string.Join('\n', words);
        if (words.Count > WordFilter.MostWords || list.Length > WordFilter.LongestList || words.Any(w => w.Length > LongestWord))
            faults["words"] = $"At most {WordFilter.MostWords} entries of {LongestWord} characters.";
        var address = settings.Allowed(typed);
        if (!string.IsNullOrWhiteSpace(typed) && address is null) faults["address"] = "The address of a Discord webhook.";
        FieldsException.ThrowIfAny("channel_invalid", faults);

        var channel = await db.Set<DiscordChannel>().SingleOrDefaultAsync(c => c.OrganizationId == organization, ct);
        if (channel is null) db.Add(channel = new DiscordChannel { OrganizationId = organization });
        if (address is not null) (channel.SealedAddress, channel.Ending) = (addresses.Seal(organization, address), address.AbsoluteUri[^Shown..]);
        // Whoever switches sales on again is not told of all that was sold meanwhile.
        if (!form.TellsSales) channel.SalesUpTo = null;
        (channel.TellsMessages, channel.TellsStock, channel.TellsSales) = (form.TellsMessages, form.TellsStock, form.TellsSales);
        (channel.NamesPeople, channel.CoversWords, channel.Words) = (form.NamesPeople, form.CoversWords, list);
        if (address is not null) channel.PausedUntil = null;
        await NoteAsync(organization, "channel.changed", ct);
    }

    /// <summary>Forgets the address; nothing is posted any more, and what waits is given up.</summary>
    public async Task RemoveAsync(Id<Organization> organization, CancellationToken ct)
    {
        var channel = await db.Set<DiscordChannel>().SingleOrDefaultAsync(c => c.OrganizationId == organization, ct);
        if (channel is not { SealedAddress: not null }) return;
        (channel.SealedAddress, channel.Ending, channel.PausedUntil, channel.SalesUpTo) = (null, null, null, null);
        await NoteAsync(organization, "channel.removed", ct);
    }

    /// <summary>Tries once more what was given up.</summary>
    public async Task RetryAsync(Id<Organization> organization, DateTimeOffset now, CancellationToken ct)
    {
        var again = await db.Set<ChannelPost>().Where(p => p.OrganizationId == organization && p.Status == PostStatus.Failed && p.Text != "")
            .ExecuteUpdateAsync(
                set => set.SetProperty(p => p.Status, PostStatus.Waiting).SetProperty(p => p.Attempts, 0).SetProperty(p => p.NextAttemptAt, now), ct);
        if (again == 0) return;
        await db.Set<DiscordChannel>().Where(c => c.OrganizationId == organization)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.PausedUntil, (DateTimeOffset?)null), ct);
    }

    private async Task NoteAsync(Id<Organization> organization, string action, CancellationToken ct)
    {
        if (!db.ChangeTracker.HasChanges()) return;
        db.Note(organization, action, "channel", organization.ToString());
        await db.SaveChangesAsync(ct);
    }
}

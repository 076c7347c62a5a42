using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Notifications.Channels;

internal sealed class ChannelTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<DiscordChannel>(channel =>
        {
            channel.ToTable("channels");
            channel.IsAudited("channel");
            channel.HasKey(c => c.OrganizationId);
            channel.Property(c => c.OrganizationId).IsId();
            channel.Property(c => c.SealedAddress).HasMaxLength(1_000).IsSecret();
            channel.Property(c => c.Ending).HasMaxLength(8);
            channel.Property(c => c.Words).HasMaxLength(WordFilter.LongestList);
            channel.Property(c => c.SalesUpTo).IsNotAudited("It moves with the ledger.");
            channel.Property(c => c.PausedUntil).IsNotAudited("The other side says it.");
        });
        model.Entity<ChannelPost>(post =>
        {
            post.ToTable("channel_posts");
            post.IsNotAudited("An outbox: what it tells of is in the log by itself.");
            post.HasKey(p => p.Id);
            post.Property(p => p.Id).IsId();
            post.Property(p => p.OrganizationId).IsId();
            post.Property(p => p.Text).HasMaxLength(DiscordText.Longest);
            post.Property(p => p.LastError).HasMaxLength(300);
            post.HasIndex(p => new { p.OrganizationId, p.CreatedAt }); // the newest of an organisation
            post.HasIndex(p => new { p.OrganizationId, p.NextAttemptAt }).HasFilter("status = 'Waiting'")
                .HasDatabaseName("ix_channel_posts_waiting"); // whose posts are due
        });
    }
}

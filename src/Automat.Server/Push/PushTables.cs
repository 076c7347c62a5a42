using Automat.Server.Customers;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Push;

internal sealed class PushTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<PushKey>(key =>
        {
            key.ToTable("push_keys");
            key.IsNotAudited("The server makes it; that somebody wanted a new one is noted.");
            key.HasKey(k => k.OrganizationId);
            key.Property(k => k.OrganizationId).IsId();
        });
        model.Entity<PushDevice>(device =>
        {
            device.ToTable("push_devices");
            device.IsNotAudited("Customers name and forget their own; nobody else changes one.");
            device.HasKey(d => d.Id);
            device.Property(d => d.Id).IsId();
            device.Property(d => d.OrganizationId).IsId();
            device.Property(d => d.CustomerId).IsId();
            device.Property(d => d.SealedTarget).HasMaxLength(4_000);
            device.Property(d => d.Language).HasMaxLength(8);
            device.HasIndex(d => new { d.OrganizationId, d.AddressHash }).IsUnique(); // a browser is one device
            device.HasIndex(d => d.CustomerId).HasFilter("customer_id is not null"); // an account's
            device.HasIndex(d => d.SessionId).HasFilter("session_id is not null"); // those that go with a session
            device.HasOne<Customer>().WithMany().HasForeignKey(d => d.CustomerId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<PushFollow>(follow =>
        {
            follow.ToTable("push_follows");
            follow.IsNotAudited("Customers begin and end it; a sweep moves its mark.");
            follow.HasKey(f => f.Id);
            follow.Property(f => f.Id).IsId();
            follow.Property(f => f.OrganizationId).IsId();
            follow.Property(f => f.DeviceId).IsId();
            follow.Property(f => f.PurchaseId).IsId();
            follow.Property(f => f.SealedToken).HasMaxLength(500);
            follow.Ignore(f => f.Seen);
            follow.HasIndex(f => new { f.DeviceId, f.PurchaseId }).IsUnique(); // a device is told of a sale once
            follow.HasIndex(f => f.PurchaseId); // who is told of a sale
            follow.HasIndex(f => f.Id).HasFilter("quiet_since is null").HasDatabaseName("ix_push_follows_live"); // what is looked at often
            follow.HasIndex(f => f.QuietSince).HasFilter("quiet_since is not null"); // what is over
            follow.HasOne<PushDevice>().WithMany().HasForeignKey(f => f.DeviceId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<PushPost>(post =>
        {
            post.ToTable("push_posts");
            post.IsNotAudited("An outbox: what it tells of is in the ledger.");
            post.HasKey(p => p.Id);
            post.Property(p => p.Id).IsId();
            post.Property(p => p.OrganizationId).IsId();
            post.Property(p => p.DeviceId).IsId();
            post.Property(p => p.Tag).HasMaxLength(32);
            post.Property(p => p.Content).HasMaxLength(PushContent.Longest);
            post.Property(p => p.LastError).HasMaxLength(100);
            post.HasIndex(p => p.DeviceId); // a device's, which go with it
            post.HasIndex(p => new { p.OrganizationId, p.CreatedAt }); // the newest of an organisation
            post.HasIndex(p => p.NextAttemptAt).HasFilter("status = 'Waiting'").HasDatabaseName("ix_push_posts_waiting"); // what is due
            post.HasOne<PushDevice>().WithMany().HasForeignKey(p => p.DeviceId).OnDelete(DeleteBehavior.Cascade);
        });
    }
}

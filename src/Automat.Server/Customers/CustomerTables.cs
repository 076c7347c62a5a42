using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Customers;

internal sealed class CustomerTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<Customer>(customer =>
        {
            customer.ToTable("customers");
            customer.IsAudited("customer");
            customer.HasKey(c => c.Id);
            customer.Property(c => c.Id).IsId();
            customer.Property(c => c.OrganizationId).IsId();
            customer.Property(c => c.Email).HasMaxLength(Customer.LongestEmail).IsPersonal();
            customer.Property(c => c.Name).HasMaxLength(Customer.LongestName).IsPersonal();
            customer.Property(c => c.PasswordHash).HasMaxLength(200).IsSecret();
            customer.Property(c => c.MailsReady).MayBeShown("whether, not where to");
            customer.Property(c => c.MailsCollected).MayBeShown("whether, not where to");
            customer.Property(c => c.Failures).IsNotAudited("Guessing counts it up; that it led to a lock is audited.");
            customer.HasIndex(c => new { c.OrganizationId, c.Email }).IsUnique(); // one account an address; sign-in
        });
        model.Entity<CustomerSession>(session =>
        {
            session.ToTable("customer_sessions");
            session.IsNotAudited("Signing in and out is noted.");
            session.HasKey(s => s.Id);
            session.Property(s => s.Id).IsId();
            session.Property(s => s.OrganizationId).IsId();
            session.Property(s => s.CustomerId).IsId();
            session.HasIndex(s => s.TokenHash).IsUnique(); // a browser's
            session.HasIndex(s => s.CustomerId); // a customer's, to end them all
            session.HasIndex(s => s.ExpiresAt); // what is over
            session.HasOne<Customer>().WithMany().HasForeignKey(s => s.CustomerId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<CustomerPasskey>(passkey =>
        {
            passkey.ToTable("customer_passkeys");
            passkey.IsNotAudited("Adding and removing one is noted; its counter moves on with every sign-in.");
            passkey.HasKey(p => p.CredentialId);
            passkey.Property(p => p.CredentialId).HasMaxLength(1_024);
            passkey.Property(p => p.OrganizationId).IsId();
            passkey.Property(p => p.CustomerId).IsId();
            passkey.Property(p => p.Name).HasMaxLength(CustomerPasskey.LongestName);
            passkey.Property(p => p.PublicKey).HasMaxLength(2_048);
            passkey.HasIndex(p => p.CustomerId); // a customer's
            passkey.HasOne<Customer>().WithMany().HasForeignKey(p => p.CustomerId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<CustomerLink>(link =>
        {
            link.ToTable("customer_links");
            link.IsNotAudited("Whoever asks for one has proved nothing; what is done with it is noted.");
            link.HasKey(l => l.Id);
            link.Property(l => l.Id).IsId();
            link.Property(l => l.OrganizationId).IsId();
            link.Property(l => l.CustomerId).IsId();
            link.Property(l => l.Email).HasMaxLength(Customer.LongestEmail);
            link.HasIndex(l => l.Hash).IsUnique(); // look-up by what the link carries
            link.HasIndex(l => new { l.OrganizationId, l.Email }); // those that are on their way to an address
            link.HasIndex(l => l.ExpiresAt); // what is over
            link.HasIndex(l => l.CustomerId); // an account's, which go with it
            link.HasOne<Customer>().WithMany().HasForeignKey(l => l.CustomerId).OnDelete(DeleteBehavior.Cascade);
        });
    }
}

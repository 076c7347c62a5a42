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
        model.Entity<CustomerLink>(link =>
        {
            link.ToTable("customer_links");
            link.IsNotAudited("Whoever asks for one has proved nothing; what is done with it is noted.");
            link.HasKey(l => l.Id);
            link.Property(l => l.Id).IsId();
            link.Property(l => l.OrganizationId).IsId();
            link.Property(l => l.Email).HasMaxLength(Customer.LongestEmail);
            link.HasIndex(l => l.Hash).IsUnique(); // look-up by what the link carries
            link.HasIndex(l => new { l.OrganizationId, l.Email }); // those that are on their way to an address
            link.HasIndex(l => l.ExpiresAt); // what is over
        });
    }
}

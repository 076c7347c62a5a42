using Automat.Server.Customers;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Orders;

internal sealed class OrderTables : ITables
{
    public void Map(ModelBuilder model) => model.Entity<Order>(order =>
    {
        order.ToTable("orders");
        order.IsNotAudited("Customers place it and a sweep follows it; what staff do about it is noted.");
        order.HasKey(o => o.Id);
        order.Property(o => o.Id).IsId();
        order.Property(o => o.OrganizationId).IsId();
        order.Property(o => o.PurchaseId).IsId();
        order.Property(o => o.CustomerId).IsId();
        order.Property(o => o.CreditChipId).IsId();
        order.Property(o => o.Number).HasMaxLength(16);
        order.Property(o => o.SealedToken).HasMaxLength(500);
        order.Property(o => o.Language).HasMaxLength(8);
        order.HasIndex(o => o.PurchaseId).IsUnique(); // a purchase is one order
        order.HasIndex(o => new { o.OrganizationId, o.Number }).IsUnique(); // a number names one order
        order.HasIndex(o => new { o.OrganizationId, o.CreatedAt }); // staff's list, newest first
        order.HasIndex(o => new { o.OrganizationId, o.State, o.CreatedAt }); // staff's list of those in a state
        order.HasIndex(o => new { o.OrganizationId, o.MachineId, o.CreatedAt }); // a place's orders
        order.HasIndex(o => new { o.CustomerId, o.CreatedAt }).HasFilter("customer_id is not null"); // a customer's, newest first
        order.HasOne<Customer>().WithMany().HasForeignKey(o => o.CustomerId).OnDelete(DeleteBehavior.SetNull); // it outlives the account
        order.HasIndex(o => o.Id).HasFilter("closed_at is null").HasDatabaseName("ix_orders_open"); // what is followed
    });
}

using System.Text.Json;
using Automat.Server.Customers;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Automat.Server.Shop;

internal sealed class CartTables : ITables
{
    public void Map(ModelBuilder model) => model.Entity<Cart>(cart =>
    {
        cart.ToTable("carts");
        cart.IsNotAudited("What nameless visitors mean to buy; what they do buy is in the ledger.");
        cart.HasKey(c => c.Id);
        cart.Property(c => c.Id).IsId();
        cart.Property(c => c.OrganizationId).IsId();
        cart.Property(c => c.OrderId).IsId();
        cart.Property(c => c.CustomerId).IsId();
        cart.Ignore(c => c.Pieces);
        cart.Property(c => c.Items).HasColumnType("jsonb").HasConversion(
            items => JsonSerializer.Serialize(items, JsonSerializerOptions.Default),
            json => JsonSerializer.Deserialize<List<CartItem>>(json, JsonSerializerOptions.Default)!,
            new ValueComparer<IReadOnlyList<CartItem>>((a, b) => a!.SequenceEqual(b!), l => l.Count, l => l));
        cart.HasIndex(c => c.TokenHash).IsUnique(); // a browser's cart
        cart.HasIndex(c => c.CustomerId).IsUnique().HasFilter("customer_id is not null"); // an account's cart
        cart.HasOne<Customer>().WithMany().HasForeignKey(c => c.CustomerId).OnDelete(DeleteBehavior.Cascade);
        cart.HasIndex(c => c.UsedAt); // what nobody touches any more
    });
}

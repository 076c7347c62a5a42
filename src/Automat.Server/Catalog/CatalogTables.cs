using Automat.Domain.Goods;
using Automat.Domain.Prices;
using Automat.Server.Data;
using Automat.Server.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Catalog;

internal sealed class CatalogTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<Product>(product =>
        {
            product.ToTable("products", t => t.HasCheckConstraint("ck_products_age_limit", "age_limit between 1 and 99"));
            product.ToTable(t => t.HasCheckConstraint(
                "ck_products_weight", "weight between 1 and 100000000 and weight_tolerance between 0 and 10000000"));
            product.ToTable(t => t.HasCheckConstraint("ck_products_cost", "cost between 0 and 100000000"));
            product.IsAudited("product");
            product.ToTable(t => t.HasCheckConstraint(
                "ck_products_quantities",
                "measure = 'Weight' or (least_quantity is null and most_quantity is null and quantity_step is null)"));
            product.Property(p => p.Measure).HasDefaultValue(Measure.Piece);
            product.Ignore(p => p.IsByWeight);
            product.Ignore(p => p.Terms);
            product.HasKey(p => p.Id);
            product.Property(p => p.Id).IsId();
            product.Property(p => p.OrganizationId).IsId();
            product.Property(p => p.Name).HasMaxLength(100).MayBeShown("goods");
            product.Property(p => p.Category).HasMaxLength(60);
            product.Property(p => p.Picture).HasMaxLength(300);
            product.Property(p => p.WeightTolerance).HasDefaultValue(5_000L);
            product.Property(p => p.Description).HasMaxLength(1_000);
            product.Property(p => p.Barcode).HasMaxLength(14).MayBeShown("the number of goods");
            product.Property(p => p.Allergens).HasMaxLength(120).HasDefaultValue("");
            product.HasIndex(p => new { p.OrganizationId, p.Number }).IsUnique(); // the number names one product
            product.HasIndex(p => new { p.OrganizationId, p.Name }); // the list by name
            product.HasIndex(p => new { p.OrganizationId, p.Category }); // what stands on a shelf
            // A bar code names one product of the range.
            product.HasIndex(p => new { p.OrganizationId, p.Barcode }).IsUnique()
                .HasFilter("barcode is not null and archived_at is null").HasDatabaseName("ux_products_barcode");
        });
        model.Entity<ProductCost>(cost =>
        {
            cost.ToTable("product_costs");
            cost.IsNotAudited("The database writes it with the product, which is audited.");
            cost.HasKey(c => new { c.ProductId, c.Since }); // what a product cost at a moment
            cost.Property(c => c.ProductId).IsId();
            cost.Property(c => c.OrganizationId).IsId();
        });
        model.Entity<Category>(category =>
        {
            category.ToTable("categories");
            category.IsAudited("category");
            category.HasKey(c => c.Id);
            category.Property(c => c.Id).IsId();
            category.Property(c => c.OrganizationId).IsId();
            category.Property(c => c.Name).HasMaxLength(60).MayBeShown("a shelf");
            category.HasIndex(c => new { c.OrganizationId, c.Name }).IsUnique(); // the name names one category
        });
        model.Entity<ProductPicture>(picture =>
        {
            picture.ToTable("product_pictures");
            picture.IsNotAudited("The product that shows it is audited; the picture itself never changes.");
            picture.HasKey(p => new { p.Hash, p.OrganizationId }); // the address has the hash alone
            picture.Property(p => p.OrganizationId).IsId();
            picture.Property(p => p.Hash).HasMaxLength(64);
            picture.Property(p => p.ContentType).HasMaxLength(32);
        });
        model.Entity<PriceList>(list =>
        {
            list.ToTable("price_lists", t => t.HasCheckConstraint("ck_price_lists_days", "days between 1 and 127"));
            list.ToTable(t => t.HasCheckConstraint("ck_price_lists_hours", "(starts_at is null) = (ends_at is null)"));
            list.IsAudited("price_list");
            list.HasKey(l => l.Id);
            list.Property(l => l.Id).IsId();
            list.Property(l => l.OrganizationId).IsId();
            list.Property(l => l.Name).HasMaxLength(60).MayBeShown("what prices are called");
            list.Property(l => l.Group).HasColumnName("machine_group").HasMaxLength(60);
            list.HasIndex(l => l.OrganizationId); // an organisation's lists
        });
        model.Entity<PriceEntry>(entry =>
        {
            entry.ToTable("price_entries", t => t.HasCheckConstraint("ck_price_entries_price", "price between 0 and 100000000"));
            entry.IsAudited("price_entry");
            entry.HasKey(e => new { e.PriceListId, e.ProductId });
            entry.Property(e => e.PriceListId).IsId();
            entry.Property(e => e.ProductId).IsId();
            entry.Property(e => e.OrganizationId).IsId();
            entry.HasIndex(e => e.ProductId); // what a product costs elsewhere
        });
        model.Entity<ProductImport>(import =>
        {
            import.ToTable("product_imports");
            import.IsNotAudited("What it does is audited product by product; looking at a file and taking it in are noted.");
            import.HasKey(i => i.Id);
            import.Property(i => i.Id).IsId();
            import.Property(i => i.OrganizationId).IsId();
            import.Property(i => i.FileName).HasMaxLength(100);
            import.Property(i => i.State).HasDefaultValue(JobState.Checked);
            import.Property(i => i.ActorKind).HasDefaultValue(ActorKind.Person);
            import.Property(i => i.Actor).HasMaxLength(100).HasDefaultValue("");
            import.Property(i => i.OnBehalfOf).HasMaxLength(100);
            import.Property(i => i.Lines).HasDefaultValue(0);
            import.Property(i => i.Seen).HasDefaultValue(0);
            import.Property(i => i.LastLine).HasDefaultValue(0);
            import.Property(i => i.Refused).HasDefaultValue(0);
            import.Property(i => i.Faults).HasColumnType("jsonb").HasDefaultValue("[]");
            import.HasIndex(i => new { i.OrganizationId, i.CreatedAt }); // what nobody took in goes after a while
            import.HasIndex(i => i.Id).HasFilter("state = 'Running'").HasDatabaseName("ix_product_imports_running"); // what is to be done
        });
    }
}

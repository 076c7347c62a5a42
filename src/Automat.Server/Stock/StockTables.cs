using System.Text.Json;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Automat.Server.Stock;

internal sealed class StockTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<StockPlace>(place =>
        {
            place.ToTable("stock_places");
            place.IsAudited("stock_place");
            place.HasKey(p => p.Id);
            place.Property(p => p.Id).IsId();
            place.Property(p => p.OrganizationId).IsId();
            place.Property(p => p.Name).HasMaxLength(60).MayBeShown("a warehouse or van");
            place.HasIndex(p => new { p.OrganizationId, p.Name }).IsUnique(); // the name names one place
        });
        model.Entity<StockBatch>(batch =>
        {
            batch.ToTable("stock_batches", t => t.HasCheckConstraint("ck_stock_batches_quantity", "quantity > 0"));
            batch.IsNotAudited("Each change of it is a movement, in a log of its own nobody can change.");
            batch.HasKey(b => b.Id);
            batch.Property(b => b.Id).IsId();
            batch.Property(b => b.OrganizationId).IsId();
            batch.Property(b => b.PlaceId).IsId();
            batch.Property(b => b.ProductId).IsId();
            // Pieces of one date lie together; also what a place has.
            batch.HasIndex(b => new { b.PlaceId, b.ProductId, b.ExpiresOn }).IsUnique().AreNullsDistinct(false);
            batch.HasIndex(b => new { b.OrganizationId, b.ExpiresOn }).HasFilter("expires_on is not null"); // what expires soon
        });
        model.Entity<StockMovement>(movement =>
        {
            movement.ToTable("stock_movements");
            movement.IsNotAudited("The database writes it with the change it tells of; it is a log by itself.");
            movement.HasKey(m => new { m.OrganizationId, m.Number }); // also the log, newest first
            movement.Property(m => m.OrganizationId).IsId();
            movement.Property(m => m.Number).UseIdentityAlwaysColumn();
            movement.Property(m => m.ProductId).IsId();
            movement.Property(m => m.PlaceId).IsId();
            movement.Property(m => m.Slot).HasMaxLength(16);
            movement.Property(m => m.DoneBy).HasMaxLength(100);
            movement.Property(m => m.Note).HasMaxLength(200);
            movement.HasIndex(m => new { m.OrganizationId, m.ProductId, m.Number }); // a product's way
            movement.HasIndex(m => new { m.MachineId, m.At }); // what a machine sold lately, what was done at it
            // Sales are nearly all there is; what people did is found without them.
            movement.HasIndex(m => new { m.OrganizationId, m.Kind, m.Number }).HasFilter("kind <> 'Sale'")
                .HasDatabaseName("ix_stock_movements_by_hand");
            // What belongs together; also whether an act was done before.
            movement.HasIndex(m => new { m.OrganizationId, m.Together }).HasFilter("together is not null");
            movement.HasIndex(m => new { m.PlaceId, m.Number }).HasFilter("place_id is not null"); // a place's log
        });
        model.Entity<RestockRoute>(route =>
        {
            route.ToTable("restock_routes", t => t.HasCheckConstraint("ck_restock_routes_days", "days_between between 1 and 365"));
            route.IsAudited("restock_route");
            route.HasKey(r => r.Id);
            route.Property(r => r.Id).IsId();
            route.Property(r => r.OrganizationId).IsId();
            route.Property(r => r.PlaceId).IsId();
            route.Property(r => r.Name).HasMaxLength(60).MayBeShown("a round to drive");
            route.HasIndex(r => new { r.OrganizationId, r.Name }).IsUnique(); // the name names one route
        });
        model.Entity<RestockStop>(stop =>
        {
            stop.ToTable("restock_stops");
            stop.IsAudited("restock_stop");
            stop.HasKey(s => new { s.RouteId, s.MachineId });
            stop.Property(s => s.RouteId).IsId();
            stop.Property(s => s.OrganizationId).IsId();
            stop.HasIndex(s => s.MachineId); // the routes of a machine
        });
        model.Entity<RestockVisit>(visit =>
        {
            visit.ToTable("restock_visits");
            visit.IsAudited("restock_visit");
            visit.HasKey(v => v.Id); // sent twice, a visit is one
            visit.Property(v => v.Id).IsId();
            visit.Property(v => v.OrganizationId).IsId();
            visit.Property(v => v.RouteId).IsId();
            visit.Property(v => v.PlaceId).IsId();
            visit.Property(v => v.ClosedBy).HasMaxLength(100);
            visit.Property(v => v.CashBag).HasMaxLength(40);
            visit.Property(v => v.Note).HasMaxLength(200);
            visit.Ignore(v => v.BagKey);
            visit.Property(v => v.Lines).HasColumnType("jsonb").HasConversion(
                lines => JsonSerializer.Serialize(lines, JsonSerializerOptions.Default),
                json => JsonSerializer.Deserialize<List<VisitLine>>(json, JsonSerializerOptions.Default)!,
                new ValueComparer<IReadOnlyList<VisitLine>>((a, b) => a!.SequenceEqual(b!), l => l.Count, l => l));
            visit.HasIndex(v => new { v.MachineId, v.ClosedAt }); // when somebody was at a machine
            visit.HasIndex(v => new { v.OrganizationId, v.ClosedAt }); // the newest
        });
    }
}

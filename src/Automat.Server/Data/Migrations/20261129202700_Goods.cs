using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <inheritdoc />
    public partial class Goods : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "allergens",
                table: "products",
                type: "character varying(120)",
                maxLength: 120,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "archived_at",
                table: "products",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "barcode",
                table: "products",
                type: "character varying(14)",
                maxLength: 14,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "cost",
                table: "products",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "description",
                table: "products",
                type: "character varying(1000)",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "categories",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    archived_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_categories", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "price_entries",
                columns: table => new
                {
                    price_list_id = table.Column<Guid>(type: "uuid", nullable: false),
                    product_id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    price = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_price_entries", x => new { x.price_list_id, x.product_id });
                    table.CheckConstraint("ck_price_entries_price", "price between 0 and 100000000");
                });

            migrationBuilder.CreateTable(
                name: "price_lists",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    machine_group = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    valid_from = table.Column<DateOnly>(type: "date", nullable: true),
                    valid_until = table.Column<DateOnly>(type: "date", nullable: true),
                    days = table.Column<int>(type: "integer", nullable: false),
                    starts_at = table.Column<TimeOnly>(type: "time without time zone", nullable: true),
                    ends_at = table.Column<TimeOnly>(type: "time without time zone", nullable: true),
                    paused = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_price_lists", x => x.id);
                    table.CheckConstraint("ck_price_lists_days", "days between 1 and 127");
                    table.CheckConstraint("ck_price_lists_hours", "(starts_at is null) = (ends_at is null)");
                });

            migrationBuilder.CreateTable(
                name: "product_imports",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    file_name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    done_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    added = table.Column<int>(type: "integer", nullable: false),
                    changed = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_product_imports", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "product_pictures",
                columns: table => new
                {
                    hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    content_type = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_product_pictures", x => new { x.hash, x.organization_id });
                });

            migrationBuilder.CreateTable(
                name: "restock_routes",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    place_id = table.Column<Guid>(type: "uuid", nullable: true),
                    days_between = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_restock_routes", x => x.id);
                    table.CheckConstraint("ck_restock_routes_days", "days_between between 1 and 365");
                });

            migrationBuilder.CreateTable(
                name: "restock_stops",
                columns: table => new
                {
                    route_id = table.Column<Guid>(type: "uuid", nullable: false),
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_restock_stops", x => new { x.route_id, x.machine_id });
                });

            migrationBuilder.CreateTable(
                name: "restock_visits",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    route_id = table.Column<Guid>(type: "uuid", nullable: true),
                    place_id = table.Column<Guid>(type: "uuid", nullable: true),
                    closed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    closed_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    cash_bag = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: true),
                    note = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    lines = table.Column<string>(type: "jsonb", nullable: false),
                    difference = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_restock_visits", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "stock_batches",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    place_id = table.Column<Guid>(type: "uuid", nullable: false),
                    product_id = table.Column<Guid>(type: "uuid", nullable: false),
                    expires_on = table.Column<DateOnly>(type: "date", nullable: true),
                    quantity = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stock_batches", x => x.id);
                    table.CheckConstraint("ck_stock_batches_quantity", "quantity > 0");
                });

            migrationBuilder.CreateTable(
                name: "stock_movements",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    product_id = table.Column<Guid>(type: "uuid", nullable: false),
                    place_id = table.Column<Guid>(type: "uuid", nullable: true),
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    slot = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    quantity = table.Column<int>(type: "integer", nullable: false),
                    expires_on = table.Column<DateOnly>(type: "date", nullable: true),
                    together = table.Column<Guid>(type: "uuid", nullable: true),
                    done_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    note = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stock_movements", x => new { x.organization_id, x.number });
                });

            migrationBuilder.CreateTable(
                name: "stock_places",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    archived_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_stock_places", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_slots_organization_id_product_id",
                table: "slots",
                columns: new[] { "organization_id", "product_id" });

            migrationBuilder.CreateIndex(
                name: "ix_products_organization_id_category",
                table: "products",
                columns: new[] { "organization_id", "category" });

            migrationBuilder.CreateIndex(
                name: "ix_products_organization_id_name",
                table: "products",
                columns: new[] { "organization_id", "name" });

            migrationBuilder.CreateIndex(
                name: "ux_products_barcode",
                table: "products",
                columns: new[] { "organization_id", "barcode" },
                unique: true,
                filter: "barcode is not null and archived_at is null");

            migrationBuilder.AddCheckConstraint(
                name: "ck_products_cost",
                table: "products",
                sql: "cost between 0 and 100000000");

            migrationBuilder.CreateIndex(
                name: "ix_categories_organization_id_name",
                table: "categories",
                columns: new[] { "organization_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_price_entries_product_id",
                table: "price_entries",
                column: "product_id");

            migrationBuilder.CreateIndex(
                name: "ix_price_lists_organization_id",
                table: "price_lists",
                column: "organization_id");

            migrationBuilder.CreateIndex(
                name: "ix_product_imports_organization_id_created_at",
                table: "product_imports",
                columns: new[] { "organization_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_restock_routes_organization_id_name",
                table: "restock_routes",
                columns: new[] { "organization_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_restock_stops_machine_id",
                table: "restock_stops",
                column: "machine_id");

            migrationBuilder.CreateIndex(
                name: "ix_restock_visits_machine_id_closed_at",
                table: "restock_visits",
                columns: new[] { "machine_id", "closed_at" });

            migrationBuilder.CreateIndex(
                name: "ix_restock_visits_organization_id_closed_at",
                table: "restock_visits",
                columns: new[] { "organization_id", "closed_at" });

            migrationBuilder.CreateIndex(
                name: "ix_stock_batches_organization_id_expires_on",
                table: "stock_batches",
                columns: new[] { "organization_id", "expires_on" },
                filter: "expires_on is not null");

            migrationBuilder.CreateIndex(
                name: "ix_stock_batches_place_id_product_id_expires_on",
                table: "stock_batches",
                columns: new[] { "place_id", "product_id", "expires_on" },
                unique: true)
                .Annotation("Npgsql:NullsDistinct", false);

            migrationBuilder.CreateIndex(
                name: "ix_stock_movements_by_hand",
                table: "stock_movements",
                columns: new[] { "organization_id", "kind", "number" },
                filter: "kind <> 'Sale'");

            migrationBuilder.CreateIndex(
                name: "ix_stock_movements_machine_id_at",
                table: "stock_movements",
                columns: new[] { "machine_id", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_stock_movements_organization_id_product_id_number",
                table: "stock_movements",
                columns: new[] { "organization_id", "product_id", "number" });

            migrationBuilder.CreateIndex(
                name: "ix_stock_movements_organization_id_together",
                table: "stock_movements",
                columns: new[] { "organization_id", "together" },
                filter: "together is not null");

            migrationBuilder.CreateIndex(
                name: "ix_stock_movements_place_id_number",
                table: "stock_movements",
                columns: new[] { "place_id", "number" },
                filter: "place_id is not null");

            migrationBuilder.CreateIndex(
                name: "ix_stock_places_organization_id_name",
                table: "stock_places",
                columns: new[] { "organization_id", "name" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "categories");

            migrationBuilder.DropTable(
                name: "price_entries");

            migrationBuilder.DropTable(
                name: "price_lists");

            migrationBuilder.DropTable(
                name: "product_imports");

            migrationBuilder.DropTable(
                name: "product_pictures");

            migrationBuilder.DropTable(
                name: "restock_routes");

            migrationBuilder.DropTable(
                name: "restock_stops");

            migrationBuilder.DropTable(
                name: "restock_visits");

            migrationBuilder.DropTable(
                name: "stock_batches");

            migrationBuilder.DropTable(
                name: "stock_movements");

            migrationBuilder.DropTable(
                name: "stock_places");

            migrationBuilder.DropIndex(
                name: "ix_slots_organization_id_product_id",
                table: "slots");

            migrationBuilder.DropIndex(
                name: "ix_products_organization_id_category",
                table: "products");

            migrationBuilder.DropIndex(
                name: "ix_products_organization_id_name",
                table: "products");

            migrationBuilder.DropIndex(
                name: "ux_products_barcode",
                table: "products");

            migrationBuilder.DropCheckConstraint(
                name: "ck_products_cost",
                table: "products");

            migrationBuilder.DropColumn(
                name: "allergens",
                table: "products");

            migrationBuilder.DropColumn(
                name: "archived_at",
                table: "products");

            migrationBuilder.DropColumn(
                name: "barcode",
                table: "products");

            migrationBuilder.DropColumn(
                name: "cost",
                table: "products");

            migrationBuilder.DropColumn(
                name: "description",
                table: "products");
        }
    }
}

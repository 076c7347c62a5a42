using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <inheritdoc />
    public partial class Takings : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "cost",
                table: "product_days",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "net",
                table: "product_days",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "net_without_cost",
                table: "product_days",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "pieces_without_cost",
                table: "product_days",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "cost",
                table: "machine_days",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "net",
                table: "machine_days",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "net_without_cost",
                table: "machine_days",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "expected",
                table: "cash_collections",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "disputes",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    intent_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    vend_id = table.Column<Guid>(type: "uuid", nullable: true),
                    amount = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "character(3)", fixedLength: true, maxLength: 3, nullable: false),
                    reason = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    due_by = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    opened_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    told_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_disputes", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "product_costs",
                columns: table => new
                {
                    product_id = table.Column<Guid>(type: "uuid", nullable: false),
                    since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    cost = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_product_costs", x => new { x.product_id, x.since });
                });

            migrationBuilder.CreateTable(
                name: "provider_entries",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    word = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    amount = table.Column<long>(type: "bigint", nullable: false),
                    fee = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "character(3)", fixedLength: true, maxLength: 3, nullable: false),
                    intent_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_provider_entries", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "settled_payments",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    key = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    currency = table.Column<string>(type: "character(3)", fixedLength: true, maxLength: 3, nullable: false),
                    vend_id = table.Column<Guid>(type: "uuid", nullable: true),
                    booked = table.Column<long>(type: "bigint", nullable: false),
                    told = table.Column<long>(type: "bigint", nullable: false),
                    booked_entries = table.Column<int>(type: "integer", nullable: false),
                    told_entries = table.Column<int>(type: "integer", nullable: false),
                    first_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_settled_payments", x => new { x.organization_id, x.key, x.currency });
                });

            migrationBuilder.CreateTable(
                name: "settlement_days",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    currency = table.Column<string>(type: "character(3)", fixedLength: true, maxLength: 3, nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    booked = table.Column<long>(type: "bigint", nullable: false),
                    told = table.Column<long>(type: "bigint", nullable: false),
                    fees = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_settlement_days", x => new { x.organization_id, x.day, x.currency, x.kind });
                });

            migrationBuilder.CreateTable(
                name: "settlement_marks",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    told_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    compared_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    trouble = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_settlement_marks", x => x.organization_id);
                });

            migrationBuilder.CreateTable(
                name: "slot_clocks",
                columns: table => new
                {
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    slot = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    product_id = table.Column<Guid>(type: "uuid", nullable: false),
                    level = table.Column<int>(type: "integer", nullable: false),
                    since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    stocked_seconds = table.Column<double>(type: "double precision", nullable: false),
                    pieces = table.Column<double>(type: "double precision", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_slot_clocks", x => new { x.machine_id, x.slot });
                });

            migrationBuilder.CreateTable(
                name: "sold_out_days",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    slot = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    product_id = table.Column<Guid>(type: "uuid", nullable: false),
                    seconds = table.Column<double>(type: "double precision", nullable: false),
                    missed = table.Column<double>(type: "double precision", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sold_out_days", x => new { x.organization_id, x.day, x.machine_id, x.slot, x.product_id });
                });

            migrationBuilder.CreateTable(
                name: "sold_out_marks",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_sold_out_marks", x => x.organization_id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_product_days_without_cost",
                table: "product_days",
                columns: new[] { "organization_id", "product_id" },
                filter: "pieces_without_cost > 0");

            migrationBuilder.CreateIndex(
                name: "ix_disputes_due",
                table: "disputes",
                columns: new[] { "organization_id", "due_by" },
                filter: "due_by is not null");

            migrationBuilder.CreateIndex(
                name: "ix_disputes_organization_id_opened_at",
                table: "disputes",
                columns: new[] { "organization_id", "opened_at" });

            migrationBuilder.CreateIndex(
                name: "ix_provider_entries_organization_id_created_at",
                table: "provider_entries",
                columns: new[] { "organization_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_settled_payments_differ",
                table: "settled_payments",
                columns: new[] { "organization_id", "last_at" },
                filter: "booked <> told");

            migrationBuilder.CreateIndex(
                name: "ix_settled_payments_key",
                table: "settled_payments",
                column: "key");

            migrationBuilder.CreateIndex(
                name: "ix_slot_clocks_empty",
                table: "slot_clocks",
                column: "organization_id",
                filter: "level <= 0 and since is not null");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "disputes");

            migrationBuilder.DropTable(
                name: "product_costs");

            migrationBuilder.DropTable(
                name: "provider_entries");

            migrationBuilder.DropTable(
                name: "settled_payments");

            migrationBuilder.DropTable(
                name: "settlement_days");

            migrationBuilder.DropTable(
                name: "settlement_marks");

            migrationBuilder.DropTable(
                name: "slot_clocks");

            migrationBuilder.DropTable(
                name: "sold_out_days");

            migrationBuilder.DropTable(
                name: "sold_out_marks");

            migrationBuilder.DropIndex(
                name: "ix_product_days_without_cost",
                table: "product_days");

            migrationBuilder.DropColumn(
                name: "cost",
                table: "product_days");

            migrationBuilder.DropColumn(
                name: "net",
                table: "product_days");

            migrationBuilder.DropColumn(
                name: "net_without_cost",
                table: "product_days");

            migrationBuilder.DropColumn(
                name: "pieces_without_cost",
                table: "product_days");

            migrationBuilder.DropColumn(
                name: "cost",
                table: "machine_days");

            migrationBuilder.DropColumn(
                name: "net",
                table: "machine_days");

            migrationBuilder.DropColumn(
                name: "net_without_cost",
                table: "machine_days");

            migrationBuilder.DropColumn(
                name: "expected",
                table: "cash_collections");
        }
    }
}

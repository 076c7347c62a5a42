using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <inheritdoc />
    public partial class Selling : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "subject",
                table: "inbox_events",
                type: "character varying(255)",
                maxLength: 255,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "ledger_checks",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    run = table.Column<Guid>(type: "uuid", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    heard_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    entries = table.Column<long>(type: "bigint", nullable: false),
                    last = table.Column<long>(type: "bigint", nullable: false),
                    head = table.Column<byte[]>(type: "bytea", nullable: false),
                    broken_at = table.Column<long>(type: "bigint", nullable: true),
                    code = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    asked_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_checks", x => x.organization_id);
                });

            migrationBuilder.CreateTable(
                name: "machine_days",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    tender = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    currency = table.Column<string>(type: "character(3)", fixedLength: true, maxLength: 3, nullable: false),
                    sales = table.Column<long>(type: "bigint", nullable: false),
                    failed = table.Column<long>(type: "bigint", nullable: false),
                    given_back = table.Column<long>(type: "bigint", nullable: false),
                    gross = table.Column<long>(type: "bigint", nullable: false),
                    tax = table.Column<long>(type: "bigint", nullable: false),
                    refunded = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_machine_days", x => new { x.organization_id, x.day, x.machine_id, x.tender, x.currency });
                });

            migrationBuilder.CreateTable(
                name: "product_days",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    product_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    category = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    tender = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    tax_basis_points = table.Column<int>(type: "integer", nullable: false),
                    currency = table.Column<string>(type: "character(3)", fixedLength: true, maxLength: 3, nullable: false),
                    pieces = table.Column<long>(type: "bigint", nullable: false),
                    gross = table.Column<long>(type: "bigint", nullable: false),
                    tax = table.Column<long>(type: "bigint", nullable: false),
                    refunded = table.Column<long>(type: "bigint", nullable: false),
                    tax_refunded = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_product_days", x => new { x.organization_id, x.day, x.product_id, x.name, x.category, x.tender, x.tax_basis_points, x.currency });
                });

            migrationBuilder.CreateTable(
                name: "report_marks",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    zone = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_report_marks", x => x.organization_id);
                });

            migrationBuilder.CreateTable(
                name: "saved_views",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    person_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    span = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    rhythm = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    language = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: false),
                    sent_through = table.Column<DateOnly>(type: "date", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_saved_views", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "vend_entries",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    vend_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_vend_entries", x => new { x.organization_id, x.vend_id, x.sequence });
                });

            migrationBuilder.CreateIndex(
                name: "ix_vends_ended_otherwise",
                table: "vends",
                columns: new[] { "organization_id", "status", "reserved_at" },
                filter: "status in ('Cancelled', 'PartlyRefunded', 'Refunded')");

            migrationBuilder.CreateIndex(
                name: "ix_vends_organization_id_reserved_at",
                table: "vends",
                columns: new[] { "organization_id", "reserved_at" });

            migrationBuilder.CreateIndex(
                name: "ix_inbox_events_subject",
                table: "inbox_events",
                column: "subject",
                filter: "subject is not null");

            migrationBuilder.CreateIndex(
                name: "ix_chips_organization_id_id",
                table: "chips",
                columns: new[] { "organization_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_chips_organization_id_label_id",
                table: "chips",
                columns: new[] { "organization_id", "label", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_chip_jobs_organization_id_id",
                table: "chip_jobs",
                columns: new[] { "organization_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_saved_views_organization_id_person_id_id",
                table: "saved_views",
                columns: new[] { "organization_id", "person_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_saved_views_sent",
                table: "saved_views",
                column: "rhythm",
                filter: "rhythm <> 'Never'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ledger_checks");

            migrationBuilder.DropTable(
                name: "machine_days");

            migrationBuilder.DropTable(
                name: "product_days");

            migrationBuilder.DropTable(
                name: "report_marks");

            migrationBuilder.DropTable(
                name: "saved_views");

            migrationBuilder.DropTable(
                name: "vend_entries");

            migrationBuilder.DropIndex(
                name: "ix_vends_ended_otherwise",
                table: "vends");

            migrationBuilder.DropIndex(
                name: "ix_vends_organization_id_reserved_at",
                table: "vends");

            migrationBuilder.DropIndex(
                name: "ix_inbox_events_subject",
                table: "inbox_events");

            migrationBuilder.DropIndex(
                name: "ix_chips_organization_id_id",
                table: "chips");

            migrationBuilder.DropIndex(
                name: "ix_chips_organization_id_label_id",
                table: "chips");

            migrationBuilder.DropIndex(
                name: "ix_chip_jobs_organization_id_id",
                table: "chip_jobs");

            migrationBuilder.DropColumn(
                name: "subject",
                table: "inbox_events");
        }
    }
}

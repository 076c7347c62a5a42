using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <inheritdoc />
    public partial class OrganizationRules : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "actor",
                table: "product_imports",
                type: "character varying(100)",
                maxLength: 100,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "actor_kind",
                table: "product_imports",
                type: "character varying(32)",
                maxLength: 32,
                nullable: false,
                defaultValue: "Person");

            migrationBuilder.AddColumn<string>(
                name: "faults",
                table: "product_imports",
                type: "jsonb",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<int>(
                name: "last_line",
                table: "product_imports",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "lines",
                table: "product_imports",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "on_behalf_of",
                table: "product_imports",
                type: "character varying(100)",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "refused",
                table: "product_imports",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "seen",
                table: "product_imports",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "state",
                table: "product_imports",
                type: "character varying(32)",
                maxLength: 32,
                nullable: false,
                defaultValue: "Checked");

            migrationBuilder.CreateTable(
                name: "refund_terms",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    operator_days = table.Column<int>(type: "integer", nullable: true),
                    administrator_days = table.Column<int>(type: "integer", nullable: true),
                    approval_above = table.Column<long>(type: "bigint", nullable: true),
                    expire_after_days = table.Column<int>(type: "integer", nullable: true),
                    claim_days = table.Column<int>(type: "integer", nullable: true),
                    goodwill_each = table.Column<long>(type: "bigint", nullable: true),
                    goodwill_per_day = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_refund_terms", x => x.organization_id);
                });

            migrationBuilder.CreateTable(
                name: "retention_terms",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    days = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_retention_terms", x => new { x.organization_id, x.kind });
                });

            migrationBuilder.CreateIndex(
                name: "ix_product_imports_running",
                table: "product_imports",
                column: "id",
                filter: "state = 'Running'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "refund_terms");

            migrationBuilder.DropTable(
                name: "retention_terms");

            migrationBuilder.DropIndex(
                name: "ix_product_imports_running",
                table: "product_imports");

            migrationBuilder.DropColumn(
                name: "actor",
                table: "product_imports");

            migrationBuilder.DropColumn(
                name: "actor_kind",
                table: "product_imports");

            migrationBuilder.DropColumn(
                name: "faults",
                table: "product_imports");

            migrationBuilder.DropColumn(
                name: "last_line",
                table: "product_imports");

            migrationBuilder.DropColumn(
                name: "lines",
                table: "product_imports");

            migrationBuilder.DropColumn(
                name: "on_behalf_of",
                table: "product_imports");

            migrationBuilder.DropColumn(
                name: "refused",
                table: "product_imports");

            migrationBuilder.DropColumn(
                name: "seen",
                table: "product_imports");

            migrationBuilder.DropColumn(
                name: "state",
                table: "product_imports");
        }
    }
}

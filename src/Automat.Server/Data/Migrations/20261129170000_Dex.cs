using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <inheritdoc />
    public partial class Dex : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "cash_collections",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    bag = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    counted = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "character(3)", fixedLength: true, maxLength: 3, nullable: false),
                    collected_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    collected_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    read_id = table.Column<Guid>(type: "uuid", nullable: true),
                    entry = table.Column<long>(type: "bigint", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cash_collections", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "dex_reads",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    serial = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: false),
                    source = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    sets_stock = table.Column<bool>(type: "boolean", nullable: false),
                    received_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    plan = table.Column<string>(type: "jsonb", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dex_reads", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "dex_vends",
                columns: table => new
                {
                    vend_id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    read_id = table.Column<Guid>(type: "uuid", nullable: false),
                    booked = table.Column<bool>(type: "boolean", nullable: false),
                    amount = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_dex_vends", x => x.vend_id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_cash_collections_machine_id_collected_at",
                table: "cash_collections",
                columns: new[] { "machine_id", "collected_at" });

            migrationBuilder.CreateIndex(
                name: "ix_cash_collections_organization_id_id",
                table: "cash_collections",
                columns: new[] { "organization_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_dex_reads_machine_id_hash",
                table: "dex_reads",
                columns: new[] { "machine_id", "hash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_dex_reads_machine_id_id",
                table: "dex_reads",
                columns: new[] { "machine_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_dex_reads_open",
                table: "dex_reads",
                column: "received_at",
                filter: "status <> 'Done'");

            migrationBuilder.CreateIndex(
                name: "ix_dex_reads_organization_id_id",
                table: "dex_reads",
                columns: new[] { "organization_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_dex_vends_read_id",
                table: "dex_vends",
                column: "read_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "cash_collections");

            migrationBuilder.DropTable(
                name: "dex_reads");

            migrationBuilder.DropTable(
                name: "dex_vends");
        }
    }
}

using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <inheritdoc />
    public partial class VmFlow : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "vmflow_credits",
                columns: table => new
                {
                    command_id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    units = table.Column<int>(type: "integer", nullable: false),
                    sent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    success_before = table.Column<long>(type: "bigint", nullable: false),
                    board_started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    outcome = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_vmflow_credits", x => x.command_id);
                });

            migrationBuilder.CreateTable(
                name: "vmflow_reports",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    received_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    amount = table.Column<long>(type: "bigint", nullable: false),
                    item = table.Column<int>(type: "integer", nullable: false),
                    late = table.Column<bool>(type: "boolean", nullable: false),
                    insecure = table.Column<bool>(type: "boolean", nullable: false),
                    vend_id = table.Column<Guid>(type: "uuid", nullable: true),
                    booked = table.Column<long>(type: "bigint", nullable: true),
                    refused = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    body = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_vmflow_reports", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_vmflow_credits_open",
                table: "vmflow_credits",
                columns: new[] { "machine_id", "sent_at" },
                filter: "outcome is null");

            migrationBuilder.CreateIndex(
                name: "ix_vmflow_reports_machine_id_kind_at_amount_item",
                table: "vmflow_reports",
                columns: new[] { "machine_id", "kind", "at", "amount", "item" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_vmflow_reports_machine_id_received_at",
                table: "vmflow_reports",
                columns: new[] { "machine_id", "received_at" });

            migrationBuilder.CreateIndex(
                name: "ix_vmflow_reports_received_at",
                table: "vmflow_reports",
                column: "received_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "vmflow_credits");

            migrationBuilder.DropTable(
                name: "vmflow_reports");
        }
    }
}

using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <inheritdoc />
    public partial class RefundCases : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "round",
                table: "paybacks",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateTable(
                name: "cash_payouts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    vend_id = table.Column<Guid>(type: "uuid", nullable: false),
                    amount = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "character(3)", fixedLength: true, maxLength: 3, nullable: false),
                    code_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    paid_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    paid_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    entry = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cash_payouts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "refund_cases",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    vend_id = table.Column<Guid>(type: "uuid", nullable: false),
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    tender = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    amount = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "character(3)", fixedLength: true, maxLength: 3, nullable: false),
                    reason = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    note = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    requested_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    requested_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    decided_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    decided_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    answer = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    entry = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_refund_cases", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_paybacks_failed",
                table: "paybacks",
                columns: new[] { "organization_id", "id" },
                filter: "status = 'Failed'");

            migrationBuilder.CreateIndex(
                name: "ix_cash_payouts_organization_id_code_hash",
                table: "cash_payouts",
                columns: new[] { "organization_id", "code_hash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_cash_payouts_owed",
                table: "cash_payouts",
                columns: new[] { "organization_id", "id" },
                filter: "paid_at is null");

            migrationBuilder.CreateIndex(
                name: "ix_refund_cases_organization_id_id",
                table: "refund_cases",
                columns: new[] { "organization_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_refund_cases_vend_id",
                table: "refund_cases",
                column: "vend_id");

            migrationBuilder.CreateIndex(
                name: "ix_refund_cases_waiting",
                table: "refund_cases",
                column: "expires_at",
                filter: "status = 'Requested'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "cash_payouts");

            migrationBuilder.DropTable(
                name: "refund_cases");

            migrationBuilder.DropIndex(
                name: "ix_paybacks_failed",
                table: "paybacks");

            migrationBuilder.DropColumn(
                name: "round",
                table: "paybacks");
        }
    }
}

using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <inheritdoc />
    public partial class DoubtsAndDebts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "dex_asked_at",
                table: "vmflow_credits",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "given_back",
                table: "debts",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "received",
                table: "debts",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "taken_off",
                table: "debts",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "given_back",
                table: "card_holds",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.CreateIndex(
                name: "ix_vmflow_credits_lost",
                table: "vmflow_credits",
                columns: new[] { "machine_id", "outcome", "sent_at" },
                filter: "outcome in ('board_restarted', 'machine_reset', 'no_evidence')");

            migrationBuilder.CreateIndex(
                name: "ix_debts_organization_id_status_id",
                table: "debts",
                columns: new[] { "organization_id", "status", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_vmflow_credits_lost",
                table: "vmflow_credits");

            migrationBuilder.DropIndex(
                name: "ix_debts_organization_id_status_id",
                table: "debts");

            migrationBuilder.DropColumn(
                name: "dex_asked_at",
                table: "vmflow_credits");

            migrationBuilder.DropColumn(
                name: "given_back",
                table: "debts");

            migrationBuilder.DropColumn(
                name: "received",
                table: "debts");

            migrationBuilder.DropColumn(
                name: "taken_off",
                table: "debts");

            migrationBuilder.DropColumn(
                name: "given_back",
                table: "card_holds");
        }
    }
}

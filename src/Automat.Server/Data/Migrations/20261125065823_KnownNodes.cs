using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <inheritdoc />
    public partial class KnownNodes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "counted_at",
                table: "machine_statuses",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "node",
                table: "machine_statuses",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "told_at",
                table: "machine_statuses",
                type: "timestamp with time zone",
                nullable: false,
                defaultValueSql: "clock_timestamp()");

            migrationBuilder.AddColumn<long>(
                name: "kept_from",
                table: "machine_event_marks",
                type: "bigint",
                nullable: false,
                defaultValue: 1L);

            migrationBuilder.AddColumn<int>(
                name: "sent_by",
                table: "machine_commands",
                type: "integer",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_machine_statuses_told_at",
                table: "machine_statuses",
                column: "told_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_machine_statuses_told_at",
                table: "machine_statuses");

            migrationBuilder.DropColumn(
                name: "counted_at",
                table: "machine_statuses");

            migrationBuilder.DropColumn(
                name: "node",
                table: "machine_statuses");

            migrationBuilder.DropColumn(
                name: "told_at",
                table: "machine_statuses");

            migrationBuilder.DropColumn(
                name: "kept_from",
                table: "machine_event_marks");

            migrationBuilder.DropColumn(
                name: "sent_by",
                table: "machine_commands");
        }
    }
}

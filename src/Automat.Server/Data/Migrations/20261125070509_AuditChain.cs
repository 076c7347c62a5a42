using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <inheritdoc />
    public partial class AuditChain : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterColumn<string>(
                name: "subject",
                table: "audit_events",
                type: "character varying(300)",
                maxLength: 300,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "character varying(200)",
                oldMaxLength: 200);

            migrationBuilder.AddColumn<string>(
                name: "actor_kind",
                table: "audit_events",
                type: "character varying(32)",
                maxLength: 32,
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "changes",
                table: "audit_events",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "correlation_id",
                table: "audit_events",
                type: "character varying(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "hash",
                table: "audit_events",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "number",
                table: "audit_events",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "on_behalf_of",
                table: "audit_events",
                type: "character varying(100)",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "origin",
                table: "audit_events",
                type: "character varying(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "previous_hash",
                table: "audit_events",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "reason",
                table: "audit_events",
                type: "character varying(500)",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "subject_type",
                table: "audit_events",
                type: "character varying(64)",
                maxLength: 64,
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateTable(
                name: "audit_checks",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    events = table.Column<long>(type: "bigint", nullable: false),
                    head = table.Column<byte[]>(type: "bytea", nullable: false),
                    broken_at = table.Column<long>(type: "bigint", nullable: true),
                    code = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    reason = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_checks", x => x.organization_id);
                });

            migrationBuilder.CreateTable(
                name: "audit_heads",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_heads", x => x.organization_id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_audit_events_organization_id_actor_number",
                table: "audit_events",
                columns: new[] { "organization_id", "actor", "number" });

            migrationBuilder.CreateIndex(
                name: "ix_audit_events_organization_id_number",
                table: "audit_events",
                columns: new[] { "organization_id", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_audit_events_organization_id_subject_type_subject_number",
                table: "audit_events",
                columns: new[] { "organization_id", "subject_type", "subject", "number" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "audit_checks");

            migrationBuilder.DropTable(
                name: "audit_heads");

            migrationBuilder.DropIndex(
                name: "ix_audit_events_organization_id_actor_number",
                table: "audit_events");

            migrationBuilder.DropIndex(
                name: "ix_audit_events_organization_id_number",
                table: "audit_events");

            migrationBuilder.DropIndex(
                name: "ix_audit_events_organization_id_subject_type_subject_number",
                table: "audit_events");

            migrationBuilder.DropColumn(
                name: "actor_kind",
                table: "audit_events");

            migrationBuilder.DropColumn(
                name: "changes",
                table: "audit_events");

            migrationBuilder.DropColumn(
                name: "correlation_id",
                table: "audit_events");

            migrationBuilder.DropColumn(
                name: "hash",
                table: "audit_events");

            migrationBuilder.DropColumn(
                name: "number",
                table: "audit_events");

            migrationBuilder.DropColumn(
                name: "on_behalf_of",
                table: "audit_events");

            migrationBuilder.DropColumn(
                name: "origin",
                table: "audit_events");

            migrationBuilder.DropColumn(
                name: "previous_hash",
                table: "audit_events");

            migrationBuilder.DropColumn(
                name: "reason",
                table: "audit_events");

            migrationBuilder.DropColumn(
                name: "subject_type",
                table: "audit_events");

            migrationBuilder.AlterColumn<string>(
                name: "subject",
                table: "audit_events",
                type: "character varying(200)",
                maxLength: 200,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "character varying(300)",
                oldMaxLength: 300);
        }
    }
}

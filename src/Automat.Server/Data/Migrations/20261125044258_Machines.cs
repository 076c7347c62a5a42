using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <inheritdoc />
    public partial class Machines : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "secret_hash",
                table: "machines");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "acknowledged_at",
                table: "machine_commands",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "asked_by",
                table: "machine_commands",
                type: "character varying(100)",
                maxLength: 100,
                nullable: false,
                defaultValue: "sale");

            migrationBuilder.AddColumn<bool>(
                name: "forced",
                table: "machine_commands",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "data_protection_keys",
                columns: table => new
                {
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    xml = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_data_protection_keys", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "machine_enrolments",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    code_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_machine_enrolments", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "machine_outages",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    from = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    to = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    reason = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_machine_outages", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "machine_secrets",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    protected_secret = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    valid_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    revoked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_machine_secrets", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "machine_statuses",
                columns: table => new
                {
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    online = table.Column<bool>(type: "boolean", nullable: false),
                    since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_heard = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    why_not = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    firmware = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    uptime_seconds = table.Column<long>(type: "bigint", nullable: true),
                    faults = table.Column<string>(type: "jsonb", nullable: false),
                    temperatures = table.Column<string>(type: "jsonb", nullable: false),
                    counters = table.Column<string>(type: "jsonb", nullable: false),
                    config_etag = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true),
                    silent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_machine_statuses", x => x.machine_id);
                });

            migrationBuilder.CreateTable(
                name: "vend_counters",
                columns: table => new
                {
                    vend_id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    value = table.Column<long>(type: "bigint", nullable: false),
                    told_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_vend_counters", x => x.vend_id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_vends_buying",
                table: "vends",
                column: "machine_id",
                filter: "status in ('Reserved', 'Delivering')");

            migrationBuilder.CreateIndex(
                name: "ix_vends_unknown",
                table: "vends",
                columns: new[] { "organization_id", "id" },
                filter: "status = 'Unknown'");

            migrationBuilder.CreateIndex(
                name: "ix_machine_enrolments_code_hash",
                table: "machine_enrolments",
                column: "code_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_machine_enrolments_machine_id",
                table: "machine_enrolments",
                column: "machine_id");

            migrationBuilder.CreateIndex(
                name: "ix_machine_outages_machine_id_from",
                table: "machine_outages",
                columns: new[] { "machine_id", "from" });

            migrationBuilder.CreateIndex(
                name: "ux_machine_outages_open",
                table: "machine_outages",
                column: "machine_id",
                unique: true,
                filter: "\"to\" is null");

            migrationBuilder.CreateIndex(
                name: "ix_machine_secrets_machine_id",
                table: "machine_secrets",
                column: "machine_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "data_protection_keys");

            migrationBuilder.DropTable(
                name: "machine_enrolments");

            migrationBuilder.DropTable(
                name: "machine_outages");

            migrationBuilder.DropTable(
                name: "machine_secrets");

            migrationBuilder.DropTable(
                name: "machine_statuses");

            migrationBuilder.DropTable(
                name: "vend_counters");

            migrationBuilder.DropIndex(
                name: "ix_vends_buying",
                table: "vends");

            migrationBuilder.DropIndex(
                name: "ix_vends_unknown",
                table: "vends");

            migrationBuilder.DropColumn(
                name: "acknowledged_at",
                table: "machine_commands");

            migrationBuilder.DropColumn(
                name: "asked_by",
                table: "machine_commands");

            migrationBuilder.DropColumn(
                name: "forced",
                table: "machine_commands");

            migrationBuilder.AddColumn<byte[]>(
                name: "secret_hash",
                table: "machines",
                type: "bytea",
                nullable: false,
                defaultValue: new byte[0]);
        }
    }
}

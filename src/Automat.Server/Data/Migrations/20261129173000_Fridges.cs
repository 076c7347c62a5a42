using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <inheritdoc />
    public partial class Fridges : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "weight",
                table: "products",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "weight_tolerance",
                table: "products",
                type: "bigint",
                nullable: false,
                defaultValue: 5000L);

            migrationBuilder.CreateTable(
                name: "door_visits",
                columns: table => new
                {
                    vend_id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    transaction = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    unlocked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    opened_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    closed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    nothing_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    gave_up = table.Column<bool>(type: "boolean", nullable: false),
                    told_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    mass_before = table.Column<long>(type: "bigint", nullable: true),
                    mass_now = table.Column<long>(type: "bigint", nullable: true),
                    restarted = table.Column<bool>(type: "boolean", nullable: false),
                    items = table.Column<string>(type: "jsonb", nullable: true),
                    taken = table.Column<long>(type: "bigint", nullable: true),
                    source = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    alarmed = table.Column<bool>(type: "boolean", nullable: false),
                    evidence = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    expected = table.Column<long>(type: "bigint", nullable: true),
                    decided_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    given_up_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_door_visits", x => x.vend_id);
                });

            migrationBuilder.CreateTable(
                name: "door_words",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    vend_id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    source = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    text = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_door_words", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "temperature_minutes",
                columns: table => new
                {
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    sensor = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    minute = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    lowest = table.Column<int>(type: "integer", nullable: false),
                    highest = table.Column<int>(type: "integer", nullable: false),
                    sum = table.Column<long>(type: "bigint", nullable: false),
                    readings = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_temperature_minutes", x => new { x.machine_id, x.minute, x.sensor });
                });

            migrationBuilder.AddCheckConstraint(
                name: "ck_products_weight",
                table: "products",
                sql: "weight between 1 and 100000000 and weight_tolerance between 0 and 10000000");

            migrationBuilder.CreateIndex(
                name: "ix_door_visits_machine_id_transaction",
                table: "door_visits",
                columns: new[] { "machine_id", "transaction" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_door_visits_open",
                table: "door_visits",
                column: "unlocked_at",
                filter: "status not in ('Settled', 'Released') and given_up_at is null");

            migrationBuilder.CreateIndex(
                name: "ix_door_visits_organization_id_unlocked_at",
                table: "door_visits",
                columns: new[] { "organization_id", "unlocked_at" });

            migrationBuilder.CreateIndex(
                name: "ix_door_words_vend_id_id",
                table: "door_words",
                columns: new[] { "vend_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_temperature_minutes_minute",
                table: "temperature_minutes",
                column: "minute");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "door_visits");

            migrationBuilder.DropTable(
                name: "door_words");

            migrationBuilder.DropTable(
                name: "temperature_minutes");

            migrationBuilder.DropCheckConstraint(
                name: "ck_products_weight",
                table: "products");

            migrationBuilder.DropColumn(
                name: "weight",
                table: "products");

            migrationBuilder.DropColumn(
                name: "weight_tolerance",
                table: "products");
        }
    }
}

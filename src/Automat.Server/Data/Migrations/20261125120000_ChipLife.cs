using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <inheritdoc />
    public partial class ChipLife : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "pk_chip_keys",
                table: "chip_keys");

            migrationBuilder.AddColumn<int>(
                name: "age_limit",
                table: "products",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "machine_group",
                table: "machines",
                type: "character varying(60)",
                maxLength: 60,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "allowance",
                table: "chips",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "allowance_through",
                table: "chips",
                type: "character varying(16)",
                maxLength: 16,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "credit_line",
                table: "chips",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<bool>(
                name: "employee",
                table: "chips",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<bool>(
                name: "free_vend",
                table: "chips",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<Guid>(
                name: "group_id",
                table: "chips",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "key_version",
                table: "chips",
                type: "integer",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.AddColumn<string>(
                name: "limits",
                table: "chips",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "proof_of_age",
                table: "chips",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "reference",
                table: "chips",
                type: "character varying(100)",
                maxLength: 100,
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "replaced_by",
                table: "chips",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "state_reason",
                table: "chips",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "state_since",
                table: "chips",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "version",
                table: "chip_keys",
                type: "integer",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.AddPrimaryKey(
                name: "pk_chip_keys",
                table: "chip_keys",
                columns: new[] { "organization_id", "version" });

            migrationBuilder.CreateTable(
                name: "chip_credits",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    chip_id = table.Column<Guid>(type: "uuid", nullable: false),
                    amount = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "character(3)", fixedLength: true, maxLength: 3, nullable: false),
                    source = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    granted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    closed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    taken_back = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_chip_credits", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "chip_groups",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    limits = table.Column<string>(type: "jsonb", nullable: true),
                    allowance = table.Column<string>(type: "jsonb", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_chip_groups", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "chip_holders",
                columns: table => new
                {
                    chip_id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    email = table.Column<string>(type: "character varying(254)", maxLength: 254, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_chip_holders", x => x.chip_id);
                });

            migrationBuilder.CreateTable(
                name: "chip_settings",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    limits = table.Column<string>(type: "jsonb", nullable: true),
                    time_zone = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_chip_settings", x => x.organization_id);
                });

            migrationBuilder.CreateTable(
                name: "chip_states",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    chip_id = table.Column<Guid>(type: "uuid", nullable: false),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    reason = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    actor = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_chip_states", x => x.id);
                });

            migrationBuilder.AddCheckConstraint(
                name: "ck_products_age_limit",
                table: "products",
                sql: "age_limit between 1 and 99");

            migrationBuilder.CreateIndex(
                name: "ix_chips_group_id",
                table: "chips",
                column: "group_id",
                filter: "group_id is not null");

            migrationBuilder.CreateIndex(
                name: "ix_chips_organization_id_reference",
                table: "chips",
                columns: new[] { "organization_id", "reference" },
                filter: "reference is not null");

            migrationBuilder.CreateIndex(
                name: "ix_chips_replaced",
                table: "chips",
                column: "organization_id",
                filter: "replaced_by is not null");

            migrationBuilder.AddCheckConstraint(
                name: "ck_chips_credit_line",
                table: "chips",
                sql: "credit_line >= 0");

            migrationBuilder.CreateIndex(
                name: "ix_chip_credits_chip_id",
                table: "chip_credits",
                column: "chip_id");

            migrationBuilder.CreateIndex(
                name: "ix_chip_credits_open",
                table: "chip_credits",
                column: "expires_at",
                filter: "closed_at is null");

            migrationBuilder.CreateIndex(
                name: "ix_chip_groups_organization_id_name",
                table: "chip_groups",
                columns: new[] { "organization_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_chip_states_chip_id_id",
                table: "chip_states",
                columns: new[] { "chip_id", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "chip_credits");

            migrationBuilder.DropTable(
                name: "chip_groups");

            migrationBuilder.DropTable(
                name: "chip_holders");

            migrationBuilder.DropTable(
                name: "chip_settings");

            migrationBuilder.DropTable(
                name: "chip_states");

            migrationBuilder.DropCheckConstraint(
                name: "ck_products_age_limit",
                table: "products");

            migrationBuilder.DropIndex(
                name: "ix_chips_group_id",
                table: "chips");

            migrationBuilder.DropIndex(
                name: "ix_chips_organization_id_reference",
                table: "chips");

            migrationBuilder.DropIndex(
                name: "ix_chips_replaced",
                table: "chips");

            migrationBuilder.DropCheckConstraint(
                name: "ck_chips_credit_line",
                table: "chips");

            migrationBuilder.DropPrimaryKey(
                name: "pk_chip_keys",
                table: "chip_keys");

            migrationBuilder.DropColumn(
                name: "age_limit",
                table: "products");

            migrationBuilder.DropColumn(
                name: "machine_group",
                table: "machines");

            migrationBuilder.DropColumn(
                name: "allowance",
                table: "chips");

            migrationBuilder.DropColumn(
                name: "allowance_through",
                table: "chips");

            migrationBuilder.DropColumn(
                name: "credit_line",
                table: "chips");

            migrationBuilder.DropColumn(
                name: "employee",
                table: "chips");

            migrationBuilder.DropColumn(
                name: "free_vend",
                table: "chips");

            migrationBuilder.DropColumn(
                name: "group_id",
                table: "chips");

            migrationBuilder.DropColumn(
                name: "key_version",
                table: "chips");

            migrationBuilder.DropColumn(
                name: "limits",
                table: "chips");

            migrationBuilder.DropColumn(
                name: "proof_of_age",
                table: "chips");

            migrationBuilder.DropColumn(
                name: "reference",
                table: "chips");

            migrationBuilder.DropColumn(
                name: "replaced_by",
                table: "chips");

            migrationBuilder.DropColumn(
                name: "state_reason",
                table: "chips");

            migrationBuilder.DropColumn(
                name: "state_since",
                table: "chips");

            migrationBuilder.DropColumn(
                name: "version",
                table: "chip_keys");

            migrationBuilder.AddPrimaryKey(
                name: "pk_chip_keys",
                table: "chip_keys",
                column: "organization_id");
        }
    }
}

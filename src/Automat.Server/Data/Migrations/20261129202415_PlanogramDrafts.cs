using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <inheritdoc />
    public partial class PlanogramDrafts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "min_level",
                table: "slots",
                type: "integer",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "planogram_drafts",
                columns: table => new
                {
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    original = table.Column<string>(type: "jsonb", nullable: false),
                    slots = table.Column<string>(type: "jsonb", nullable: false),
                    revision = table.Column<int>(type: "integer", nullable: false),
                    changed_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_planogram_drafts", x => x.machine_id);
                });

            migrationBuilder.CreateTable(
                name: "planogram_templates",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    slots = table.Column<string>(type: "jsonb", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_planogram_templates", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "planogram_versions",
                columns: table => new
                {
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    slots = table.Column<string>(type: "jsonb", nullable: false),
                    origin = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    source = table.Column<int>(type: "integer", nullable: true),
                    published_by = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    published_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    note = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_planogram_versions", x => new { x.machine_id, x.number });
                });

            migrationBuilder.CreateIndex(
                name: "ix_planogram_templates_organization_id_name",
                table: "planogram_templates",
                columns: new[] { "organization_id", "name" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "planogram_drafts");

            migrationBuilder.DropTable(
                name: "planogram_templates");

            migrationBuilder.DropTable(
                name: "planogram_versions");

            migrationBuilder.DropColumn(
                name: "min_level",
                table: "slots");
        }
    }
}

using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <inheritdoc />
    public partial class CustomerReports : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "changed_at",
                table: "customer_messages",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "email",
                table: "customer_messages",
                type: "character varying(256)",
                maxLength: 256,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "language",
                table: "customer_messages",
                type: "character varying(8)",
                maxLength: 8,
                nullable: false,
                defaultValue: "en");

            migrationBuilder.AddColumn<string>(
                name: "machine_id",
                table: "customer_messages",
                type: "character varying(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "note",
                table: "customer_messages",
                type: "character varying(1000)",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "photo",
                table: "customer_messages",
                type: "bytea",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "state",
                table: "customer_messages",
                type: "character varying(32)",
                maxLength: 32,
                nullable: false,
                defaultValue: "New");

            migrationBuilder.AddColumn<string>(
                name: "topic",
                table: "customer_messages",
                type: "character varying(32)",
                maxLength: 32,
                nullable: false,
                defaultValue: "Other");

            migrationBuilder.AddColumn<Guid>(
                name: "vend_id",
                table: "customer_messages",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "channel_posts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    topic = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    text = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    next_attempt_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    sent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_error = table.Column<string>(type: "character varying(300)", maxLength: 300, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_channel_posts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "channels",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sealed_address = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    ending = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: true),
                    tells_messages = table.Column<bool>(type: "boolean", nullable: false),
                    tells_stock = table.Column<bool>(type: "boolean", nullable: false),
                    tells_sales = table.Column<bool>(type: "boolean", nullable: false),
                    names_people = table.Column<bool>(type: "boolean", nullable: false),
                    covers_words = table.Column<bool>(type: "boolean", nullable: false),
                    words = table.Column<string>(type: "character varying(20000)", maxLength: 20000, nullable: false),
                    sales_up_to = table.Column<long>(type: "bigint", nullable: true),
                    paused_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_channels", x => x.organization_id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_customer_messages_organization_id_machine_id_received_at",
                table: "customer_messages",
                columns: new[] { "organization_id", "machine_id", "received_at" });

            migrationBuilder.CreateIndex(
                name: "ix_customer_messages_organization_id_state_received_at",
                table: "customer_messages",
                columns: new[] { "organization_id", "state", "received_at" });

            migrationBuilder.CreateIndex(
                name: "ix_channel_posts_organization_id_created_at",
                table: "channel_posts",
                columns: new[] { "organization_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_channel_posts_waiting",
                table: "channel_posts",
                columns: new[] { "organization_id", "next_attempt_at" },
                filter: "status = 'Waiting'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "channel_posts");

            migrationBuilder.DropTable(
                name: "channels");

            migrationBuilder.DropIndex(
                name: "ix_customer_messages_organization_id_machine_id_received_at",
                table: "customer_messages");

            migrationBuilder.DropIndex(
                name: "ix_customer_messages_organization_id_state_received_at",
                table: "customer_messages");

            migrationBuilder.DropColumn(
                name: "changed_at",
                table: "customer_messages");

            migrationBuilder.DropColumn(
                name: "email",
                table: "customer_messages");

            migrationBuilder.DropColumn(
                name: "language",
                table: "customer_messages");

            migrationBuilder.DropColumn(
                name: "machine_id",
                table: "customer_messages");

            migrationBuilder.DropColumn(
                name: "note",
                table: "customer_messages");

            migrationBuilder.DropColumn(
                name: "photo",
                table: "customer_messages");

            migrationBuilder.DropColumn(
                name: "state",
                table: "customer_messages");

            migrationBuilder.DropColumn(
                name: "topic",
                table: "customer_messages");

            migrationBuilder.DropColumn(
                name: "vend_id",
                table: "customer_messages");
        }
    }
}

using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <inheritdoc />
    public partial class CardHolds : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "card",
                table: "purchases",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "offer",
                table: "purchases",
                type: "jsonb",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "card_holds",
                columns: table => new
                {
                    vend_id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    intent_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    amount = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "character(3)", fixedLength: true, maxLength: 3, nullable: false),
                    customer_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    method_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    card = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    offer = table.Column<string>(type: "jsonb", nullable: false),
                    basket = table.Column<string>(type: "jsonb", nullable: false),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    wanted = table.Column<long>(type: "bigint", nullable: false),
                    received = table.Column<long>(type: "bigint", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    round = table.Column<int>(type: "integer", nullable: false),
                    next_attempt_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    error = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_card_holds", x => x.vend_id);
                });

            migrationBuilder.CreateTable(
                name: "debts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    vend_id = table.Column<Guid>(type: "uuid", nullable: false),
                    provider = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    customer_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    method_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    card = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    amount = table.Column<long>(type: "bigint", nullable: false),
                    currency = table.Column<string>(type: "character(3)", fixedLength: true, maxLength: 3, nullable: false),
                    reason = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    round = table.Column<int>(type: "integer", nullable: false),
                    next_attempt_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    error = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    intent_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_debts", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "saved_cards",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    owner = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    method_id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    brand = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    last4 = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: true),
                    saved_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_saved_cards", x => new { x.organization_id, x.customer_id });
                });

            migrationBuilder.CreateIndex(
                name: "ix_card_holds_due",
                table: "card_holds",
                column: "next_attempt_at",
                filter: "status in ('Held', 'Capturing', 'Releasing')");

            migrationBuilder.CreateIndex(
                name: "ix_card_holds_intent_id",
                table: "card_holds",
                column: "intent_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_debts_card",
                table: "debts",
                columns: new[] { "organization_id", "card" },
                filter: "status = 'Owed'");

            migrationBuilder.CreateIndex(
                name: "ix_debts_customer",
                table: "debts",
                columns: new[] { "organization_id", "customer_id" },
                filter: "status = 'Owed'");

            migrationBuilder.CreateIndex(
                name: "ix_debts_due",
                table: "debts",
                column: "next_attempt_at",
                filter: "status = 'Owed' and next_attempt_at is not null");

            migrationBuilder.CreateIndex(
                name: "ix_debts_vend_id",
                table: "debts",
                column: "vend_id");

            migrationBuilder.CreateIndex(
                name: "ix_saved_cards_organization_id_owner",
                table: "saved_cards",
                columns: new[] { "organization_id", "owner" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "card_holds");

            migrationBuilder.DropTable(
                name: "debts");

            migrationBuilder.DropTable(
                name: "saved_cards");

            migrationBuilder.DropColumn(
                name: "card",
                table: "purchases");

            migrationBuilder.DropColumn(
                name: "offer",
                table: "purchases");
        }
    }
}

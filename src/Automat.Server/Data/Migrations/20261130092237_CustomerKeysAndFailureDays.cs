using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <inheritdoc />
    public partial class CustomerKeysAndFailureDays : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "customer_id",
                table: "customer_links",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "customer_passkeys",
                columns: table => new
                {
                    credential_id = table.Column<byte[]>(type: "bytea", maxLength: 1024, nullable: false),
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    customer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    public_key = table.Column<byte[]>(type: "bytea", maxLength: 2048, nullable: false),
                    sign_count = table.Column<long>(type: "bigint", nullable: false),
                    is_backup_eligible = table.Column<bool>(type: "boolean", nullable: false),
                    is_backed_up = table.Column<bool>(type: "boolean", nullable: false),
                    transports = table.Column<string[]>(type: "text[]", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_customer_passkeys", x => x.credential_id);
                    table.ForeignKey(
                        name: "fk_customer_passkeys_customers_customer_id",
                        column: x => x.customer_id,
                        principalTable: "customers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "failure_days",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    slot = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    reason = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    currency = table.Column<string>(type: "character(3)", fixedLength: true, maxLength: 3, nullable: false),
                    name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    failed = table.Column<long>(type: "bigint", nullable: false),
                    given_back = table.Column<long>(type: "bigint", nullable: false),
                    refunded = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_failure_days", x => new { x.organization_id, x.day, x.machine_id, x.slot, x.reason, x.currency });
                });

            migrationBuilder.CreateIndex(
                name: "ix_machine_days_sums",
                table: "machine_days",
                columns: new[] { "organization_id", "day" })
                .Annotation("Npgsql:IndexInclude", new[] { "machine_id", "tender", "currency", "sales", "failed", "gross", "tax", "refunded", "net", "cost", "net_without_cost" });

            migrationBuilder.CreateIndex(
                name: "ix_customer_links_customer_id",
                table: "customer_links",
                column: "customer_id");

            migrationBuilder.CreateIndex(
                name: "ix_customer_passkeys_customer_id",
                table: "customer_passkeys",
                column: "customer_id");

            migrationBuilder.AddForeignKey(
                name: "fk_customer_links_customers_customer_id",
                table: "customer_links",
                column: "customer_id",
                principalTable: "customers",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            // An index leads from orders and chips to what was kept under the former address; the tenant's policy would hide it from
            // a plain query. The function sees the connection's own organisation only.
            migrationBuilder.Sql(
                """
                create function customer_moved(customer uuid, former text, email_now text) returns void
                    language plpgsql security definer set search_path = pg_catalog, public as $$
                begin
                    if tenant_now() is null then
                        raise exception 'this connection works for no organisation' using errcode = '42501';
                    end if;
                    update purchases p set email = email_now
                        from orders o where o.customer_id = customer and o.organization_id = tenant_now() and p.id = o.purchase_id
                            and p.organization_id = tenant_now() and lower(p.email) = former;
                    update chip_holders h set email = email_now
                        from chip_accounts a where a.customer_id = customer and a.organization_id = tenant_now() and h.chip_id = a.chip_id
                            and h.organization_id = tenant_now() and lower(h.email) = former;
                end $$;
                revoke all on function customer_moved(uuid, text, text) from public;
                grant execute on function customer_moved(uuid, text, text) to automat_serving;
                """);

            // Days are written by the server's own sweep and by nobody else. It computes all of them anew, with what went wrong.
            migrationBuilder.Sql(
                """
                revoke insert, update, delete on failure_days from automat_serving;
                grant insert, update, delete on failure_days to automat_crossing;
                update report_marks set sequence = 0;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("drop function customer_moved(uuid, text, text)");

            migrationBuilder.DropForeignKey(
                name: "fk_customer_links_customers_customer_id",
                table: "customer_links");

            migrationBuilder.DropTable(
                name: "customer_passkeys");

            migrationBuilder.DropTable(
                name: "failure_days");

            migrationBuilder.DropIndex(
                name: "ix_machine_days_sums",
                table: "machine_days");

            migrationBuilder.DropIndex(
                name: "ix_customer_links_customer_id",
                table: "customer_links");

            migrationBuilder.DropColumn(
                name: "customer_id",
                table: "customer_links");
        }
    }
}

using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>Sums that reports of many days would make each time.</summary>
    public partial class LongReports : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "machine_spans",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    currency = table.Column<string>(type: "character(3)", fixedLength: true, maxLength: 3, nullable: false),
                    length = table.Column<int>(type: "integer", nullable: false),
                    first = table.Column<DateOnly>(type: "date", nullable: false),
                    machine_id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    sales = table.Column<long>(type: "bigint", nullable: false),
                    failed = table.Column<long>(type: "bigint", nullable: false),
                    gross = table.Column<long>(type: "bigint", nullable: false),
                    tax = table.Column<long>(type: "bigint", nullable: false),
                    refunded = table.Column<long>(type: "bigint", nullable: false),
                    net = table.Column<long>(type: "bigint", nullable: false),
                    cost = table.Column<long>(type: "bigint", nullable: false),
                    net_without_cost = table.Column<long>(type: "bigint", nullable: false),
                    cash = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_machine_spans", x => new { x.organization_id, x.length, x.first, x.machine_id, x.currency });
                });

            migrationBuilder.CreateTable(
                name: "tender_days",
                columns: table => new
                {
                    organization_id = table.Column<Guid>(type: "uuid", nullable: false),
                    currency = table.Column<string>(type: "character(3)", fixedLength: true, maxLength: 3, nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    tender = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    sales = table.Column<long>(type: "bigint", nullable: false),
                    failed = table.Column<long>(type: "bigint", nullable: false),
                    gross = table.Column<long>(type: "bigint", nullable: false),
                    tax = table.Column<long>(type: "bigint", nullable: false),
                    refunded = table.Column<long>(type: "bigint", nullable: false),
                    net = table.Column<long>(type: "bigint", nullable: false),
                    cost = table.Column<long>(type: "bigint", nullable: false),
                    net_without_cost = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_tender_days", x => new { x.organization_id, x.day, x.tender, x.currency });
                });

            migrationBuilder.Sql(
                """
                revoke insert, update, delete on machine_spans, tender_days from automat_serving;
                grant insert, update, delete on machine_spans, tender_days to automat_crossing;

                insert into machine_spans (organization_id, length, first, machine_id, currency, sales, failed, gross, tax, refunded, net,
                    cost, net_without_cost, cash)
                select organization_id, length, day - (day - date '0001-01-01') % length, machine_id, currency, sum(sales), sum(failed),
                    sum(gross), sum(tax), sum(refunded), sum(net), sum(cost), sum(net_without_cost),
                    coalesce(sum(gross) filter (where tender = 'Cash'), 0)
                from machine_days, unnest(array[7, 28]) length group by 1, 2, 3, 4, 5 order by 1, 2, 3;

                insert into tender_days (organization_id, day, tender, currency, sales, failed, gross, tax, refunded, net, cost,
                    net_without_cost)
                select organization_id, day, tender, currency, sum(sales), sum(failed), sum(gross), sum(tax), sum(refunded), sum(net),
                    sum(cost), sum(net_without_cost)
                from machine_days group by 1, 2, 3, 4 order by 1, 2;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "machine_spans");

            migrationBuilder.DropTable(
                name: "tender_days");
        }
    }
}

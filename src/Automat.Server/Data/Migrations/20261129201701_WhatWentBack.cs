using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: what was paid and given back before these columns were there. Until now all refunds went over the hold.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261129201701_WhatWentBack")]
    public sealed class WhatWentBack : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            update debts set received = amount where status = 'Paid';
            update card_holds h set given_back = least(v.refunded, h.wanted) from vends v where v.id = h.vend_id and v.refunded > 0;
            """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            // The columns go with the migration before.
        }
    }
}

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: what was paid and given back before these columns were there, when all refunds went over the hold; and
    /// that no payment gives back more than it brought.
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
            -- What is owed is more than nothing; what was given back before it was paid may be all of it.
            alter table debts
                drop constraint ck_debts_amount,
                add constraint ck_debts_amount check (amount >= 0 and (amount > 0 or status <> 'Owed')),
                add constraint ck_debts_given_back check (given_back between 0 and received);
            alter table card_holds add constraint ck_card_holds_given_back check (given_back >= 0);
            """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            alter table card_holds drop constraint ck_card_holds_given_back;
            alter table debts drop constraint ck_debts_given_back, drop constraint ck_debts_amount,
                add constraint ck_debts_amount check (amount > 0) not valid;
            """);
    }
}

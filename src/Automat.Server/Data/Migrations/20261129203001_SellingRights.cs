using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: which entries name a sale, and what days came to, is written by the server's own sweeps and by
    /// nobody else. Entries from before are taken in here.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261129203001_SellingRights")]
    public sealed class SellingRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            insert into vend_entries (organization_id, vend_id, sequence)
            select e.organization_id, (j -> 'details' ->> 'vend')::uuid, e.sequence
            from posting_marks m join ledger_entries e on e.organization_id = m.organization_id and e.sequence <= m.sequence,
                lateral (select e.payload::jsonb as j offset 0) l
            where j -> 'details' ? 'vend';

            revoke insert, update, delete on vend_entries, machine_days, product_days, report_marks from automat_serving;
            grant insert on vend_entries to automat_crossing;
            grant insert, update, delete on machine_days, product_days to automat_crossing;
            grant insert, update on report_marks to automat_crossing;
            """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            "grant insert, update, delete on vend_entries, machine_days, product_days, report_marks to automat_serving;");
    }
}

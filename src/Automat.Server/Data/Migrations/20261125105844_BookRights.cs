using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: postings and closings are only ever added, by the server's own sweep, and refused to be changed by
    /// anybody, like the entries they were taken from.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261125105844_BookRights")]
    public sealed class BookRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            revoke insert, update, delete on ledger_postings, posting_marks, closings from automat_serving;
            grant insert on ledger_postings, posting_marks, closings to automat_crossing;
            grant update on posting_marks to automat_crossing;

            create trigger ledger_postings_append_only before update or delete on ledger_postings
                for each row execute function refuse_change();
            create trigger ledger_postings_no_truncate before truncate on ledger_postings
                for each statement execute function refuse_change();
            create trigger closings_append_only before update or delete on closings
                for each row execute function refuse_change();
            create trigger closings_no_truncate before truncate on closings
                for each statement execute function refuse_change();
            """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            drop trigger ledger_postings_append_only on ledger_postings;
            drop trigger ledger_postings_no_truncate on ledger_postings;
            drop trigger closings_append_only on closings;
            drop trigger closings_no_truncate on closings;
            """);
    }
}

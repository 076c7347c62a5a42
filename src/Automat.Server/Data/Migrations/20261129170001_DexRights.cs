using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: collections are written by the journal alone and never changed; an audit file and what it counts
    /// are only added to.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261129170001_DexRights")]
    public sealed class DexRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            alter table cash_collections add constraint ck_cash_collections_counted check (counted >= 0);
            revoke insert, update, delete on cash_collections from automat_serving;
            grant select, insert on cash_collections to automat_journal;
            create trigger cash_collections_append_only before update or delete on cash_collections
                for each row execute function refuse_change();
            create trigger cash_collections_no_truncate before truncate on cash_collections
                for each statement execute function refuse_change();

            revoke update, delete on dex_vends from automat_serving;
            revoke update, delete on dex_reads from automat_serving;
            grant update (status, plan) on dex_reads to automat_serving;
            """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            drop trigger cash_collections_append_only on cash_collections;
            drop trigger cash_collections_no_truncate on cash_collections;
            """);
    }
}

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: claims are filed and decided by the journal alone; whoever serves forgets a customer's address and
    /// words, and notes that they were told. Goodwill of a day only grows.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261125104955_ClaimRights")]
    public sealed class ClaimRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            create index ix_claims_email on claims (lower(email)) where email is not null;
            alter table goodwill_days add constraint ck_goodwill_days_amount check (amount >= 0);

            revoke insert, update, delete on claims, goodwill_days from automat_serving;
            grant update (email, text, told_at) on claims to automat_serving;
            grant select, insert, update on claims, goodwill_days to automat_journal;
            """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            drop index ix_claims_email;
            """);
    }
}

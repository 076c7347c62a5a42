using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>What EF cannot say: top-ups by card are written by the journal alone.</summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261129160001_CardTopUpRights")]
    public sealed class CardTopUpRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            revoke insert, update, delete on card_top_ups from automat_serving;
            grant select, insert, update on card_top_ups to automat_journal;
            """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
        }
    }
}

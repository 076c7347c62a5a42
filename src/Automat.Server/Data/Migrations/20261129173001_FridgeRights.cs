using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: the evidence of a visit is only added to; temperatures are written by the server's own sweep, which
    /// adds up what several nodes heard, and by nobody else.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261129173001_FridgeRights")]
    public sealed class FridgeRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            revoke update, delete on door_words from automat_serving;
            -- What is too old goes by the server's own sweep.
            grant delete on door_words to automat_crossing;
            revoke delete on door_visits from automat_serving;
            revoke insert, update, delete on temperature_minutes from automat_serving;
            grant insert, update, delete on temperature_minutes to automat_crossing;
            """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            grant insert, update, delete on temperature_minutes to automat_serving;
            grant delete on door_visits to automat_serving;
            grant update, delete on door_words to automat_serving;
            """);
    }
}

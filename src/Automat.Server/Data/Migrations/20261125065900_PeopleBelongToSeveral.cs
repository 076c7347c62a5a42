using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// Until now a person was a row of one organisation. Before that column goes, its policies go, and who works where is
    /// put aside until there are memberships to keep it in.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261125065900_PeopleBelongToSeveral")]
    public sealed class PeopleBelongToSeveral : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            create table people_before as select id, organization_id as worked_for from people;
            drop policy if exists tenant on people;
            drop policy if exists journal on people;
            drop policy if exists crossing on people;
            alter table people disable row level security;
            """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("drop table people_before;");
    }
}

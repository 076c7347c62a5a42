using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: whoever worked for an organisation goes on to, and who worked here or was invited stays known.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261125070000_PeopleRights")]
    public sealed class PeopleRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            -- Everybody who could sign in was an administrator.
            insert into memberships (organization_id, person_id, role, created_at)
                select worked_for, id, 'Admin', now() from people_before;
            drop table people_before;
            revoke delete on memberships, invitations from automat_serving;
            """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            create table people_before as select person_id as id, organization_id as worked_for from memberships;
            grant delete on memberships, invitations to automat_serving;
            """);
    }
}

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>What EF cannot say: the layouts a machine had are only added to.</summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261129202416_PlanogramRights")]
    public sealed class PlanogramRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            revoke update, delete on planogram_versions from automat_serving;
            create trigger planogram_versions_append_only before update or delete on planogram_versions
                for each row execute function refuse_change();
            """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            drop trigger planogram_versions_append_only on planogram_versions;
            grant update, delete on planogram_versions to automat_serving;
            """);
    }
}

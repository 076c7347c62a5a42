using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: a VMflow board's name on the wire is one machine's alone, and so is the client id it is known by.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261129171001_VmFlowRights")]
    public sealed class VmFlowRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            create unique index ux_machines_setting_vmflow_sub on machines (coalesce(settings ->> 'sub', id))
                where driver = 'vmflow' and state <> 'Retired';
            create unique index ux_machines_setting_vmflow_client on machines ((settings ->> 'client_id'))
                where driver = 'vmflow' and state <> 'Retired' and settings ->> 'client_id' is not null;

            -- What a board was given stays as it was; only its outcome is added.
            revoke delete on vmflow_credits from automat_serving;
            """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            "drop index ux_machines_setting_vmflow_client; drop index ux_machines_setting_vmflow_sub;");
    }
}

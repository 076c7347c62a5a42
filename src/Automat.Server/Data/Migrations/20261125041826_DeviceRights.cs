using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: one open sale per chip, what the journal may see of chips, and that what a machine told stays told.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261125041826_DeviceRights")]
    public class DeviceRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                -- A chip pays for one thing at a time, whatever several machines do at the same moment.
                create unique index ux_vends_open_chip on vends (tender_reference)
                    where tender_kind = 'Chip' and status in ('Reserved', 'Delivering', 'Unknown');
                """);
            migrationBuilder.Sql(
                """
                -- The journal locks the chips it decides about (select for update asks for the right to update).
                grant select, update on chips to automat_journal;
                revoke delete on chips from automat_serving;
                revoke update, delete on chip_keys from automat_serving;
                revoke update, delete on machine_events from automat_serving;
                revoke delete on machine_event_marks from automat_serving;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            migrationBuilder.Sql("drop index ux_vends_open_chip;");
    }
}

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: nodes hear of commands other nodes wrote down, and old machine events may be removed by the sweep.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261125065824_NodeRights")]
    public class NodeRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            -- Says for which machine, and which node wrote: to that one it is no news.
            create function tell_command() returns trigger language plpgsql as $$
            begin
                perform pg_notify('machines_commanded',
                    new.machine_id || ' ' || coalesce(current_setting('automat.node', true), ''));
                return null;
            end $$;

            create trigger machine_commands_written after insert on machine_commands
                for each row execute function tell_command();
            create trigger machine_commands_waiting after update of state on machine_commands
                for each row when (new.state = 'Waiting' and old.state <> 'Waiting') execute function tell_command();

            -- Only the server's own sweep forgets what machines told, long after.
            grant delete on machine_events to automat_crossing;
            """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            drop trigger machine_commands_written on machine_commands;
            drop trigger machine_commands_waiting on machine_commands;
            drop function tell_command();
            revoke delete on machine_events from automat_crossing;
            """);
    }
}

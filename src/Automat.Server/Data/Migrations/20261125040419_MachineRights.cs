using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: keys are never changed, secrets never removed, and every node hears of changed machines.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261125040419_MachineRights")]
    public class MachineRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                revoke update, delete on data_protection_keys from automat_serving;
                revoke delete on machine_secrets from automat_serving;
                """);
            migrationBuilder.Sql(
                """
                -- Who remembers a machine, its secrets or its planogram forgets them when told so, on every node.
                create function tell_machine_changed() returns trigger language plpgsql as $$
                begin
                    perform pg_notify('machines_changed',
                        (case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end) ->> tg_argv[0]);
                    return null;
                end $$;

                create trigger machines_told after insert or update or delete on machines
                    for each row execute function tell_machine_changed('id');
                create trigger machine_secrets_told after insert or update or delete on machine_secrets
                    for each row execute function tell_machine_changed('machine_id');
                -- Not for stock: the journal moves it with every sale.
                create trigger slots_told after insert or delete or update of product_id, price, capacity, par_level on slots
                    for each row execute function tell_machine_changed('machine_id');
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            drop trigger machines_told on machines;
            drop trigger machine_secrets_told on machine_secrets;
            drop trigger slots_told on slots;
            drop function tell_machine_changed();
            """);
    }
}

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: keys are never changed, secrets never removed, and every node hears of changed machines.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261125044259_MachineRights")]
    public class MachineRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                revoke update, delete on data_protection_keys from automat_serving;
                revoke delete on machine_secrets, machine_enrolments, machine_outages from automat_serving;
                revoke update, delete on vend_counters from automat_serving;
                """);
            migrationBuilder.Sql(
                """
                -- Who remembers a machine, its secrets or its planogram forgets them when told so, on every node.
                create function tell_machine() returns trigger language plpgsql as $$
                begin
                    perform pg_notify(tg_argv[0],
                        (case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end) ->> tg_argv[1]);
                    return null;
                end $$;

                create trigger machines_changed after insert or update or delete on machines
                    for each row execute function tell_machine('machines_changed', 'id');
                create trigger machine_secrets_changed after insert or update or delete on machine_secrets
                    for each row execute function tell_machine('machines_changed', 'machine_id');
                -- Not for stock: the journal moves it with every sale.
                create trigger slots_changed after insert or delete or update of product_id, price, capacity, par_level on slots
                    for each row execute function tell_machine('machines_changed', 'machine_id');
                -- Whoever has no right to be connected any more is disconnected.
                create trigger machines_retired after update of state on machines
                    for each row when (new.state = 'Retired' and old.state <> 'Retired')
                    execute function tell_machine('machines_closed', 'id');
                create trigger machine_secrets_revoked after update of revoked_at on machine_secrets
                    for each row when (old.revoked_at is null and new.revoked_at is not null)
                    execute function tell_machine('machines_closed', 'machine_id');
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            drop trigger machines_changed on machines;
            drop trigger machines_retired on machines;
            drop trigger machine_secrets_changed on machine_secrets;
            drop trigger machine_secrets_revoked on machine_secrets;
            drop trigger slots_changed on slots;
            drop function tell_machine();
            """);
    }
}

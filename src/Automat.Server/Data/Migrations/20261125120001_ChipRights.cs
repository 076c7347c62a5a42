using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: a chip that pays nothing buys one thing at a time, too; what the journal and requests may do with
    /// chips, their holders, keys and history.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261125120001_ChipRights")]
    public sealed class ChipRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                drop index ux_vends_open_chip;
                create unique index ux_vends_open_chip on vends (tender_reference)
                    where tender_kind in ('Chip', 'FreeVend') and status in ('Reserved', 'Delivering', 'Unknown');
                -- What a chip bought lately: its limits are counted from it.
                create index ix_vends_chip on vends (tender_reference, reserved_at) where tender_kind in ('Chip', 'FreeVend');
                """);
            migrationBuilder.Sql(
                """
                -- The journal issues chips, moves them on, and notes what staff had booked in the same transaction.
                grant insert on chips to automat_journal;
                grant select, insert, update on chip_holders, chip_credits to automat_journal;
                grant insert on chip_states to automat_journal;
                grant select (organization_id, version, created_at), insert on chip_keys to automat_journal;
                grant select on chip_groups, chip_settings to automat_journal;
                grant select (id, machine_group) on machines to automat_journal;
                grant insert (id, organization_id, at, actor_kind, actor, on_behalf_of, origin, action, subject_type, subject,
                    changes, reason, correlation_id) on audit_events to automat_journal;

                -- Credit is the journal's alone; history is only added to; a key goes when no chip needs it.
                revoke insert, update, delete on chip_credits from automat_serving;
                revoke update, delete on chip_states from automat_serving;
                grant delete on chip_keys to automat_serving;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            drop index ix_vends_chip;
            drop index ux_vends_open_chip;
            create unique index ux_vends_open_chip on vends (tender_reference)
                where tender_kind = 'Chip' and status in ('Reserved', 'Delivering', 'Unknown');
            """);
    }
}

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: refunds are written by the journal alone, with the audit of each step in the same transaction; and
    /// the second person of a refund is another one, whatever any program does.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261125103522_RefundRights")]
    public sealed class RefundRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            alter table refund_cases
                add constraint ck_refund_cases_amount check (amount > 0),
                add constraint ck_refund_cases_second_person check (decided_by is null or decided_by <> requested_by);
            alter table cash_payouts add constraint ck_cash_payouts_amount check (amount > 0);

            revoke insert, update, delete on refund_cases, cash_payouts from automat_serving;
            grant select, insert, update on refund_cases, cash_payouts to automat_journal;

            -- The journal notes what it does: it adds events like whoever serves, and can neither number nor change any.
            grant insert (id, organization_id, at, actor_kind, actor, on_behalf_of, origin, action, subject_type, subject,
                changes, reason, correlation_id) on audit_events to automat_journal;
            """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            revoke insert (id, organization_id, at, actor_kind, actor, on_behalf_of, origin, action, subject_type, subject,
                changes, reason, correlation_id) on audit_events from automat_journal;
            """);
    }
}

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: refunds and claims are written by the journal alone, with the audit of each step in the same
    /// transaction; the second person of a refund is another one, whatever any program does; and postings and closings are
    /// only ever added, by the server's own sweep.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261125111322_MoneyBackRights")]
    public sealed class MoneyBackRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                alter table refund_cases
                    add constraint ck_refund_cases_amount check (amount > 0),
                    add constraint ck_refund_cases_second_person check (decided_by is null or decided_by <> requested_by);
                alter table cash_payouts add constraint ck_cash_payouts_amount check (amount > 0);
                alter table goodwill_days add constraint ck_goodwill_days_amount check (amount >= 0);
                create index ix_claims_email on claims (lower(email)) where email is not null;
                update paybacks set checked_at = paid_at where paid_at is not null;
                """);
            migrationBuilder.Sql(
                """
                revoke insert, update, delete on refund_cases, cash_payouts, claims, goodwill_days from automat_serving;
                grant select, insert, update on refund_cases, cash_payouts, claims, goodwill_days to automat_journal;
                -- Whoever serves forgets a customer's address and words, and notes that they were told.
                grant update (email, text, told_at) on claims to automat_serving;

                -- The journal notes what it does: it adds events like whoever serves, and can neither number nor change any.
                grant insert (id, organization_id, at, actor_kind, actor, on_behalf_of, origin, action, subject_type, subject,
                    changes, reason, correlation_id) on audit_events to automat_journal;
                """);
            migrationBuilder.Sql(
                """
                revoke insert, update, delete on ledger_postings, posting_marks, closings from automat_serving;
                grant insert on ledger_postings, posting_marks, closings to automat_crossing;
                grant update on posting_marks to automat_crossing;

                create trigger ledger_postings_append_only before update or delete on ledger_postings
                    for each row execute function refuse_change();
                create trigger ledger_postings_no_truncate before truncate on ledger_postings
                    for each statement execute function refuse_change();
                create trigger closings_append_only before update or delete on closings
                    for each row execute function refuse_change();
                create trigger closings_no_truncate before truncate on closings
                    for each statement execute function refuse_change();
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            drop trigger ledger_postings_append_only on ledger_postings;
            drop trigger ledger_postings_no_truncate on ledger_postings;
            drop trigger closings_append_only on closings;
            drop trigger closings_no_truncate on closings;
            drop index ix_claims_email;
            revoke insert (id, organization_id, at, actor_kind, actor, on_behalf_of, origin, action, subject_type, subject,
                changes, reason, correlation_id) on audit_events from automat_journal;
            """);
    }
}

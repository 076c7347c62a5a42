using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: the roles of few rights that requests and the journal work under, and triggers that refuse any
    /// change to what is booked, whoever asks.
    /// </summary>
    public partial class RolesAndGuards : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Roles belong to the whole cluster: another database of it may have made them already, even at this moment.
            migrationBuilder.Sql(
                """
                do $$
                declare wanted text;
                begin
                    foreach wanted in array array['automat_serving', 'automat_journal'] loop
                        begin
                            if not exists (select from pg_roles where rolname = wanted) then
                                execute format('create role %I nologin', wanted);
                            end if;
                        exception when duplicate_object or unique_violation then
                            null;
                        end;
                        -- Since version 16 making a role does not let one act in it.
                        if not pg_has_role(current_user, wanted,
                            case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end) then
                            execute format('grant %I to %I', wanted, current_user);
                        end if;
                    end loop;
                end $$;
                """);

            migrationBuilder.Sql(
                """
                revoke all on schema public from public;
                grant usage on schema public to automat_serving, automat_journal;

                -- Requests: everything but the books, which they only read.
                grant select, insert, update, delete on all tables in schema public to automat_serving;
                alter default privileges in schema public
                    grant select, insert, update, delete on tables to automat_serving;
                grant usage on all sequences in schema public to automat_serving;
                alter default privileges in schema public grant usage on sequences to automat_serving;
                revoke insert, update, delete on ledger_entries, ledger_heads, balances, journal_answers, vends, purchases,
                    paybacks, inbox_events, machine_commands from automat_serving;
                revoke update, delete on audit_events from automat_serving;

                -- The journal: what moves money and goods, for all organisations at once; nothing is ever deleted.
                grant select, insert, update on ledger_heads, balances, vends, purchases, paybacks, inbox_events,
                    machine_commands to automat_journal;
                grant select, insert on ledger_entries, journal_answers to automat_journal;
                grant select, update on slots to automat_journal;
                -- A new organisation begins with an empty ledger.
                grant insert on ledger_heads to automat_serving;
                """);

            migrationBuilder.Sql(
                """
                create function refuse_change() returns trigger language plpgsql as $$
                begin
                    raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = '42501';
                end $$;

                create trigger ledger_entries_append_only before update or delete on ledger_entries
                    for each row execute function refuse_change();
                create trigger ledger_entries_no_truncate before truncate on ledger_entries
                    for each statement execute function refuse_change();
                create trigger audit_events_append_only before update or delete on audit_events
                    for each row execute function refuse_change();
                create trigger audit_events_no_truncate before truncate on audit_events
                    for each statement execute function refuse_change();
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                drop trigger ledger_entries_append_only on ledger_entries;
                drop trigger ledger_entries_no_truncate on ledger_entries;
                drop trigger audit_events_append_only on audit_events;
                drop trigger audit_events_no_truncate on audit_events;
                drop function refuse_change();
                """);
        }
    }
}

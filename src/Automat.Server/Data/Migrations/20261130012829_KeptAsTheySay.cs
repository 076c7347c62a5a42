using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: what an organisation sets is a sensible number, old imports are done, and old payments forget their customers as each
    /// organisation says: of all of them for work across, else of the connection's own.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261130012829_KeptAsTheySay")]
    public sealed class KeptAsTheySay : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                alter table retention_terms add constraint ck_retention_terms_days check (days between 1 and 36500);
                alter table refund_terms
                    add constraint ck_refund_terms_days check (operator_days >= 1 and administrator_days >= 1
                        and expire_after_days >= 1 and claim_days >= 1),
                    add constraint ck_refund_terms_amounts check (approval_above >= 0 and goodwill_each >= 0 and goodwill_per_day >= 0);
                """);
            migrationBuilder.Sql(
                """
                -- Files of products that were taken in before there was a progress to follow.
                update product_imports set state = 'Done', lines = added + changed, seen = added + changed where done_at is not null;
                """);
            migrationBuilder.Sql(
                """
                create or replace function forget_customers_before(before timestamptz, most integer) returns integer
                    language plpgsql security definer set search_path = pg_catalog, public as $$
                declare
                    gone integer;
                begin
                    with old as (
                        select id, vend_id from purchases
                        where email is not null and created_at < before and status not in ('Open', 'AwaitingPayment')
                            and (tenant_now() is null or organization_id = tenant_now())
                        order by created_at limit most for update skip locked),
                    shown as (
                        update machine_commands c set payload = jsonb_set(c.payload, '{Email}', '""')
                        from old where c.vend_id = old.vend_id and c.payload ->> 'Email' <> '')
                    update purchases p set email = null from old where p.id = old.id;
                    get diagnostics gone = row_count;
                    return gone;
                end $$;

                create or replace function forget_messages_before(before timestamptz, most integer) returns integer
                    language plpgsql security definer set search_path = pg_catalog, public as $$
                declare
                    gone integer;
                begin
                    update inbox_events set body = '\x7b7d' where id in (
                        select id from inbox_events
                        where received_at < before and status in ('Done', 'Ignored') and body <> '\x7b7d'
                            and (tenant_now() is null or organization_id = tenant_now())
                        order by received_at limit most for update skip locked);
                    get diagnostics gone = row_count;
                    return gone;
                end $$;

                create or replace function forget_cards_before(before timestamptz, most integer) returns integer
                    language plpgsql security definer set search_path = pg_catalog, public as $$
                declare
                    gone integer;
                begin
                    with old as (
                        select h.vend_id from card_holds h
                        where h.ended_at < before and coalesce(h.card, h.customer_id, h.method_id) is not null
                            and (tenant_now() is null or h.organization_id = tenant_now())
                            and not exists (select from debts d where d.vend_id = h.vend_id and d.status = 'Owed')
                        order by h.ended_at limit most for update skip locked),
                    owed as (
                        update debts d set card = null, customer_id = null, method_id = null from old where d.vend_id = old.vend_id),
                    bought as (
                        update purchases p set card = null from old where p.vend_id = old.vend_id and p.card is not null)
                    update card_holds h set card = null, customer_id = null, method_id = null from old where h.vend_id = old.vend_id;
                    get diagnostics gone = row_count;
                    return gone;
                end $$;

                create function forget_before(what text, before timestamptz, most integer) returns integer
                    language plpgsql security definer set search_path = pg_catalog, public as $$
                begin
                    if tenant_now() is null and current_setting('role', true) is distinct from 'automat_crossing' then
                        raise exception 'this connection works for no organisation' using errcode = '42501';
                    end if;
                    return case what
                        when 'customers' then forget_customers_before(before, most)
                        when 'cards' then forget_cards_before(before, most)
                        when 'messages' then forget_messages_before(before, most)
                    end;
                end $$;
                revoke all on function forget_before(text, timestamptz, integer) from public;
                grant execute on function forget_before(text, timestamptz, integer) to automat_serving;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            drop function forget_before(text, timestamptz, integer);
            """);
    }
}

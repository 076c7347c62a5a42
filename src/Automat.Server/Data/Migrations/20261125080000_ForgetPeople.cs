using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: how a customer's address goes from rows that serving roles may not change. The functions blank
    /// it and can do nothing else; books and audit never held it.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261125080000_ForgetPeople")]
    public sealed class ForgetPeople : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                create index ix_purchases_email on purchases (lower(email)) where email is not null;
                """);
            migrationBuilder.Sql(
                """
                -- Called through the two functions below only.
                create function forget_address(address text, wanted uuid) returns void language plpgsql as $$
                declare
                    -- A message is bytes: compared as ASCII, in which everything else is escaped.
                    sought text := lower(encode(convert_to(address, 'UTF8'), 'escape'));
                begin
                    -- A command that is waiting may still show whose turn it is; it goes with the next sweep.
                    update machine_commands c set payload = jsonb_set(c.payload, '{Email}', '""')
                        where c.state not in ('Waiting', 'Sending') and c.payload ->> 'Email' <> '' and c.vend_id in (
                            select p.vend_id from purchases p
                            where lower(p.email) = address and (wanted is null or p.organization_id = wanted));
                    -- What the provider told, word for word; what is to be done about it, is done.
                    update inbox_events set body = '\x7b7d'
                        where status in ('Done', 'Ignored') and (wanted is null or organization_id = wanted)
                            and position(sought in lower(encode(body, 'escape'))) > 0;
                    update purchases set email = null
                        where lower(email) = address and (wanted is null or organization_id = wanted);
                end $$;

                create function forget_customer(address text) returns void
                    language plpgsql security definer set search_path = pg_catalog, public as $$
                begin
                    if tenant_now() is null then
                        raise exception 'this connection works for no organisation' using errcode = '42501';
                    end if;
                    perform forget_address(address, tenant_now());
                end $$;

                create function forget_customer_everywhere(address text) returns void
                    language sql security definer set search_path = pg_catalog, public as
                    $$ select forget_address(address, null) $$;

                create function forget_customers_before(before timestamptz, most integer) returns integer
                    language plpgsql security definer set search_path = pg_catalog, public as $$
                declare
                    gone integer;
                begin
                    with old as (
                        select id, vend_id from purchases
                        where email is not null and created_at < before and status not in ('Open', 'AwaitingPayment')
                        order by created_at limit most for update skip locked),
                    shown as (
                        update machine_commands c set payload = jsonb_set(c.payload, '{Email}', '""')
                        from old where c.vend_id = old.vend_id and c.payload ->> 'Email' <> '')
                    update purchases p set email = null from old where p.id = old.id;
                    get diagnostics gone = row_count;
                    return gone;
                end $$;

                create function forget_messages_before(before timestamptz, most integer) returns integer
                    language plpgsql security definer set search_path = pg_catalog, public as $$
                declare
                    gone integer;
                begin
                    update inbox_events set body = '\x7b7d' where id in (
                        select id from inbox_events
                        where received_at < before and status in ('Done', 'Ignored') and body <> '\x7b7d'
                        order by received_at limit most for update skip locked);
                    get diagnostics gone = row_count;
                    return gone;
                end $$;

                revoke all on function forget_address(text, uuid), forget_customer(text), forget_customer_everywhere(text),
                    forget_customers_before(timestamptz, integer), forget_messages_before(timestamptz, integer) from public;
                grant execute on function forget_customer(text) to automat_serving;
                grant execute on function forget_customer_everywhere(text),
                    forget_customers_before(timestamptz, integer), forget_messages_before(timestamptz, integer)
                    to automat_crossing;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            drop function forget_customer(text);
            drop function forget_customer_everywhere(text);
            drop function forget_address(text, uuid);
            drop function forget_customers_before(timestamptz, integer);
            drop function forget_messages_before(timestamptz, integer);
            drop index ix_purchases_email;
            """);
    }
}

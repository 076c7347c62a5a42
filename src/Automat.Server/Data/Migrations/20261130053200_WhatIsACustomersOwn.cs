using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: addresses lead to orders and chips by an index, which row-level security would keep a plain query from.
    /// Both functions see the connection's own organisation only.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261130053200_WhatIsACustomersOwn")]
    public sealed class WhatIsACustomersOwn : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            create index ix_chip_holders_email on chip_holders (lower(email)) where email is not null;

            -- Orders paid with the confirmed address of an account belong to it, unless they are in one already.
            create function claim_guest_orders(customer uuid, address text) returns integer
                language plpgsql security definer set search_path = pg_catalog, public as $$
            declare
                claimed integer;
            begin
                if tenant_now() is null then
                    raise exception 'this connection works for no organisation' using errcode = '42501';
                end if;
                update orders o set customer_id = customer
                    where o.customer_id is null and o.organization_id = tenant_now()
                        and o.purchase_id in (
                            select p.id from purchases p where lower(p.email) = address and p.organization_id = tenant_now())
                        and exists (
                            select from customers c where c.id = customer and c.email = address and c.organization_id = tenant_now());
                get diagnostics claimed = row_count;
                return claimed;
            end $$;
            revoke all on function claim_guest_orders(uuid, text) from public;
            grant execute on function claim_guest_orders(uuid, text) to automat_serving;

            -- Chips that were handed out to an address.
            create function chips_of_address(address text) returns setof uuid
                language sql stable security definer set search_path = pg_catalog, public as $$
                select h.chip_id from chip_holders h where lower(h.email) = address and h.organization_id = tenant_now() limit 100
            $$;
            revoke all on function chips_of_address(text) from public;
            grant execute on function chips_of_address(text) to automat_serving;
            """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            drop function chips_of_address(text);
            drop function claim_guest_orders(uuid, text);
            drop index ix_chip_holders_email;
            """);
    }
}

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: the database keeps what products cost and when, and what is computed from books, goods and the provider's
    /// account is written by the server's own sweeps and by nobody else.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261130012843_TakingsRights")]
    public sealed class TakingsRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                create function log_product_cost() returns trigger language plpgsql security definer
                    set search_path = pg_catalog, public, pg_temp as $$
                begin
                    if tg_op = 'UPDATE' and new.cost is not distinct from old.cost then
                        return null;
                    end if;
                    -- The first cost anybody says counts for all time before, too.
                    if not exists (select from product_costs where product_id = new.id) then
                        if new.cost is not null then
                            insert into product_costs (product_id, organization_id, since, cost)
                            values (new.id, new.organization_id, '-infinity', new.cost);
                        end if;
                        return null;
                    end if;
                    insert into product_costs (product_id, organization_id, since, cost)
                    values (new.id, new.organization_id, now(), new.cost)
                    on conflict (product_id, since) do update set cost = excluded.cost;
                    return null;
                end $$;

                revoke execute on function log_product_cost() from public;

                insert into product_costs (product_id, organization_id, since, cost)
                    select id, organization_id, '-infinity', cost from products where cost is not null;
                create trigger products_cost after insert or update on products for each row execute function log_product_cost();

                -- Every day is computed once more, with what its goods cost.
                update report_marks set sequence = 0;
                """);
            migrationBuilder.Sql(
                """
                revoke insert, update, delete on product_costs, slot_clocks, sold_out_days, sold_out_marks, provider_entries, settlement_days,
                    settled_payments, settlement_marks, disputes from automat_serving;
                grant insert, update on slot_clocks, sold_out_days, sold_out_marks, settlement_days, settled_payments, settlement_marks
                    to automat_crossing;
                grant insert on provider_entries to automat_crossing;
                grant select, insert, update on disputes to automat_journal;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            drop trigger products_cost on products;
            drop function log_product_cost();
            """);
    }
}

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: whatever changes a stock, the database writes it into the log of movements in the same transaction,
    /// and nobody writes there otherwise or changes what stands there.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261129202701_GoodsRights")]
    public sealed class GoodsRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                -- Each shelf products stand on is a category from now on.
                insert into categories (id, organization_id, name)
                    select gen_random_uuid(), organization_id, category from products group by organization_id, category;
                -- What lay in the machines when the log begins.
                insert into stock_movements (organization_id, at, kind, product_id, machine_id, slot, quantity)
                    select organization_id, now(), 'Opening', product_id, machine_id, code, stock from slots where stock <> 0;
                """);
            migrationBuilder.Sql(
                """
                -- Why, by whom, together with what: said by the use case for its own transaction. The journal says nothing:
                -- what it takes out of a slot was sold.
                create function movement_said(key text) returns text language sql stable as $$
                    select nullif(current_setting('automat.movement', true), '')::jsonb ->> key
                $$;

                create function movement_kind() returns text language sql stable as $$
                    select coalesce(movement_said('kind'), case when current_setting('role', true) = 'automat_journal' then 'Sale' else 'Other' end)
                $$;

                -- A statement at a time: the journal moves many slots in one, and most of its statements move no stock at all.
                create function log_slots_changed() returns trigger language plpgsql security definer
                    set search_path = pg_catalog, public, pg_temp set enable_hashjoin = on as $$
                begin
                    if not exists (select from new_slots n join old_slots o on o.machine_id = n.machine_id and o.code = n.code
                        where n.stock <> o.stock or n.product_id <> o.product_id) then
                        return null;
                    end if;
                    insert into stock_movements (organization_id, at, kind, product_id, machine_id, slot, quantity, together, done_by, note)
                    select m.organization_id, now(), movement_kind(), m.product_id, m.machine_id, m.code, m.quantity,
                        movement_said('together')::uuid, movement_said('by'), movement_said('note')
                    from (
                        select n.organization_id, n.product_id, n.machine_id, n.code, n.stock - o.stock as quantity
                        from new_slots n join old_slots o on o.machine_id = n.machine_id and o.code = n.code
                        where n.product_id = o.product_id
                        union all
                        select o.organization_id, o.product_id, o.machine_id, o.code, -o.stock
                        from new_slots n join old_slots o on o.machine_id = n.machine_id and o.code = n.code
                        where n.product_id <> o.product_id
                        union all
                        select n.organization_id, n.product_id, n.machine_id, n.code, n.stock
                        from new_slots n join old_slots o on o.machine_id = n.machine_id and o.code = n.code
                        where n.product_id <> o.product_id) m
                    where m.quantity <> 0;
                    return null;
                end $$;

                create function log_slots_made() returns trigger language plpgsql security definer
                    set search_path = pg_catalog, public, pg_temp as $$
                begin
                    insert into stock_movements (organization_id, at, kind, product_id, machine_id, slot, quantity, together, done_by, note)
                    select organization_id, now(), movement_kind(), product_id, machine_id, code, stock,
                        movement_said('together')::uuid, movement_said('by'), movement_said('note')
                    from new_slots where stock <> 0;
                    return null;
                end $$;

                create function log_slots_gone() returns trigger language plpgsql security definer
                    set search_path = pg_catalog, public, pg_temp as $$
                begin
                    insert into stock_movements (organization_id, at, kind, product_id, machine_id, slot, quantity, together, done_by, note)
                    select organization_id, now(), movement_kind(), product_id, machine_id, code, -stock,
                        movement_said('together')::uuid, movement_said('by'), movement_said('note')
                    from old_slots where stock <> 0;
                    return null;
                end $$;

                create function log_batch() returns trigger language plpgsql security definer
                    set search_path = pg_catalog, public, pg_temp as $$
                begin
                    if tg_op = 'UPDATE' and (new.place_id, new.product_id, new.expires_on, new.organization_id)
                        is distinct from (old.place_id, old.product_id, old.expires_on, old.organization_id) then
                        raise exception 'a batch keeps its place, product and date' using errcode = '42501';
                    end if;
                    if tg_op <> 'DELETE' then
                        if tg_op = 'UPDATE' and new.quantity = old.quantity then
                            return null;
                        end if;
                        insert into stock_movements (organization_id, at, kind, product_id, place_id, quantity, expires_on, together, done_by, note)
                        values (new.organization_id, now(), movement_kind(), new.product_id, new.place_id,
                            case when tg_op = 'INSERT' then new.quantity else new.quantity - old.quantity end, new.expires_on,
                            movement_said('together')::uuid, movement_said('by'), movement_said('note'));
                    else
                        insert into stock_movements (organization_id, at, kind, product_id, place_id, quantity, expires_on, together, done_by, note)
                        values (old.organization_id, now(), movement_kind(), old.product_id, old.place_id, -old.quantity, old.expires_on,
                            movement_said('together')::uuid, movement_said('by'), movement_said('note'));
                    end if;
                    return null;
                end $$;

                revoke execute on function log_slots_changed(), log_slots_made(), log_slots_gone(), log_batch() from public;

                create trigger slots_moved after update on slots referencing old table as old_slots new table as new_slots
                    for each statement execute function log_slots_changed();
                create trigger slots_made after insert on slots referencing new table as new_slots
                    for each statement execute function log_slots_made();
                create trigger slots_gone after delete on slots referencing old table as old_slots
                    for each statement execute function log_slots_gone();
                create trigger stock_batches_moved after insert or update or delete on stock_batches
                    for each row execute function log_batch();

                -- Nobody but these writes movements, and nobody changes them.
                revoke insert, update, delete on stock_movements from automat_serving;
                create trigger stock_movements_append_only before update or delete on stock_movements
                    for each row execute function refuse_change();
                create trigger stock_movements_no_truncate before truncate on stock_movements
                    for each statement execute function refuse_change();
                -- What passes a table by would be logged nowhere.
                create trigger slots_no_truncate before truncate on slots for each statement execute function refuse_change();
                create trigger stock_batches_no_truncate before truncate on stock_batches for each statement execute function refuse_change();

                revoke update, delete on restock_visits from automat_serving;
                revoke delete on stock_places from automat_serving;
                revoke update, delete on product_pictures from automat_serving;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            drop trigger slots_no_truncate on slots;
            drop trigger slots_moved on slots;
            drop trigger slots_made on slots;
            drop trigger slots_gone on slots;
            drop trigger stock_batches_no_truncate on stock_batches;
            drop trigger stock_batches_moved on stock_batches;
            drop trigger stock_movements_append_only on stock_movements;
            drop trigger stock_movements_no_truncate on stock_movements;
            drop function log_slots_changed();
            drop function log_slots_made();
            drop function log_slots_gone();
            drop function log_batch();
            drop function movement_kind();
            drop function movement_said(text);
            """);
    }
}

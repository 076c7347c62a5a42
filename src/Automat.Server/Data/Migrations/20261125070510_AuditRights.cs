using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// What EF cannot say: an event gets its number and hash from the database when its transaction is committed, and no
    /// role of the server may choose, change or remove either.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261125070510_AuditRights")]
    public class AuditRights : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                -- One form for each field: a text is preceded by its length in bytes, an absent one is the length -1.
                create function audit_text(value text) returns bytea language sql stable as $$
                    select case when value is null then int4send(-1)
                        else int4send(octet_length(convert_to(value, 'UTF8'))) || convert_to(value, 'UTF8') end
                $$;

                create function audit_hash(event audit_events, number bigint, previous bytea) returns bytea
                language sql stable as $$
                    select sha256('automat.audit.1'::bytea || previous || uuid_send(event.organization_id)
                        || int8send(audit_hash.number) || uuid_send(event.id)
                        || int8send((extract(epoch from event.at) * 1000000)::bigint)
                        || audit_text(event.actor_kind) || audit_text(event.actor) || audit_text(event.on_behalf_of)
                        || audit_text(event.origin) || audit_text(event.action) || audit_text(event.subject_type)
                        || audit_text(event.subject) || audit_text(event.changes) || audit_text(event.reason)
                        || audit_text(event.correlation_id))
                $$;

                -- What has no number is this transaction's own: others do not see it, and nothing is committed without.
                create index ix_audit_events_unnumbered on audit_events (organization_id) where number is null;

                -- Runs when the transaction is committed, for all its events at once: the heads' locks are then the last
                -- ones taken, in one order, and held for no longer than the commit, so that no two who write can wait for
                -- each other. It acts with the owner's rights.
                create function chain_audit_event() returns trigger
                language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
                declare
                    event audit_events;
                    head audit_heads;
                begin
                    if tg_relid <> 'public.audit_events'::regclass then
                        raise exception 'only audit_events is chained' using errcode = '42501';
                    end if;
                    perform from audit_events where id = new.id and number is null;
                    if not found then
                        return null; -- it was chained with another of its transaction
                    end if;
                    for event in select * from audit_events where number is null order by organization_id, at, id loop
                        if head.organization_id is distinct from event.organization_id then
                            update audit_heads set number = head.number, hash = head.hash
                                where organization_id = head.organization_id;
                            select * into head from audit_heads where organization_id = event.organization_id for update;
                            if not found then
                                insert into audit_heads (organization_id, number, hash)
                                    values (event.organization_id, 0, decode(repeat('00', 32), 'hex')) on conflict do nothing;
                                select * into strict head from audit_heads
                                    where organization_id = event.organization_id for update;
                            end if;
                        end if;
                        update audit_events set number = head.number + 1, previous_hash = head.hash,
                            hash = audit_hash(event, head.number + 1, head.hash) where id = event.id
                            returning number, hash into head.number, head.hash;
                    end loop;
                    update audit_heads set number = head.number, hash = head.hash where organization_id = head.organization_id;
                    return null;
                end $$;

                -- Nothing is changed but what has no number yet, which is what its own transaction alone sees.
                create function guard_audit_event() returns trigger language plpgsql as $$
                begin
                    if tg_op = 'UPDATE' and old.number is null and old.id = new.id
                        and old.organization_id = new.organization_id then
                        return new;
                    end if;
                    raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = '42501';
                end $$;

                revoke execute on function chain_audit_event() from public;
                """);

            migrationBuilder.Sql(
                """
                -- For nodes of the version before, which do not know these columns.
                alter table audit_events alter column actor_kind set default 'System',
                    alter column changes set default '{}', alter column subject_type set default 'other';

                -- What was noted before there was a chain comes first in it.
                alter table audit_events disable trigger audit_events_append_only;
                update audit_events set
                    actor_kind = case
                        when actor like 'key:%' then 'Token'
                        when actor like 'machine:%' then 'Machine'
                        when actor ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' then 'Person'
                        else 'System' end,
                    actor = regexp_replace(actor, '^(key|machine):', ''),
                    subject_type = split_part(action, '.', 1),
                    changes = '{}';
                do $$
                declare
                    event audit_events;
                    last_number bigint := 0;
                    last_hash bytea;
                    whose uuid;
                begin
                    for event in select * from audit_events order by organization_id, at, id loop
                        if whose is distinct from event.organization_id then
                            whose := event.organization_id;
                            last_number := 0;
                            last_hash := decode(repeat('00', 32), 'hex');
                        end if;
                        last_number := last_number + 1;
                        update audit_events set number = last_number, previous_hash = last_hash,
                            hash = audit_hash(event, last_number, last_hash) where id = event.id
                            returning hash into last_hash;
                        insert into audit_heads (organization_id, number, hash) values (whose, last_number, last_hash)
                            on conflict (organization_id) do update set number = excluded.number, hash = excluded.hash;
                    end loop;
                end $$;
                drop trigger audit_events_append_only on audit_events;
                """);

            migrationBuilder.Sql(
                """
                create trigger audit_events_append_only before update or delete on audit_events
                    for each row execute function guard_audit_event();
                create constraint trigger audit_events_chain after insert on audit_events
                    deferrable initially deferred for each row execute function chain_audit_event();
                create trigger audit_heads_no_truncate before truncate on audit_heads
                    for each statement execute function refuse_change();

                -- Who writes chooses neither number nor hash.
                revoke insert, update, delete on audit_events, audit_heads from automat_serving;
                grant insert (id, organization_id, at, actor_kind, actor, on_behalf_of, origin, action, subject_type, subject,
                    changes, reason, correlation_id) on audit_events to automat_serving;
                revoke delete on audit_checks from automat_serving;

                -- An organisation reads and writes its own log; into the platform's everybody writes what belongs to no
                -- organisation, and only the crossing role reads it.
                alter table audit_events enable row level security;
                drop policy if exists tenant on audit_events;
                drop policy if exists journal on audit_events;
                drop policy if exists crossing on audit_events;
                create policy tenant on audit_events to automat_serving using (organization_id = (select tenant_now()))
                    with check (organization_id = (select tenant_now())
                        or organization_id = '00000000-0000-0000-0000-000000000000');
                create policy journal on audit_events to automat_journal using (true) with check (true);
                create policy crossing on audit_events to automat_crossing using (true) with check (true);
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
            """
            drop trigger audit_heads_no_truncate on audit_heads;
            drop trigger audit_events_chain on audit_events;
            drop trigger audit_events_append_only on audit_events;
            drop function chain_audit_event();
            drop index ix_audit_events_unnumbered;
            drop function guard_audit_event();
            drop function audit_hash(audit_events, bigint, bytea);
            drop function audit_text(text);
            grant insert on audit_events to automat_serving;
            create trigger audit_events_append_only before update or delete on audit_events
                for each row execute function refuse_change();
            """);
    }
}

using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Automat.Server.Data.Migrations
{
    /// <summary>
    /// Row-level security: the serving role sees the rows of the organisation its connection names, and of none when it
    /// names none. The journal books for all at once; the crossing role reads across for the server's own sweeps.
    /// </summary>
    [DbContext(typeof(AutomatDb))]
    [Migration("20261125050000_Tenancy")]
    public sealed class Tenancy : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                do $$
                begin
                    begin
                        if not exists (select from pg_roles where rolname = 'automat_crossing') then
                            create role automat_crossing nologin;
                        end if;
                        -- Its rights on tables are the serving role's; only the policies differ.
                        grant automat_serving to automat_crossing;
                    exception when duplicate_object or unique_violation then
                        null;
                    end;
                    if not pg_has_role(current_user, 'automat_crossing',
                        case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end) then
                        execute format('grant automat_crossing to %I', current_user);
                    end if;
                end $$;
                """);

            migrationBuilder.Sql(
                """
                create function tenant_now() returns uuid language sql stable as $$
                    select nullif(current_setting('automat.organization', true), '')::uuid
                $$;

                -- Puts policies on every table that belongs to tenants and has none yet. Called after each migration, so
                -- that a table added later cannot be forgotten.
                create function protect_tenants() returns void language plpgsql as $$
                declare
                    found record;
                begin
                    perform pg_advisory_xact_lock(hashtext('protect_tenants'));
                    for found in
                        select c.relname as name,
                            case when c.relname = 'organizations' then 'id' else 'organization_id' end as owner
                        from pg_class c join pg_namespace n on n.oid = c.relnamespace
                        where n.nspname = 'public' and c.relkind in ('r', 'p')
                            and (c.relname = 'organizations' or exists (
                                select from pg_attribute a
                                where a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped))
                            and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant')
                    loop
                        execute format('alter table %I enable row level security', found.name);
                        execute format(
                            'create policy tenant on %I to automat_serving using (%I = (select tenant_now())) '
                            'with check (%I = (select tenant_now()))', found.name, found.owner, found.owner);
                        execute format(
                            'create policy journal on %I to automat_journal using (true) with check (true)', found.name);
                        execute format(
                            'create policy crossing on %I to automat_crossing using (true) with check (true)', found.name);
                    end loop;
                end $$;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                do $$
                declare
                    found record;
                begin
                    for found in select p.polname as policy, c.relname as name
                        from pg_policy p join pg_class c on c.oid = p.polrelid
                        where p.polname in ('tenant', 'journal', 'crossing')
                    loop
                        execute format('drop policy %I on %I', found.policy, found.name);
                        execute format('alter table %I disable row level security', found.name);
                    end loop;
                end $$;
                drop function protect_tenants();
                drop function tenant_now();
                """);
        }
    }
}

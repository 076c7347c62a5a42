using System.Net;
using System.Text;
using Automat.Server.Data;
using Automat.Testing;
using Npgsql;

namespace Automat.Scenarios;

/// <summary>Two organisations on one server: neither sees nor changes anything of the other, over SQL or over HTTP.</summary>
public sealed class TenantIsolationTests(TwoTenants shared) : IClassFixture<TwoTenants>
{
    private const string TenantTables =
        """
        select c.relname, case when c.relname = 'organizations' then 'id' else 'organization_id' end
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relkind in ('r', 'p') and (c.relname = 'organizations' or exists (
            select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped))
        order by 1
        """;

    // Why a table names no organisation, so that every connection of the server sees its rows.
    private static readonly Dictionary<string, string> OfNoTenant = new()
    {
        ["__EFMigrationsHistory"] = "The database's own.",
        ["data_protection_keys"] = "The server's own; serving adds to them and changes none.",
        ["people"] = "One person may work for several organisations; memberships, which are guarded, say for which.",
        ["person_claims"] = "A person's own.",
        ["person_logins"] = "A person's own.",
        ["person_passkeys"] = "A person's own.",
        ["person_tokens"] = "A person's own.",
        ["recovery_codes"] = "A person's own.",
        ["sessions"] = "A person's own; which organisation one works for changes within a session.",
    };

    [Fact]
    [Trait("Accepts", "S2-20")]
    public async Task Every_table_with_an_organisation_is_guarded_for_every_role()
    {
        await using var superuser = await shared.App.Database.SuperuserConnectionAsync();

        foreach (var (table, _) in await TablesAsync(superuser))
        {
            Assert.Equal(
                "crossing,journal,tenant", await TextAsync(superuser,
                    "select string_agg(p.polname, ',' order by p.polname) from pg_policy p join pg_class c on c.oid = p.polrelid "
                    + $"where c.relname = '{table}' and c.relrowsecurity"));
        }
    }

    [Fact]
    [Trait("Accepts", "S2-20")]
    public async Task A_table_without_an_organisation_has_a_reason()
    {
        await using var superuser = await shared.App.Database.SuperuserConnectionAsync();
        var guarded = (await TablesAsync(superuser)).Select(t => t.Name).ToHashSet();

        var free = (await ListAsync(superuser, "select tablename from pg_tables where schemaname = 'public' order by 1"))
            .Where(t => !guarded.Contains(t)).ToList();

        Assert.Equal(OfNoTenant.Keys.Order(StringComparer.Ordinal), free.Order(StringComparer.Ordinal));
        Assert.All(OfNoTenant.Values, reason => Assert.NotEmpty(reason));
    }

    [Fact]
    [Trait("Accepts", "S2-20")]
    public async Task A_table_that_comes_later_is_guarded_by_the_next_migration()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var owner = await database.OwnerConnectionAsync();
        await RunAsync(owner, "create table latecomers (organization_id uuid not null)");
        Assert.Equal("0", await TextAsync(owner, "select count(*)::text from pg_policy where polrelid = 'latecomers'::regclass"));

        await RunAsync(owner, "select protect_tenants()");
        await RunAsync(owner, "select protect_tenants()");

        Assert.Equal("3", await TextAsync(owner, "select count(*)::text from pg_policy where polrelid = 'latecomers'::regclass"));
    }

    [Fact]
    [Trait("Accepts", "S2-20")]
    public async Task Under_the_serving_role_another_tenant_reads_and_changes_nothing_in_any_table()
    {
        await using var superuser = await shared.App.Database.SuperuserConnectionAsync();
        var tables = await TablesAsync(superuser);
        Assert.Contains(tables, t => t.Name == "vends");
        foreach (var tenant in new[] { shared.Other, "" })
        {
            await using var serving = await shared.App.Database.RoleConnectionAsync(DatabaseAddress.ServingRole);
            await RunAsync(serving, $"select set_config('automat.organization', '{tenant}', false)");
            foreach (var (table, owner) in tables)
            {
                var seen = await TextAsync(
                    serving, $"select count(*)::text from {table} where {owner} = '{shared.First}'");
                Assert.True(seen == "0", $"{table} shows {seen} rows of another organisation.");
                Assert.Equal(0, await ChangesAsync(serving, $"update {table} set {owner} = {owner} where {owner} = '{shared.First}'"));
                Assert.Equal(0, await ChangesAsync(serving, $"delete from {table} where {owner} = '{shared.First}'"));
            }
        }

        foreach (var table in new[] { "organizations", "machines", "slots", "products", "vends", "purchases", "ledger_entries" })
        {
            var owner = table == "organizations" ? "id" : "organization_id";
            Assert.NotEqual("0", await TextAsync(superuser, $"select count(*)::text from {table} where {owner} = '{shared.First}'"));
        }
    }

    [Fact]
    [Trait("Accepts", "S2-20")]
    public async Task A_row_cannot_be_written_for_another_tenant()
    {
        await using var serving = await shared.App.Database.RoleConnectionAsync(DatabaseAddress.ServingRole);
        await RunAsync(serving, $"select set_config('automat.organization', '{shared.Other}', false)");

        var refused = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(
            serving,
            "insert into audit_events (id, organization_id, at, actor_kind, actor, action, subject_type, subject, changes) "
            + $"values (gen_random_uuid(), '{shared.First}', now(), 'System', 'x', 'x', 'x', 'x', '{{}}')"));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Theory]
    [Trait("Accepts", "S2-20")]
    [InlineData("POST", "/create-payment-link", """{"machine_id":"cab001"}""")]
    [InlineData("POST", "/gameover", """{"machine_id":"cab001"}""")]
    [InlineData("GET", "/api/robot-status?machine=robot-1", null)]
    [InlineData("POST", "/api/robot-command", """{"command":"w+d","machine":"robot-1"}""")]
    public async Task Another_tenants_key_finds_no_machine_of_ours(string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("X-API-Key", TwoTenants.OtherKey);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await shared.App.Client.SendAsync(request);

        Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden });
    }

    private static async Task<List<string>> ListAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync()) rows.Add(reader.GetString(0));
        return rows;
    }

    private static async Task<List<(string Name, string Owner)>> TablesAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(TenantTables, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var tables = new List<(string, string)>();
        while (await reader.ReadAsync()) tables.Add((reader.GetString(0), reader.GetString(1)));
        return tables;
    }

    /// <summary>How many rows a statement changed; none when the role may not even try.</summary>
    private static async Task<int> ChangesAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        try
        {
            return await command.ExecuteNonQueryAsync();
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return 0;
        }
    }

    private static async Task<string?> TextAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() as string;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}

using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Testing;
using Npgsql;

namespace Automat.Server.Tests.Audit;

/// <summary>What a role of the server may do with the log: add events and read its own. Numbers and hashes are not its to choose.</summary>
public sealed class AuditRightsTests(AuditRightsTests.OneDatabase one) : IClassFixture<AuditRightsTests.OneDatabase>
{
    private const string Columns = "id, organization_id, at, actor_kind, actor, action, subject_type, subject, changes";

    private static readonly string Values = $"gen_random_uuid(), '{OneDatabase.Organization}', now(), 'System', 'a', 'b', 'c', 'd', '{{}}'";

    [Theory]
    [Trait("Accepts", "S2-19")]
    [InlineData("number", "1")]
    [InlineData("hash", "'\\x00'")]
    [InlineData("previous_hash", "'\\x00'")]
    public async Task Who_writes_chooses_neither_number_nor_hash(string column, string value) => await RefusedAsync(
        DatabaseAddress.ServingRole, $"insert into audit_events ({Columns}, {column}) values ({Values}, {value})");

    [Theory]
    [Trait("Accepts", "S2-19")]
    [InlineData(DatabaseAddress.ServingRole, "update audit_events set hash = null")]
    [InlineData(DatabaseAddress.ServingRole, "update audit_heads set number = 0")]
    [InlineData(DatabaseAddress.ServingRole, "delete from audit_heads")]
    [InlineData(DatabaseAddress.ServingRole, "delete from audit_checks")]
    [InlineData(DatabaseAddress.CrossingRole, "update audit_events set actor = 'y'")]
    [InlineData(DatabaseAddress.CrossingRole, "delete from audit_events")]
    [InlineData(DatabaseAddress.CrossingRole, "update audit_heads set number = 0")]
    [InlineData(DatabaseAddress.JournalRole, "select * from audit_events")]
    [InlineData(DatabaseAddress.ServingRole,
        "create temporary table audit_copies (like audit_events); create constraint trigger t after insert on audit_copies "
        + "deferrable initially deferred for each row execute function chain_audit_event()")]
    public async Task Nothing_of_the_log_can_be_changed(string role, string sql) => await RefusedAsync(role, sql);

    [Fact]
    [Trait("Accepts", "S2-19")]
    public async Task Even_the_owner_changes_nothing_that_has_a_number()
    {
        await using var owner = await one.Database.OwnerConnectionAsync();

        foreach (var sql in new[]
        {
            "update audit_events set actor = 'y'", "update audit_events set number = null", "delete from audit_events",
            "truncate audit_events", "truncate audit_heads",
        })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(owner, sql));
            Assert.Contains("append-only", refused.MessageText, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Into_the_platforms_log_everybody_writes_and_no_tenant_reads_it()
    {
        await using var serving = await ServingAsync();

        await RunAsync(serving, $"insert into audit_events ({Columns}) values "
            + $"(gen_random_uuid(), '{AuditLog.Platform}', now(), 'System', 'a', 'b', 'c', 'd', '{{}}')");

        Assert.Equal(1L, await CountAsync(serving));
        var verdict = await new AuditVerifier(one.Database.Address).VerifyAsync("platform").SingleAsync();
        Assert.True(verdict is { IsUnbroken: true, Events: >= 1 });
    }

    private async Task RefusedAsync(string role, string sql)
    {
        await using var connection = await one.Database.RoleConnectionAsync(role);
        await RunAsync(connection, $"select set_config('automat.organization', '{OneDatabase.Organization}', false)");

        var refused = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(connection, sql));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        Assert.Contains("permission denied", refused.MessageText, StringComparison.Ordinal);
    }

    private async Task<NpgsqlConnection> ServingAsync()
    {
        var serving = await one.Database.RoleConnectionAsync(DatabaseAddress.ServingRole);
        await RunAsync(serving, $"select set_config('automat.organization', '{OneDatabase.Organization}', false)");
        return serving;
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("select count(*) from audit_events", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>One event; all else is refused, so one database serves all tests.</summary>
    public sealed class OneDatabase : IAsyncLifetime
    {
        public static readonly Id<Organization> Organization = new(new Guid("00000000-0000-0000-0000-000000000001"));

        public TestDatabase Database { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Database = await TestDatabase.CreateAsync();
            await using var owner = await Database.OwnerConnectionAsync();
            await RunAsync(owner, $"insert into audit_events ({Columns}) values ({Values})");
        }

        public ValueTask DisposeAsync() => Database.DisposeAsync();
    }
}

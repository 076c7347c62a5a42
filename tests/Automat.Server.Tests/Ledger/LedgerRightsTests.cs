using Automat.Server.Data;
using Automat.Testing;
using Npgsql;

namespace Automat.Server.Tests.Ledger;

/// <summary>What is booked or audited stays: the roles have no right to change it, triggers refuse everybody.</summary>
public sealed class LedgerRightsTests(LedgerRightsTests.OneDatabase one) : IClassFixture<LedgerRightsTests.OneDatabase>
{
    private const string InsertEntry =
        "insert into ledger_entries values (gen_random_uuid(), 1, 1, 'x', '{}', '', '', '', '')";

    private const string InsertAudit =
        "insert into audit_events (id, organization_id, at, actor, action, subject) "
        + "values (gen_random_uuid(), '00000000-0000-0000-0000-000000000001', now(), 'a', 'b', 'c')";

    private readonly TestDatabase database = one.Database;

    [Theory]
    [InlineData(DatabaseAddress.ServingRole, InsertEntry)]
    [InlineData(DatabaseAddress.ServingRole, "update ledger_entries set kind = 'y'")]
    [InlineData(DatabaseAddress.ServingRole, "delete from ledger_entries")]
    [InlineData(DatabaseAddress.ServingRole, "truncate ledger_entries")]
    [InlineData(DatabaseAddress.ServingRole, "update ledger_heads set sequence = 0")]
    [InlineData(DatabaseAddress.ServingRole, "update balances set amount = 1")]
    [InlineData(DatabaseAddress.ServingRole, "update audit_events set actor = 'y'")]
    [InlineData(DatabaseAddress.ServingRole, "delete from audit_events")]
    [InlineData(DatabaseAddress.ServingRole, "truncate audit_events")]
    [InlineData(DatabaseAddress.JournalRole, "update ledger_entries set kind = 'y'")]
    [InlineData(DatabaseAddress.JournalRole, "delete from ledger_entries")]
    [InlineData(DatabaseAddress.JournalRole, "truncate ledger_entries")]
    [InlineData(DatabaseAddress.JournalRole, "update audit_events set actor = 'y'")]
    [InlineData(DatabaseAddress.JournalRole, "delete from audit_events")]
    [InlineData(DatabaseAddress.JournalRole, "truncate audit_events")]
    [Trait("Accepts", "S2-25")]
    public async Task A_role_of_the_server_has_no_right_to(string role, string sql)
    {
        await using var connection = await database.RoleConnectionAsync(role);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(connection, sql));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
        Assert.Contains("permission denied", refusal.MessageText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("update ledger_entries set kind = 'y'")]
    [InlineData("delete from ledger_entries")]
    [InlineData("truncate ledger_entries")]
    [InlineData("update audit_events set actor = 'y'")]
    [InlineData("delete from audit_events")]
    [InlineData("truncate audit_events")]
    [Trait("Accepts", "S2-25")]
    public async Task Even_the_owner_and_a_superuser_are_refused_by_a_trigger(string sql)
    {
        await using var owner = await database.OwnerConnectionAsync();
        await using var superuser = await database.SuperuserConnectionAsync();

        var first = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(owner, sql));
        var second = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(superuser, sql));

        Assert.Contains("append-only", first.MessageText, StringComparison.Ordinal);
        Assert.Contains("append-only", second.MessageText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_owner_may_act_in_both_roles_and_is_no_superuser()
    {
        await using var owner = await database.OwnerConnectionAsync();

        await RunAsync(owner, $"set role {DatabaseAddress.ServingRole}");
        await RunAsync(owner, $"reset role; set role {DatabaseAddress.JournalRole}");
    }

    [Fact]
    public async Task The_guards_are_not_a_lock_the_roles_do_their_work()
    {
        await using var serving = await database.RoleConnectionAsync(DatabaseAddress.ServingRole);
        await using var journal = await database.RoleConnectionAsync(DatabaseAddress.JournalRole);

        await RunAsync(serving, "select count(*) from ledger_entries");
        await RunAsync(serving, "select set_config('automat.organization', '00000000-0000-0000-0000-000000000001', false)");
        await RunAsync(serving, InsertAudit);
        await RunAsync(journal, InsertEntry);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>All statements are refused, so one database serves all tests.</summary>
    public sealed class OneDatabase : IAsyncLifetime
    {
        public TestDatabase Database { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Database = await TestDatabase.CreateAsync();
            await using var owner = await Database.OwnerConnectionAsync();
            await RunAsync(owner, InsertEntry);
            await RunAsync(owner, InsertAudit);
        }

        public ValueTask DisposeAsync() => Database.DisposeAsync();
    }
}

using Automat.Server.Audit;
using Automat.Testing;
using Npgsql;

namespace Automat.Server.Tests.Audit;

/// <summary>Whoever has every right on the database and changes the log is found, with the first row that is wrong.</summary>
public sealed class AuditTamperingTests(AuditTamperingTests.Logged logged) : IClassFixture<AuditTamperingTests.Logged>
{
    private const int Events = 9;

    [Theory]
    [Trait("Accepts", "S2-19")]
    [InlineData("id = gen_random_uuid()", AuditBreakCode.ContentChanged)]
    [InlineData("at = at + interval '1 microsecond'", AuditBreakCode.ContentChanged)]
    [InlineData("actor_kind = 'System'", AuditBreakCode.ContentChanged)]
    [InlineData("actor = 'somebody-else'", AuditBreakCode.ContentChanged)]
    [InlineData("on_behalf_of = ''", AuditBreakCode.ContentChanged)]
    [InlineData("origin = '10.0.0.0/24'", AuditBreakCode.ContentChanged)]
    [InlineData("action = 'product.changed'", AuditBreakCode.ContentChanged)]
    [InlineData("subject_type = 'produc', subject = 't' || subject", AuditBreakCode.ContentChanged)]
    [InlineData("subject = 'x'", AuditBreakCode.ContentChanged)]
    [InlineData("changes = '{}'", AuditBreakCode.ContentChanged)]
    [InlineData("reason = 'because'", AuditBreakCode.ContentChanged)]
    [InlineData("correlation_id = 'x'", AuditBreakCode.ContentChanged)]
    [InlineData("hash = sha256('x')", AuditBreakCode.ContentChanged)]
    [InlineData("hash = null", AuditBreakCode.ContentChanged)]
    [InlineData("previous_hash = sha256('x')", AuditBreakCode.LinkBroken)]
    [InlineData("previous_hash = null", AuditBreakCode.LinkBroken)]
    [InlineData("number = 1000", AuditBreakCode.RowMissing)]
    [InlineData("number = null", AuditBreakCode.RowMissing)]
    [InlineData("organization_id = '00000000-0000-0000-0000-000000000000'", AuditBreakCode.RowMissing)]
    public async Task A_change_of_any_column_is_found_at_its_row(string change, string code) =>
        await AssertFoundAsync($"update audit_events set {change} where organization_id = :org and number = 5", 5, code);

    [Theory]
    [Trait("Accepts", "S2-19")]
    [InlineData("delete from audit_events where organization_id = :org and number = 1", 1L, AuditBreakCode.RowMissing)]
    [InlineData("delete from audit_events where organization_id = :org and number = 4", 4L, AuditBreakCode.RowMissing)]
    [InlineData("delete from audit_events where organization_id = :org and number = 9", 9L, AuditBreakCode.TailMissing)]
    [InlineData("delete from audit_events where organization_id = :org", 1L, AuditBreakCode.TailMissing)]
    [InlineData("delete from audit_heads where organization_id = :org", null, AuditBreakCode.HeadMissing)]
    [InlineData("update audit_heads set number = 8 where organization_id = :org", 9L, AuditBreakCode.RowBeyondHead)]
    [InlineData("update audit_heads set number = 10 where organization_id = :org", 10L, AuditBreakCode.TailMissing)]
    [InlineData("update audit_heads set hash = sha256('x') where organization_id = :org", 9L, AuditBreakCode.HeadDiffers)]
    [InlineData(
        "update audit_events set number = -6 where organization_id = :org and number = 6; "
        + "update audit_events set number = 6 where organization_id = :org and number = 7; "
        + "update audit_events set number = 7 where organization_id = :org and number = -6", 6L, AuditBreakCode.LinkBroken)]
    [InlineData(
        "update audit_events set number = number + 100 where organization_id = :org and number > 3; "
        + "insert into audit_events select gen_random_uuid(), organization_id, at, actor, action, subject, actor_kind, changes, "
        + "correlation_id, hash, 4, on_behalf_of, origin, hash, reason, subject_type from audit_events "
        + "where organization_id = :org and number = 3; "
        + "update audit_events set number = number - 99 where organization_id = :org and number > 100",
        4L, AuditBreakCode.ContentChanged)]
    public async Task A_row_that_is_gone_put_in_or_moved_is_found(string sql, long? row, string code) =>
        await AssertFoundAsync(sql, row, code);

    [Fact]
    [Trait("Accepts", "S2-19")]
    public async Task A_row_put_at_the_end_with_a_proper_hash_is_one_too_many() => await AssertFoundAsync(
        "insert into audit_events select gen_random_uuid(), organization_id, at, actor, action, subject, actor_kind, changes, "
        + "correlation_id, null, 10, on_behalf_of, origin, hash, reason, subject_type from audit_events "
        + "where organization_id = :org and number = 9; "
        + "update audit_events e set hash = audit_hash(e, 10, previous_hash) where organization_id = :org and number = 10",
        10, AuditBreakCode.RowBeyondHead);

    [Fact]
    public async Task What_nobody_touched_is_unbroken_and_another_log_stays_so()
    {
        await using var database = await logged.CopyAsync();
        var before = await new AuditVerifier(database.Address).VerifyAsync().ToListAsync();

        await RunAsync(database, $"update audit_events set reason = 'x' where organization_id = '{logged.Organization}'");

        Assert.All(before, verdict => Assert.Null(verdict.Break));
        Assert.Contains(before, v => v.Events == Events);
        Assert.Equal("platform", before[0].Name);
        var after = await new AuditVerifier(database.Address).VerifyAsync().ToListAsync();
        Assert.Equal(logged.Organization, Assert.Single(after, v => !v.IsUnbroken).Organization.ToString());
    }

    [Fact]
    public async Task The_command_names_the_first_broken_row_and_ends_with_1()
    {
        await using var database = await logged.CopyAsync();
        var (output, errors) = (new StringWriter(), new StringWriter());
        var cli = new AuditCli(database.Address, TimeProvider.System, errors);
        Assert.Equal(AuditCli.Unbroken, await cli.VerifyAsync("Demo", output));
        Assert.Matches("^Demo: 9 events, unbroken, head [0-9a-f]{64}\\r?\\n$", output.ToString());

        await RunAsync(database, $"update audit_events set actor = 'x' where organization_id = '{logged.Organization}' and number = 3");

        Assert.Equal(AuditCli.Broken, await cli.VerifyAsync(null, output));
        Assert.Contains("Demo: BROKEN at row 3 (content_changed)", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(AuditCli.WrongArguments, await cli.VerifyAsync("nobody", output));
        Assert.Contains("no organisation nobody", errors.ToString(), StringComparison.Ordinal);
    }

    private async Task AssertFoundAsync(string sql, long? row, string code)
    {
        await using var database = await logged.CopyAsync();
        await RunAsync(database, sql.Replace(":org", $"'{logged.Organization}'", StringComparison.Ordinal));

        var verdict = await new AuditVerifier(database.Address).VerifyAsync(logged.Organization).SingleAsync();

        Assert.Equal((row, code), (verdict.Break?.Number, verdict.Break?.Code));
    }

    private static async Task RunAsync(TestDatabase database, string sql)
    {
        await using var connection = await database.SuperuserConnectionAsync();
        await using var command = new NpgsqlCommand("set session_replication_role = replica; " + sql, connection); // no trigger fires
        Assert.NotEqual(0, await command.ExecuteNonQueryAsync());
    }

    /// <summary>A log with some events in it; tests spoil copies.</summary>
    public sealed class Logged : IAsyncLifetime
    {
        private TestDatabase database = null!;

        public string Organization { get; private set; } = "";

        public Task<TestDatabase> CopyAsync() => database.CopyAsync();

        public async ValueTask InitializeAsync()
        {
            database = await TestDatabase.CreateAsync();
            await using var host = await JournalHost.StartAsync(database);
            Organization = host.Organization.ToString();
            await using var desk = Desk.At(database, host);
            for (var i = 0; i < Events; i++) await desk.SaveAsync(db => db.Add(Desk.ProductOf(desk.Organization, i)));
            var other = await host.AddOrganizationAsync("Neighbour");
            await desk.SaveAsync(
                db =>
                {
                    db.Add(Desk.ProductOf(other, 1));
                    db.Note(AuditLog.Platform, "platform.greeted", "platform", "1");
                    return Task.CompletedTask;
                }, other);
        }

        public ValueTask DisposeAsync() => database.DisposeAsync();
    }
}

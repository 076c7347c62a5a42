using System.Text.Json;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Privacy;
using Automat.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Automat.Scenarios;

/// <summary>
/// What is kept about people can be taken along and erased, and goes by itself when it is old. The books and the audit log
/// verify afterwards, and nothing in the database names the person any more.
/// </summary>
public sealed class PersonalDataTests : IAsyncLifetime
{
    private TestApp app = null!;

    public async ValueTask InitializeAsync() => app = await TestApp.StartAsync();

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task A_customer_can_be_told_what_is_kept_and_be_forgotten()
    {
        await BuyAsync();
        using var admin = await SignInAsync();
        Assert.NotEmpty(await NamingAsync(Provider.CustomerEmail));

        var told = await admin.SendAsync(
            "/panel/customer-data", "/panel/customer-data/export", ("email", Provider.CustomerEmail.ToUpperInvariant()));
        var purchase = JsonDocument.Parse(told.Text).RootElement.GetProperty("purchases").EnumerateArray().Single();
        Assert.Equal("robot-1", purchase.GetProperty("machine").GetString());

        var unsure = await admin.SendAsync(
            "/panel/customer-data", "/panel/customer-data/erase", ("email", Provider.CustomerEmail), ("again", "other@example.com"));
        Assert.Equal(422, unsure.Status);
        Assert.NotEmpty(await NamingAsync(Provider.CustomerEmail));

        var erased = await admin.SendAsync(
            "/panel/customer-data", "/panel/customer-data/erase",
            ("email", Provider.CustomerEmail), ("again", Provider.CustomerEmail));

        Assert.Equal("/panel/customer-data?done=erased", erased.Location);
        Assert.Empty(await NamingAsync(Provider.CustomerEmail));
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task Another_organisation_keeps_its_own_records_of_the_same_customer()
    {
        await BuyAsync();
        await app.SetUpAsync(
            "insert into organizations select (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), 'name', 'Other'))).* "
            + "from organizations o limit 1;"
            + "insert into purchases select (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'organization_id', o.id, "
            + "'session_id', 'cs_other', 'token_hash', null, 'vend_id', null))).* from purchases p, organizations o where o.name = 'Other'");
        using var admin = await SignInAsync();

        await admin.SendAsync(
            "/panel/customer-data", "/panel/customer-data/erase",
            ("email", Provider.CustomerEmail), ("again", Provider.CustomerEmail));

        Assert.Equal(["purchases"], await NamingAsync(Provider.CustomerEmail));
    }

    [Fact]
    public async Task Somebody_takes_their_data_along_and_has_the_account_erased()
    {
        using var person = await SignInAsync("operator@demo.automat");
        await person.SendAsync("/sign-in/forgot", "/sign-in/forgot", ("email", "operator@demo.automat"));

        var told = await person.SendAsync("/account/data", "/account/data/export");
        var account = JsonDocument.Parse(told.Text).RootElement.GetProperty("account").EnumerateArray().Single();
        Assert.Equal("operator@demo.automat", account.GetProperty("email").GetString());
        Assert.NotEmpty(account.GetProperty("sessions").EnumerateArray());
        Assert.Equal(422, (await person.SendAsync("/account/data", "/account/data/erase", ("name", "somebody else"))).Status);

        var erased = await person.SendAsync("/account/data", "/account/data/erase", ("name", "operator@demo.automat"));

        Assert.Equal("/sign-in?done=erased", erased.Location);
        Assert.Empty(await NamingAsync("operator@demo.automat"));
        Assert.NotEqual(200, (await person.OpenAsync("/panel")).Status);
        Assert.Equal(422, (await person.SignInAsync("operator@demo.automat", TestApp.Password)).Status);
        Assert.Equal(2L, await ScalarAsync("select count(*) from audit_events where action = 'person.erased'")); // here and the platform's
    }

    [Fact]
    public async Task The_last_administrator_cannot_go()
    {
        await app.SetUpAsync("update memberships set disabled_at = now() where person_id in "
            + "(select id from people where user_name <> 'admin@demo.automat')");
        using var person = await SignInAsync();

        var refused = await person.SendAsync("/account/data", "/account/data/erase", ("name", "admin@demo.automat"));

        Assert.Equal(422, refused.Status);
        Assert.Equal(200, (await person.OpenAsync("/panel")).Status);
    }

    [Fact]
    public async Task Old_traces_go_by_themselves_and_young_ones_stay()
    {
        await BuyAsync();
        using var person = await SignInAsync();
        await person.SendAsync("/sign-in/forgot", "/sign-in/forgot", ("email", "operator@demo.automat"));
        await app.SetUpAsync("update mails set status = 'Sent'");
        var kinds = app.Services.GetServices<IRetention>().ToList();
        var settings = app.Services.GetRequiredService<RetentionSettings>();

        foreach (var kind in kinds) await ForgetAsync(kind, TimeProvider.System.GetUtcNow() - settings.Of(kind));
        Assert.NotEmpty(await NamingAsync(Provider.CustomerEmail));
        Assert.Equal(1L, await ScalarAsync("select count(*) from mails"));

        foreach (var kind in kinds) await ForgetAsync(kind, TimeProvider.System.GetUtcNow().AddDays(1));

        Assert.Empty(await NamingAsync(Provider.CustomerEmail));
        Assert.Equal(0L, await ScalarAsync("select count(*) from mails"));
        await app.VerifyBooksAsync();
    }

    private async Task ForgetAsync(IRetention kind, DateTimeOffset before)
    {
        await using var scope = app.Services.GetRequiredService<IServiceScopeFactory>().CreateScopeAcross("a test sweeps");
        while (await kind.ForgetAsync(scope.ServiceProvider.GetRequiredService<AutomatDb>(), before, CancellationToken.None))
        {
            // There may be more.
        }
    }

    /// <summary>A sale at the robot, whose line is told the customer's address.</summary>
    private async Task BuyAsync()
    {
        using var buyer = new RobotBuyer(app);
        using var robot = await TestRobot.ConnectAsync(app);
        var session = await buyer.BuyAsync(email: Provider.CustomerEmail);
        await robot.ReadAsync();
        await robot.SayAsync($$"""{"type":"delivered","code":"{{(await buyer.SaleAsync(session)).Code}}"}""");
        await buyer.SaleAsync(session, VendStatus.Committed);
        await TestApp.EventuallyAsync(
            () => ScalarAsync($"select count(*) from inbox_events where status not in ('Done', 'Ignored')"), open => open is 0L);
    }

    private async Task<Visitor> SignInAsync(string name = "admin@demo.automat")
    {
        var visitor = new Visitor(app);
        await visitor.SignInAsync(name, TestApp.Password);
        if (name.StartsWith("admin", StringComparison.Ordinal))
            await visitor.SendAsync("/account/authenticator", "/account/authenticator/postpone");
        return visitor;
    }

    /// <summary>The tables in which any row names this text, as text or in bytes.</summary>
    private async Task<List<string>> NamingAsync(string text)
    {
        await using var connection = await app.Database.SuperuserConnectionAsync();
        var tables = new List<string>();
        await using (var list = new NpgsqlCommand(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1", connection))
        await using (var reader = await list.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync()) tables.Add(reader.GetString(0));
        }

        var naming = new List<string>();
        foreach (var table in tables)
        {
            await using var look = new NpgsqlCommand(
                $"select exists (select from \"{table}\" t where t::text ilike $1 or t::text ilike $2)", connection);
            look.Parameters.AddWithValue($"%{text}%");
            look.Parameters.AddWithValue($"%{Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(text))}%");
            if ((bool)(await look.ExecuteScalarAsync())!) naming.Add(table);
        }

        return naming;
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = await app.Database.SuperuserConnectionAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}

using System.Net;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Vends;
using Automat.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Automat.Scenarios;

/// <summary>A sale nobody knows the end of: every way it can be cleared up, and that each leaves the books in order.</summary>
public sealed class DoubtTests
{
    [Theory]
    [Trait("Accepts", "S2-06")]
    [InlineData("delivered", VendStatus.Committed)]
    [InlineData("not_delivered", VendStatus.Cancelled)]
    public async Task Staff_clear_up_a_doubt_once(string outcome, VendStatus status)
    {
        await using var app = await TestApp.StartAsync();
        var (vend, session) = await DoubtAsync(app);
        var listed = await app.CallAsync(HttpMethod.Get, "/api/v1/vends?status=unknown");
        Assert.Contains(vend.Id.ToString(), listed.Body.ToString(), StringComparison.Ordinal);

        var silent = await app.CallAsync(HttpMethod.Post, $"/api/v1/vends/{vend.Id}/resolution", new { outcome });
        Assert.Equal("resolution_invalid", silent.Body.GetProperty("code").GetString());
        var said = await app.CallAsync(
            HttpMethod.Post, $"/api/v1/vends/{vend.Id}/resolution", new { outcome, reason = "The camera shows it" });
        Assert.Equal(HttpStatusCode.OK, said.Status);

        await app.VendAsync(session, status);
        var twice = await app.CallAsync(
            HttpMethod.Post, $"/api/v1/vends/{vend.Id}/resolution", new { outcome, reason = "Again" });
        Assert.Equal("vend_status", twice.Body.GetProperty("code").GetString());
        await using var superuser = await app.Database.SuperuserConnectionAsync();
        await using var noted = new NpgsqlCommand(
            $"select string_agg(action || ': ' || reason, '|') from audit_events where subject_type = 'vend' and subject = '{vend.Id}'",
            superuser);
        Assert.Equal($"vend.resolved_{outcome}: The camera shows it", await noted.ExecuteScalarAsync());
        await app.SettledAsync();
    }

    [Theory]
    [Trait("Accepts", "S2-06")]
    [InlineData(1, true, VendStatus.Committed)]
    [InlineData(0, true, VendStatus.Cancelled)]
    [InlineData(0, false, VendStatus.Unknown)]
    [InlineData(2, true, VendStatus.Unknown)]
    public async Task The_machines_counter_clears_up_what_it_can(int more, bool idle, VendStatus status)
    {
        await using var app = await TestApp.StartAsync();
        var (_, session) = await DoubtAsync(app, counter: 41);

        await app.Services.GetRequiredService<VendCounters>().HeardAsync(
            await MachineAsync(app), new Dictionary<string, long> { [VendCounters.Counter] = 41 + more }, idle, default);

        Assert.Equal(status, (await app.VendOfAsync(session))!.Status);
        if (status is not VendStatus.Unknown) await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-31")]
    public async Task A_reset_between_approved_and_success_counts_as_success()
    {
        await using var app = await TestApp.StartAsync();
        var (vend, session) = await DoubtAsync(app);
        await using var scope = app.Services.GetRequiredService<IServiceScopeFactory>().CreateScopeAcross("a test acts as the machine");

        var status = await scope.ServiceProvider.GetRequiredService<ResolveVend>()
            .AfterResetAsync(await MachineAsync(app), vend.Id, default);

        Assert.Equal(VendStatus.Committed, status);
        await app.VendAsync(session, VendStatus.Committed);
        await app.SettledAsync();
    }

    private static async Task<(Vend Vend, string Session)> DoubtAsync(TestApp app, long? counter = null)
    {
        await app.GivenMachineAsync("hand-1");
        if (counter is { } value)
        {
            app.Services.GetRequiredService<MachineStatuses>().Heard(MachineId.Parse("hand-1"), new MachineReport
            {
                Counters = new Dictionary<string, long> { [VendCounters.Counter] = value },
                Within = TimeSpan.FromHours(1),
            });
        }

        app.Hand.Answer(DeliveryOutcome.Unknown, "no_answer");
        var session = await app.Buyer.OpenAsync("hand-1");
        await app.Provider.PayAsync(session);
        return (await app.VendAsync(session, VendStatus.Unknown), session);
    }

    private static async Task<Machine> MachineAsync(TestApp app) =>
        await app.Services.GetRequiredService<MachineDirectory>().GetAsync(MachineId.Parse("hand-1"), default);
}

using System.Text.Json;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>
/// A fleet with everything going wrong, in short: the command as an operator types it, its server, its customers, its
/// verdict. What fails here fails again with the seed it prints.
/// </summary>
public sealed class SimulationTests
{
    private const string Seed = "8";

    [Fact]
    [Trait("Accepts", "S2-06")]
    [Trait("Accepts", "S2-23")]
    [Trait("Accepts", "S2-24")]
    [Trait("Accepts", "S2-26")]
    [Trait("Accepts", "S2-31")]
    public async Task Whatever_goes_wrong_at_the_machines_the_books_say_what_really_happened()
    {
        await using var run = ServerProgram.Start(
            AppContext.BaseDirectory,
            [
                "simulate", "--machines", "24", "--seconds", "25", "--pace", "6", "--settle", "300", "--faults", "many",
                "--seed", Seed, "--json",
            ]);

        var code = await run.EndAsync(TimeSpan.FromMinutes(10));

        Assert.True(code == 0, run.Output + run.Errors);
        using var summary = JsonDocument.Parse(run.Output);
        var root = summary.RootElement;
        Assert.Equal(Seed, root.GetProperty("seed").GetRawText());
        Assert.All(
            root.GetProperty("verdict").GetProperty("invariants").EnumerateArray(),
            invariant => Assert.True(invariant.GetProperty("holds").GetBoolean(), invariant.GetRawText()));
        foreach (var kind in new[] { "native-http", "native-mqtt", "arcade", "robot", "fridge", "vmflow" })
        {
            Assert.Equal(4, root.GetProperty("machines").GetProperty(kind).GetInt32());
        }

        foreach (var fault in new[] { "duplicate", "answer-lost", "request-lost", "power-cut", "dispense-failure", "delay" })
        {
            Assert.True(root.GetProperty("faults").GetProperty(fault).GetInt64() > 0, $"{fault} did not strike: {run.Output}");
        }

        foreach (var tender in new[] { "cash", "paid", "reserved" })
        {
            Assert.True(root.GetProperty("counts").GetProperty(tender).GetInt64() > 0, run.Output);
        }
    }

    [Fact]
    [Trait("Accepts", "S2-26")]
    public async Task A_fleet_enrols_at_a_server_that_runs_and_is_judged_and_retired_over_its_api()
    {
        await using var app = await TestApp.StartAsync();
        await using var run = ServerProgram.Start(
            AppContext.BaseDirectory,
            [
                "simulate", "--server", app.Http.ToString(), "--api-key", TestApp.ApiKey, "--sandbox", app.Sandbox.ToString(),
                "--robot-port", $"{app.RobotPort}", "--machines", "10", "--seconds", "15", "--pace", "3", "--settle", "300",
                "--faults", "some", "--seed", Seed, "--json",
            ]);

        var code = await run.EndAsync(TimeSpan.FromMinutes(10));

        Assert.True(code == 0, run.Output + run.Errors);
        using var summary = JsonDocument.Parse(run.Output);
        Assert.True(summary.RootElement.GetProperty("counts").GetProperty("delivered").GetInt64() > 0, run.Output);
        var retired = (await app.CallAsync(HttpMethod.Get, "/api/v1/machines?state=retired&limit=100")).Body.GetProperty("items");
        Assert.Equal(10, retired.GetArrayLength());
        Assert.Equal(10, await app.QueryAsync(db => db.Database.SqlQueryRaw<int>(
            "select count(distinct machine_id)::int as \"Value\" from machine_secrets where machine_id like 'sim-%'").SingleAsync()));
        await app.VerifyBooksAsync();
    }

    [Theory]
    [InlineData("--server http://127.0.0.1:9 --api-key none", "http://127.0.0.1:9/")]
    [InlineData("--faults plenty", "There is no preset 'plenty'")]
    [InlineData("--kinds toaster=1", "There is no kind 'toaster'")]
    [InlineData("--machines 0", "There are 1 to")]
    [InlineData("--fault gremlins=1", "There is no fault 'gremlins'")]
    [InlineData("--server http://127.0.0.1:9", "--ids")]
    public async Task What_makes_no_sense_is_said_in_a_sentence(string wrong, string sentence)
    {
        var (code, output, errors) = await ServerProgram.RunAsync(AppContext.BaseDirectory, ["simulate", .. wrong.Split(' ')]);

        Assert.True(code == 2, $"{code} {output}{errors}");
        Assert.Contains(sentence, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }
}

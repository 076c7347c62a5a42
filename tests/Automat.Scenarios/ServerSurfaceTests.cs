using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>What the running server shows of itself to programs.</summary>
public sealed class ServerSurfaceTests(RobotContractTests.Shop shop) : IClassFixture<RobotContractTests.Shop>
{
    [Fact]
    [Trait("Accepts", "S0-18")]
    public void Every_address_says_who_may_use_it()
    {
        var routes = shop.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        Assert.True(routes.Count > 20);
        Assert.All(routes, route => Assert.True(
            route.Metadata.GetMetadata<IAllowAnonymous>() is not null || route.Metadata.GetMetadata<IAuthorizeData>() is not null,
            $"{route.RoutePattern.RawText} says nothing about its callers."));
    }

    [Theory]
    [Trait("Accepts", "S0-18")]
    [InlineData("GET", "/api/robot-status", 401)]
    [InlineData("POST", "/api/update-activity", 401)]
    [InlineData("GET", "/api/create-checkout-session", 405)]
    [InlineData("DELETE", "/api/products", 405)]
    [InlineData("GET", "/api/nothing", 404)]
    [InlineData("POST", "/api/nothing", 404)]
    public async Task What_may_not_be_done_is_a_problem_with_a_code(string method, string path, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await shop.Buyer.Browser.SendAsync(request);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("code").GetString()!);
    }

    [Fact]
    public async Task The_interface_is_described_as_OpenAPI()
    {
        var text = await shop.Buyer.Browser.GetStringAsync("/openapi/v1.json");
        var document = JsonDocument.Parse(text).RootElement;
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var paths = document.GetProperty("paths");
        foreach (var path in new[]
        {
            "/api/products", "/api/create-checkout-session", "/api/get-code", "/api/robot-command", "/api/robot-status",
            "/api/message", "/api/admin-login", "/create-payment-link", "/gameover",
        })
        {
            Assert.True(paths.TryGetProperty(path, out _), $"{path} is not described.");
        }
    }

    [Fact]
    public async Task Health_is_told_component_by_component()
    {
        using var answer = await shop.Buyer.Browser.GetAsync("/health");
        Assert.Equal(200, (int)answer.StatusCode);
        var health = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(["database", "journal", "paybacks"], health.GetProperty("checks").EnumerateObject().Select(c => c.Name));
        Assert.Equal(200, (int)(await shop.Buyer.Browser.GetAsync("/health/live")).StatusCode);
        Assert.Equal(200, (int)(await shop.Buyer.Browser.GetAsync("/health/ready")).StatusCode);
    }

    [Fact]
    public async Task Metrics_satisfy_promtool()
    {
        await shop.Buyer.BuyAsync(new Dictionary<string, int> { ["3"] = 1 });
        var metrics = await shop.Buyer.Browser.GetStringAsync("/metrics");
        Assert.NotEmpty(metrics);
        var tool = "/usr/bin/promtool";
        if (!File.Exists(tool)) Assert.Skip("promtool is not installed.");
        using var check = Process.Start(new ProcessStartInfo(tool, ["check", "metrics"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        await check.StandardInput.WriteAsync(metrics);
        check.StandardInput.Close();
        var said = await check.StandardOutput.ReadToEndAsync() + await check.StandardError.ReadToEndAsync();
        await check.WaitForExitAsync();
        Assert.True(check.ExitCode == 0, said);
    }
}

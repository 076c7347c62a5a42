using Automat.Server.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Automat.Server.Tests.Platform;

/// <summary>Pages of other web sites get nothing from us unless their site is named.</summary>
public sealed class CrossOriginsTests
{
    private static readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_is_let_in_by_default()
    {
        await using var server = await StartAsync(null);

        using var answer = await AskAsync(server, HttpMethod.Get, "https://shop.example");
        using var before = await AskAsync(server, HttpMethod.Options, "https://shop.example");

        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(before.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    [Trait("Accepts", "S0-02")]
    public async Task A_site_that_is_named_may_call_with_a_token_but_never_with_a_cookie()
    {
        await using var server = await StartAsync("https://shop.example, http://localhost:5173");

        using var answer = await AskAsync(server, HttpMethod.Get, "http://localhost:5173");
        using var before = await AskAsync(server, HttpMethod.Options, "https://shop.example");

        Assert.Equal("http://localhost:5173", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("Authorization", before.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.Ordinal);
        Assert.False(before.Headers.Contains("Access-Control-Allow-Credentials"));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task Another_site_stays_out()
    {
        await using var server = await StartAsync("https://shop.example");

        using var answer = await AskAsync(server, HttpMethod.Options, "https://shop.example.evil.test");

        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("https://shop.example/")]
    [InlineData("shop.example")]
    [InlineData("null")]
    public async Task What_is_no_origin_stops_the_start(string origins)
    {
        var refused = await Assert.ThrowsAsync<SettingsException>(() => StartAsync(origins));
        Assert.Contains("Automat__Cors__Origins", refused.Message, StringComparison.Ordinal);
    }

    private static Task<SmallServer> StartAsync(string? origins) => SmallServer.StartAsync(
        builder =>
        {
            builder.Configuration.AddInMemoryCollection(
                new Dictionary<string, string?>(StringComparer.Ordinal) { ["Automat:Cors:Origins"] = origins });
            builder.Services.AddCrossOrigins(builder.Configuration);
        },
        app =>
        {
            app.UseRouting();
            app.UseCrossOrigins();
            app.MapGet("/api/v1/machines", () => "[]");
        });

    private static async Task<HttpResponseMessage> AskAsync(SmallServer server, HttpMethod method, string origin)
    {
        using var request = new HttpRequestMessage(method, "/api/v1/machines");
        request.Headers.Add("Origin", origin);
        if (method == HttpMethod.Options) request.Headers.Add("Access-Control-Request-Method", "GET");
        if (method == HttpMethod.Options) request.Headers.Add("Access-Control-Request-Headers", "authorization");
        return await server.Http.SendAsync(request, _ct);
    }
}

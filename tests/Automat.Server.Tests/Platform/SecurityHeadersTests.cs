using Automat.Server.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Automat.Server.Tests.Platform;

/// <summary>What browsers are told about every page.</summary>
public sealed class SecurityHeadersTests
{
    private static readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_answer_carries_them_and_forms_may_lead_to_the_pay_page()
    {
        await using var server = await SmallServer.StartAsync(_ => { }, app =>
        {
            app.UseSecurityHeaders(
                "https://checkout.stripe.com/c/pay", "http://127.0.0.1:4242", "https://checkout.stripe.com");
            app.MapGet("/", () => "hello");
        });

        foreach (var path in new[] { "/", "/missing" })
        {
            var response = await server.Http.GetAsync(path, _ct);

            Assert.Equal(
                "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
                + "form-action 'self' https://checkout.stripe.com http://127.0.0.1:4242",
                Header("Content-Security-Policy"));
            Assert.Equal("nosniff", Header("X-Content-Type-Options"));
            Assert.Equal("same-origin", Header("Referrer-Policy"));
            Assert.Equal("same-origin", Header("Cross-Origin-Opener-Policy"));
            Assert.Equal("same-origin", Header("Cross-Origin-Resource-Policy"));
            Assert.Contains("camera=()", Header("Permissions-Policy"), StringComparison.Ordinal);

            string Header(string name) => response.Headers.GetValues(name).Single();
        }
    }

    [Fact]
    public async Task A_page_may_say_otherwise()
    {
        await using var server = await SmallServer.StartAsync(_ => { }, app =>
        {
            app.UseSecurityHeaders();
            app.MapGet("/", (HttpContext http) =>
            {
                http.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
                return "picture";
            });
        });

        var response = await server.Http.GetAsync("/", _ct);

        Assert.Equal("cross-origin", response.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
    }

    [Theory]
    [InlineData("checkout.stripe.com")]
    [InlineData("javascript:alert(1)")]
    [InlineData("'unsafe-inline'")]
    [InlineData("https://user@evil.example")]
    public void What_is_not_an_origin_never_gets_into_the_policy(string text) =>
        Assert.Throws<ArgumentException>(() => WebApplication.CreateSlimBuilder().Build().UseSecurityHeaders(text));
}

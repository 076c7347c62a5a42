using System.Net;
using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Server.Tests.Audit;

/// <summary>Looking beyond one's organisation takes the platform's role and a reason, and is in the log before anything is seen.</summary>
public sealed class CrossTenantTests
{
    [Fact]
    [Trait("Accepts", "S2-20")]
    public async Task A_crossing_is_in_the_platforms_log_and_in_that_of_whoever_is_looked_at()
    {
        await using var desk = await Desk.OpenAsync();
        var other = await desk.Host.AddOrganizationAsync("Other");
        await desk.SaveAsync(db => db.Add(Desk.ProductOf(desk.Organization, 1)));
        await desk.SaveAsync(db => Task.FromResult(db.Add(Desk.ProductOf(other, 2))), other);
        var from = new Actor();
        from.Comes(IPAddress.Parse("203.0.113.9"), "trace-of-the-request");

        await using var scope = await desk.Scopes.CrossTenantAsync(Somebody(platform: true), from, "ticket 4711", other, default);

        var seen = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Product>().ToListAsync();
        Assert.Equal(2, Assert.Single(seen).Number);
        var platform = Assert.Single(await desk.LogAsync(AuditLog.Platform));
        var told = Assert.Single(await desk.LogAsync(other), e => e.Action == "tenant.crossed");
        foreach (var noted in new[] { platform, told })
        {
            Assert.Equal(
                ("tenant.crossed", ActorKind.Platform, "administrator", "203.0.113.0/24", "trace-of-the-request", "ticket 4711"),
                (noted.Action, noted.ActorKind, noted.Actor, noted.Origin, noted.CorrelationId, noted.Reason));
            Assert.Equal(other.ToString(), noted.Subject);
        }

        Assert.DoesNotContain(await desk.LogAsync(), e => e.Action == "tenant.crossed");
    }

    [Fact]
    [Trait("Accepts", "S2-20")]
    public async Task A_look_at_everybody_is_in_the_platforms_log_and_what_is_changed_bears_the_name()
    {
        await using var desk = await Desk.OpenAsync();
        var other = await desk.Host.AddOrganizationAsync("Other");
        await desk.SaveAsync(db => db.Add(Desk.ProductOf(desk.Organization, 1)));
        await desk.SaveAsync(db => Task.FromResult(db.Add(Desk.ProductOf(other, 2))), other);

        await using var scope = await desk.Scopes.CrossTenantAsync(Somebody(platform: true), new Actor(), "ticket 4712", null, default);

        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        Assert.Equal(2, await db.Set<Product>().CountAsync());
        Assert.Equal("all", Assert.Single(await desk.LogAsync(AuditLog.Platform)).Subject);
        db.Remove(await db.Set<Product>().SingleAsync(p => p.Number == 2));
        await db.SaveChangesAsync();
        Assert.Equal(
            (ActorKind.Platform, "administrator"), (await desk.LogAsync(other)).Select(e => (e.ActorKind, e.Actor)).Last());
    }

    [Theory]
    [Trait("Accepts", "S2-20")]
    [InlineData(false, "ticket 4711", "forbidden")]
    [InlineData(true, null, "reason_missing")]
    [InlineData(true, "  ", "reason_missing")]
    [InlineData(true, "why", "reason_invalid")]
    [InlineData(true, "ticket\n4711", "reason_invalid")]
    public async Task Without_the_role_or_a_reason_nobody_crosses_and_nothing_is_noted(bool platform, string? reason, string code)
    {
        await using var desk = await Desk.OpenAsync();

        var refused = await Assert.ThrowsAsync<RuleException>(
            () => desk.Scopes.CrossTenantAsync(Somebody(platform), new Actor(), reason, null, default));

        Assert.Equal(code, refused.Code);
        Assert.Empty(await desk.LogAsync(AuditLog.Platform));
    }

    [Fact]
    public async Task An_organisation_that_is_not_there_cannot_be_looked_at_and_the_try_is_noted()
    {
        await using var desk = await Desk.OpenAsync();

        var refused = await Assert.ThrowsAsync<RuleException>(() => desk.Scopes.CrossTenantAsync(
            Somebody(platform: true), new Actor(), "ticket 4711", Id<Organization>.New(), default));

        Assert.Equal("organization_unknown", refused.Code);
        Assert.Single(await desk.LogAsync(AuditLog.Platform));
    }

    private static ClaimsPrincipal Somebody(bool platform) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, "administrator"),
            new Claim(CrossTenants.PlatformClaim, platform ? "true" : "false"),
        ],
        "test"));
}

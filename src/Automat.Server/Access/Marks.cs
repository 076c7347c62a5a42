using Microsoft.AspNetCore.Authorization;

namespace Automat.Server.Access;

/// <summary>Why an address asks nobody who they are, or asks in its own way.</summary>
/// <param name="Why">In words, for <c>docs/permissions.md</c>.</param>
/// <param name="ByDevice">Whether the address itself checks a machine's or provider's secret.</param>
public sealed record PublicMark(string Why, bool ByDevice);

/// <summary>How an address says who may use it. One that says nothing is refused to everybody.</summary>
public static class Marks
{
    /// <summary>Only callers who have the permission.</summary>
    public static TBuilder RequirePermission<TBuilder>(this TBuilder endpoint, Permission permission)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(Permissions.PolicyOf(permission));

    /// <summary>Everybody, for a reason.</summary>
    public static TBuilder IsPublic<TBuilder>(this TBuilder endpoint, string why)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.AllowAnonymous().WithMetadata(new PublicMark(why, ByDevice: false));

    /// <summary>Whoever shows a secret that the address checks itself: a machine's, a provider's signature.</summary>
    public static TBuilder ChecksItself<TBuilder>(this TBuilder endpoint, string how)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.AllowAnonymous().WithMetadata(new PublicMark(how, ByDevice: true));
}

internal sealed record PermissionRequirement(Permission Permission) : IAuthorizationRequirement;

internal sealed class PermissionHandler : AuthorizationHandler<PermissionRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, PermissionRequirement requirement)
    {
        if (context.User.Allows(requirement.Permission)) context.Succeed(requirement);
        return Task.CompletedTask;
    }
}

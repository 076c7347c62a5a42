using Microsoft.AspNetCore.Authorization;

namespace Automat.Server.Access;

/// <summary>Who may do what: the table of permissions and the marks that name them. It knows no person and no table.</summary>
public static class AccessModule
{
    /// <summary>Adds a policy for each permission; an address without a mark is refused to everybody.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<CallerLimits>();
        services.AddSingleton<IAuthorizationHandler, PermissionHandler>();
        var authorization = services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build());
        foreach (var permission in Permissions.All)
        {
            authorization.AddPolicy(
                Permissions.PolicyOf(permission), policy => policy.AddRequirements(new PermissionRequirement(permission)));
        }

        return services;
    }

    /// <summary>Puts the limits of each caller into the pipeline; after authentication.</summary>
    public static IApplicationBuilder UseCallerLimits(this IApplicationBuilder app) =>
        app.Use((context, next) => CallerLimits.UseAsync(context, next));
}

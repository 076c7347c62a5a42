using System.Diagnostics;
using Automat.Server.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;

namespace Automat.Server.People;

/// <summary>The people's front door.</summary>
public static class PeopleModule
{
    /// <summary>Adds organisations, people and keys.</summary>
    public static IServiceCollection AddPeople(this IServiceCollection services)
    {
        services.AddSingleton<ITables, PeopleTables>();
        services.AddIdentityCore<Person>(identity =>
        {
            identity.User.RequireUniqueEmail = false;
            identity.Password.RequiredLength = 10;
            identity.Password.RequireNonAlphanumeric = false;
            identity.Password.RequireUppercase = false;
            identity.Password.RequireDigit = false;
            identity.Lockout.MaxFailedAccessAttempts = 8;
        }).AddEntityFrameworkStores<AutomatDb>();
        return services;
    }

    /// <summary>Adds how callers sign in. Whoever an endpoint does not name is refused.</summary>
    public static IServiceCollection AddSignIn(this IServiceCollection services)
    {
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
            .AddCookie(cookie =>
            {
                cookie.Cookie.Name = "automat_session";
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                cookie.ExpireTimeSpan = TimeSpan.FromHours(8);
                cookie.Events.OnRedirectToLogin = Refuse(StatusCodes.Status401Unauthorized);
                cookie.Events.OnRedirectToAccessDenied = Refuse(StatusCodes.Status403Forbidden);
            })
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(Callers.KeyScheme, null);
        var staff = new AuthorizationPolicyBuilder(
                CookieAuthenticationDefaults.AuthenticationScheme, Callers.KeyScheme)
            .RequireAuthenticatedUser().RequireClaim(Callers.OrganizationClaim).Build();
        services.AddAuthorizationBuilder().AddPolicy(Callers.Staff, staff).SetFallbackPolicy(staff);
        return services;
    }

    /// <summary>
    /// A request of somebody who had to sign in sees the rows of their organisation. Place it after authorization. Public
    /// addresses say themselves whose rows they show.
    /// </summary>
    public static IApplicationBuilder UseTenants(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.User.Identity is { IsAuthenticated: true }
            && context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null)
        {
            context.RequestServices.GetRequiredService<Tenant>().Enter(context.User.OrganizationOf());
        }

        return next(context);
    });

    /// <summary>
    /// Says whose doing a request is, for the audit, and where it came from. Place it after authorization. Public addresses
    /// find out themselves who calls.
    /// </summary>
    public static IApplicationBuilder UseActors(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var actor = context.RequestServices.GetRequiredService<Actor>();
        actor.Comes(
            context.Connection.RemoteIpAddress, Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier);
        if (context.User.Identity is { IsAuthenticated: true }
            && context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null)
        {
            context.User.IsThe(actor);
        }

        return next(context);
    });

    /// <summary>Maps signing in for existing admin pages.</summary>
    public static void MapPeople(this IEndpointRouteBuilder routes) => AdminSession.Map(routes);

    private static Func<RedirectContext<CookieAuthenticationOptions>, Task> Refuse(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };
}

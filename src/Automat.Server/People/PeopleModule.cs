using System.Security.Claims;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Notifications.Mail;
using Automat.Server.Panel;
using Automat.Server.Platform;
using Automat.Server.Privacy;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;

namespace Automat.Server.People;

/// <summary>The people's front door.</summary>
public static class PeopleModule
{
    /// <summary>The cookie between password and second step.</summary>
    internal const string SecondStepScheme = "SecondStep";

    private const string CallerScheme = "Caller";

    // What the framework's sealed tokens begin with; ours and older keys do not.
    private const string SealedStart = "CfDJ8";

    /// <summary>Adds organisations, people, sessions and tokens.</summary>
    public static IServiceCollection AddPeople(this IServiceCollection services)
    {
        services.AddSingleton<ITables, PeopleTables>();
        services.AddPersonalData<PersonTraces>().AddRetention<SessionRetention>().AddRetention<InvitationRetention>();
        services.AddIdentityCore<Person>(identity =>
        {
            identity.User.RequireUniqueEmail = false; // existing administrators have a name and no address
            identity.Password.RequiredLength = PasswordRules.Shortest; // the rest stands in PasswordRules
            identity.Password.RequireNonAlphanumeric = false;
            identity.Password.RequireUppercase = false;
            identity.Password.RequireLowercase = false;
            identity.Password.RequireDigit = false;
            identity.Lockout.MaxFailedAccessAttempts = 8;
            identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
        }).AddEntityFrameworkStores<AutomatDb>().AddUserStore<PeopleStore>().AddSignInManager().AddDefaultTokenProviders();
        services.AddScoped(provider => (PeopleStore)provider.GetRequiredService<IUserStore<Person>>());
        services.Configure<DataProtectionTokenProviderOptions>(links => links.TokenLifespan = TimeSpan.FromHours(1));
        return services;
    }

    /// <summary>Adds how callers sign in. Whoever an endpoint does not name is refused.</summary>
    public static IServiceCollection AddSignIn(this IServiceCollection services, PeopleSettings settings)
    {
        services.AddSingleton(settings);
        services.AddHttpContextAccessor();
        services.AddSingleton<EvenPace>().AddSingleton<Workplaces>().AddSingleton<IPanelPlaces, PanelPlaces>();
        services.AddScoped<IPanelHome, PanelHome>();
        services.AddScoped<IPanelSearch, FindPeople>();
        services.AddScoped<PasswordCheck>().AddScoped<SecondStep>().AddScoped<Sessions>().AddScoped<ExistingAdminSession>();
        services.AddScoped<OwnAccount>().AddScoped<SignInPages>().AddScoped<ResetPages>().AddScoped<InvitationPages>();
        services.AddScoped<AuthenticatorPages>().AddScoped<PasskeyEndpoints>().AddScoped<PeoplePages>();
        services.AddScoped<SendInvitation>().AddScoped<Organizations>().AddScoped<IActorNames, ActorNames>()
            .AddScoped<IStaffMail, StaffMail>();
        services.AddScoped<ChangeColleague>().AddScoped<TokenPages>().AddScoped<EraseAccount>();
        services.AddScoped<IClaimsTransformation, CallerClaims>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, Refusals>();
        AddSchemes(services, settings);
        services.Configure<IdentityPasskeyOptions>(passkeys =>
        {
            passkeys.UserVerificationRequirement = "required"; // else it would be one factor, not two
            passkeys.ResidentKeyRequirement = "required"; // signing in asks for no name first
        });
        services.Configure<SecurityStampValidatorOptions>(stamp => stamp.ValidationInterval = TimeSpan.Zero);
        return services;
    }

    /// <summary>
    /// A request of somebody who had to sign in sees the rows of their organisation. Place it after authorization. Public
    /// addresses say themselves whose rows they show; who works for nobody sees nobody's.
    /// </summary>
    public static IApplicationBuilder UseTenants(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.User.HasClaim(claim => claim.Type is Callers.OrganizationClaim)
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
        actor.Comes(context.Connection.RemoteIpAddress, Traces.IdOf(context));
        if (context.User.Identity is { IsAuthenticated: true }
            && context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null)
        {
            IsThe(context.User, actor);
        }

        return next(context);
    });

    /// <summary>Maps signing in, the own account, people and tokens.</summary>
    public static void MapPeople(this IEndpointRouteBuilder routes)
    {
        ExistingAdminSession.Map(routes);
        RecentActions.Map(routes);
        BearerSignIn.Map(routes);
        SignInPages.Map(routes);
        PasskeyEndpoints.Map(routes);
        ResetPages.Map(routes);
        InvitationPages.Map(routes);
        ReauthenticationPages.Map(routes);
        HomePages.Map(routes);
        AccountPages.Map(routes);
        AuthenticatorPages.Map(routes);
        PeoplePages.Map(routes);
        ChangeColleague.Map(routes);
        Organizations.Map(routes);
        OrganizationPages.Map(routes);
        TokenPages.Map(routes);
        OwnDataPages.Map(routes);
        CustomerDataPages.Map(routes);
    }

    /// <summary>A program with a personal token acts on behalf of its person.</summary>
    private static void IsThe(ClaimsPrincipal caller, Actor actor)
    {
        if (caller.FindFirstValue(Callers.TokenClaim) is { } token) actor.Is(ActorKind.Token, token, caller.PersonOf()?.ToString());
        else if (caller.PersonOf() is { } person) actor.Is(ActorKind.Person, person.ToString());
    }

    private static void AddSchemes(IServiceCollection services, PeopleSettings settings)
    {
        var schemes = services.AddAuthentication(options =>
        {
            options.DefaultScheme = CallerScheme;
            options.DefaultSignInScheme = IdentityConstants.ApplicationScheme;
            options.DefaultSignOutScheme = IdentityConstants.ApplicationScheme;
        });
        schemes.AddPolicyScheme(CallerScheme, null, caller => caller.ForwardDefaultSelector = SchemeOf);
        schemes.AddScheme<AuthenticationSchemeOptions, TokenHandler>(Callers.KeyScheme, null);
        schemes.AddBearerToken(IdentityConstants.BearerScheme, bearer =>
        {
            bearer.BearerTokenExpiration = TimeSpan.FromHours(1);
            bearer.RefreshTokenExpiration = Session.ApiIdle;
        });
        // The session row decides how long one is signed in; the cookie only has to live as long.
        schemes.AddCookie(IdentityConstants.ApplicationScheme, Cookie(settings, "automat_session", Session.BrowserIdle));
        schemes.AddCookie(SecondStepScheme, Cookie(settings, "automat_second_step", TimeSpan.FromMinutes(10)));
        schemes.AddCookie(IdentityConstants.TwoFactorUserIdScheme, Cookie(settings, "automat_passkey", TimeSpan.FromMinutes(10)));
        schemes.AddCookie(IdentityConstants.TwoFactorRememberMeScheme, cookie =>
        {
            Cookie(settings, "automat_device", TimeSpan.FromDays(30))(cookie);
            cookie.Events.OnValidatePrincipal = SecurityStampValidator.ValidateAsync<ITwoFactorSecurityStampValidator>;
        });
        schemes.AddCookie(IdentityConstants.ExternalScheme, Cookie(settings, "automat_external", TimeSpan.FromMinutes(5)));
    }

    private static Action<CookieAuthenticationOptions> Cookie(PeopleSettings settings, string name, TimeSpan lasts) => cookie =>
    {
        cookie.Cookie.Name = settings.CookieName(name);
        cookie.Cookie.Path = "/";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = settings.Secure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        cookie.ExpireTimeSpan = lasts;
        cookie.SlidingExpiration = true;
    };

    private static string SchemeOf(HttpContext context) => Callers.PresentedKey(context.Request) switch
    {
        null => IdentityConstants.ApplicationScheme,
        { } key when key.StartsWith(SealedStart, StringComparison.Ordinal) => IdentityConstants.BearerScheme,
        _ => Callers.KeyScheme,
    };
}

using System.Globalization;
using Microsoft.AspNetCore.Localization;

namespace Automat.Server.Storefront;

/// <summary>The customers' pages: their looks, their words, their files. Who fills them is another module's work.</summary>
public static class StorefrontModule
{
    /// <summary>The languages every text exists in; the first is what others fall back to.</summary>
    public static IReadOnlyList<CultureInfo> Languages => Wish.Languages;

    /// <summary>Registers Razor components, localization and the asset manifest.</summary>
    public static IServiceCollection AddStorefront(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddLocalization();
        services.AddSingleton<Fragments>();
        services.AddSingleton(_ => AssetManifest.Load(StorefrontFiles.WebRoot));
        services.AddSingleton<AppFiles>();
        return services.Configure<RequestLocalizationOptions>(options =>
        {
            options.SetDefaultCulture("en");
            options.SupportedCultures = [.. Languages];
            options.SupportedUICultures = [.. Languages];
            options.ApplyCurrentCultureToResponseHeaders = true;
            options.RequestCultureProviders =
            [
                new QueryStringRequestCultureProvider { QueryStringKey = Wish.LanguageKey, UIQueryStringKey = Wish.LanguageKey },
                new LanguageCookieProvider(),
                new AcceptLanguageHeaderRequestCultureProvider(),
            ];
        });
    }

    /// <summary>Serves <c>wwwroot</c>. Place it before authentication: everyone may have a picture.</summary>
    /// <param name="app">The pipeline, after routing.</param>
    /// <param name="ownRoot">A folder of somebody's own pages, served at the root before ours; null where there is none.</param>
    /// <param name="ownPolicy">What those pages may do (Content-Security-Policy); null for the usual.</param>
    public static IApplicationBuilder UseStorefrontFiles(this IApplicationBuilder app, string? ownRoot = null, string? ownPolicy = null)
    {
        if (ownRoot is not null) new OwnFrontEnd(ownRoot, ownPolicy ?? OwnFrontEnd.UsualPolicy).Use(app);
        StorefrontFiles.Use(app);
        return app;
    }

    /// <summary>
    /// Chooses the language (<c>?lang=</c>, then the cookie, then the browser's wish) and remembers what a visitor
    /// picked with <c>?lang=</c> or <c>?theme=</c>. Place it before the endpoints.
    /// </summary>
    public static IApplicationBuilder UseStorefrontLocalization(this IApplicationBuilder app)
    {
        app.UseRequestLocalization();
        return app.Use((context, next) =>
        {
            Wish.Remember(context);
            return next(context);
        });
    }

    private sealed class LanguageCookieProvider : RequestCultureProvider
    {
        public override Task<ProviderCultureResult?> DetermineProviderCultureResult(HttpContext httpContext) =>
            Task.FromResult(httpContext.Request.Cookies[Wish.LanguageCookie] is { Length: > 0 and < 10 } language
                ? new ProviderCultureResult(language)
                : null);
    }
}

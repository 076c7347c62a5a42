using System.Globalization;
using Automat.Server.Storefront;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Counter;

/// <summary>What makes the shop an app on a phone, and tells crawlers what is whose.</summary>
internal static class AppPages
{
    private const string Why = "everybody's browser asks for it";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").IsPublic(Why).ExcludeFromDescription();
        pages.MapGet("/app.webmanifest", (HttpContext context, IStringLocalizer<Storefront.Texts> texts) =>
        {
            context.Response.Headers.CacheControl = "no-cache";
            return Results.Json(
                AppFiles.Manifest(CultureInfo.CurrentUICulture.TwoLetterISOLanguageName, texts["Layout.Description"], texts["Machines.ToShop"]),
                contentType: "application/manifest+json");
        });
        pages.MapGet("/sw.js", (HttpContext context, AppFiles files) =>
        {
            // A browser that kept an old one would never learn of a new version.
            context.Response.Headers.CacheControl = "no-cache";
            return Results.Text(files.Worker, "text/javascript");
        });
        pages.MapGet("/robots.txt", () => Results.Text(AppFiles.Robots, "text/plain"));
        pages.MapGet(AppFiles.Offline, () => Pages.Show<OfflinePage>(new OfflineView()));
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Automat.Server.Storefront;

/// <summary>What a browser needs to keep the shop as an app: the list of its shell, its manifest, and what crawlers may read.</summary>
public sealed class AppFiles(AssetManifest assets)
{
    /// <summary>The page that is shown without a connection.</summary>
    public const string Offline = "/offline";

    private static readonly string[] Pictures =
    [
        "/images/favicon.svg", "/images/icons/icon-192.png", "/images/products/pie.svg", "/images/machines/cabinet.svg",
        "/images/machines/counter.svg", "/images/machines/fridge.svg", "/images/machines/robot.svg", "/images/machines/snack.svg",
    ];

    /// <summary>Private pages and those of staff are nobody's search result.</summary>
    public const string Robots =
        """
        User-agent: *
        Disallow: /panel
        Disallow: /account
        Disallow: /sign-in
        Disallow: /api/
        Disallow: /report

        """;

    /// <summary>
    /// The service worker: the shell this build consists of, and the work itself. Another shell is another text, and so the
    /// browser notices a new version.
    /// </summary>
    public string Worker { get; } = Write(assets);

    /// <summary>The manifest in the words of a language.</summary>
    /// <param name="language">Two letters.</param>
    /// <param name="description">What the shop is.</param>
    /// <param name="shop">What the way to the web shop is called.</param>
    public static object Manifest(string language, string description, string shop) => new
    {
        id = "/",
        name = "Automat",
        short_name = "Automat",
        description,
        lang = language,
        start_url = "/",
        scope = "/",
        display = "standalone",
        background_color = "#f8f1e2",
        theme_color = "#12493c",
        icons = new object[]
        {
            new { src = "/images/icons/icon-192.png", sizes = "192x192", type = "image/png", purpose = "any" },
            new { src = "/images/icons/icon-512.png", sizes = "512x512", type = "image/png", purpose = "any" },
            new { src = "/images/icons/maskable-512.png", sizes = "512x512", type = "image/png", purpose = "maskable" },
        },
        shortcuts = new[] { new { name = shop, url = "/shop" } },
    };

    private static string Write(AssetManifest assets)
    {
        var page = assets["storefront"];
        string[] shell = [Offline, page.Script, .. page.Imports, .. page.Styles, .. page.Fonts, .. Pictures];
        var list = JsonSerializer.Serialize(shell);
        var version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list + assets["worker"].Script)))[..16];
        return $"self.shell = {list};\nself.version = \"{version}\";\nimportScripts(\"{assets["worker"].Script}\");\n";
    }
}

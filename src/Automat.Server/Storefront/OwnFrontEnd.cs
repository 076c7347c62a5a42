using System.Text.RegularExpressions;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;

namespace Automat.Server.Storefront;

/// <summary>
/// Serves a folder of somebody's own pages at the root. What the server itself answers, it goes on answering: interface, panel,
/// machines' pages and addresses. Other addresses a browser asks for get the folder's first page, which knows its own ways.
/// </summary>
internal sealed partial class OwnFrontEnd(string root, string policy)
{
    /// <summary>What such pages may do unless somebody says otherwise: load from here, and carry their own styles.</summary>
    public const string UsualPolicy =
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

    private const string FirstPage = "/index.html";

    // Below these a wrong address is a mistake of a program, and is told so.
    private static readonly string[] Ours =
    [
        "/api", "/device", "/panel", "/webhooks", "/openapi", "/health", "/metrics", "/mqtt", "/assets", "/images", "/pictures", "/.well-known",
    ];

    private readonly string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    public void Use(IApplicationBuilder app)
    {
        var files = new WithoutWaysOut(new PhysicalFileProvider(folder, ExclusionFilters.Sensitive), folder);
        app.Use((context, next) =>
        {
            if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) Choose(context, files);
            return next(context);
        });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            ServeUnknownFileTypes = true,
            DefaultContentType = "application/octet-stream",
            OnPrepareResponse = Prepare,
        });
    }

    /// <summary>Points the request at the file it means, where the folder and not the server answers it.</summary>
    private static void Choose(HttpContext context, IFileProvider files)
    {
        var path = context.Request.Path.Value ?? "/";
        if (files.GetFileInfo(path).Exists)
        {
            // What lies in the folder is its own, such as a page we have another one of; but never in place of the interface.
            if (!IsOurs(context)) context.SetEndpoint(null);
            return;
        }

        if (path != "/" && context.GetEndpoint() is not null) return;
        if (path.EndsWith('/') && files.GetFileInfo(path + "index.html").Exists)
        {
            context.Request.Path = path + "index.html";
            context.SetEndpoint(null);
        }
        else if (IsPlace(context, path)) context.Request.Path = FirstPage;
    }

    private static bool IsPlace(HttpContext context, string path) =>
        context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && !path[path.LastIndexOf('/')..].Contains('.', StringComparison.Ordinal) && !IsHidden(path)
        && !IsOurs(context);

    /// <summary>Whether a part of the path begins with a dot, as what is nobody's business does; what is well known is not meant.</summary>
    private static bool IsHidden(string path)
    {
        var from = path.StartsWith("/.well-known/", StringComparison.Ordinal) ? 1 : 0;
        return path.IndexOf("/.", from, StringComparison.Ordinal) >= 0;
    }

    private static bool IsOurs(HttpContext context) =>
        Ours.Any(own => context.Request.Path.StartsWithSegments(own, StringComparison.OrdinalIgnoreCase));

    private void Prepare(StaticFileResponseContext response)
    {
        var headers = response.Context.Response.Headers;
        var name = response.File.Name;
        headers["Content-Security-Policy"] = policy;
        headers.CacheControl = name.EndsWith(".html", StringComparison.OrdinalIgnoreCase)
            ? "no-cache" // asked for anew each time, and answered with 304 while it is the same
            : Hashed().IsMatch(name) ? "public, max-age=31536000, immutable" : "public, max-age=300";
    }

    // As builders name files after their content: index-4f3a9c1b.js, style.DkD92kdl.css.
    [GeneratedRegex(@"[-.][A-Za-z0-9_-]*\d[A-Za-z0-9_-]*\.\w+$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hashed();

    /// <summary>The folder without what is hidden in it, and without links that lead out of it.</summary>
    private sealed class WithoutWaysOut(PhysicalFileProvider files, string folder) : IFileProvider
    {
        public IFileInfo GetFileInfo(string subpath)
        {
            if (IsHidden(subpath)) return new NotFoundFileInfo(subpath);
            var file = files.GetFileInfo(subpath);
            return file is { Exists: true, PhysicalPath: { } path } && LeadsOut(path) ? new NotFoundFileInfo(subpath) : file;
        }

        public IDirectoryContents GetDirectoryContents(string subpath) => files.GetDirectoryContents(subpath);

        public Microsoft.Extensions.Primitives.IChangeToken Watch(string filter) => files.Watch(filter);

        private bool LeadsOut(string path)
        {
            for (FileSystemInfo? part = new FileInfo(path); part is not null && part.FullName.Length > folder.Length;
                part = Directory.GetParent(part.FullName))
            {
                if (part.LinkTarget is null) continue;
                if (part.ResolveLinkTarget(returnFinalTarget: true) is not { } target
                    || !target.FullName.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                {
                    return true;
                }
            }

            return false;
        }
    }
}

using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace Automat.Server.Storefront;

/// <summary>Serves the files of <c>wwwroot</c>: pictures, and the hashed, already compressed assets.</summary>
internal static class StorefrontFiles
{
    private static readonly FileExtensionContentTypeProvider ContentTypes = new();

    private static readonly (string Coding, string Extension)[] Codings = [("br", ".br"), ("gzip", ".gz")];

    /// <summary>The build copies <c>wwwroot</c> beside the program, so it is found wherever the program is started.</summary>
    public static string WebRoot => Path.Combine(AppContext.BaseDirectory, "wwwroot");

    public static void Use(IApplicationBuilder app)
    {
        // A build without pages (an API-only host) has no such folder, and then there is nothing to serve.
        if (!Directory.Exists(WebRoot)) return;

        var files = new PhysicalFileProvider(WebRoot);
        app.Use((context, next) =>
        {
            ChooseCompressed(context, files);
            return next(context);
        });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            ContentTypeProvider = ContentTypes,
            ServeUnknownFileTypes = true,
            DefaultContentType = "application/octet-stream",
            OnPrepareResponse = Prepare,
        });
    }

    /// <summary>Points the request at the compressed twin of an asset where there is one and the browser takes it.</summary>
    private static void ChooseCompressed(HttpContext context, PhysicalFileProvider files)
    {
        var path = context.Request.Path;
        if (!path.StartsWithSegments("/assets", StringComparison.Ordinal) || context.Request.Headers.Range.Count > 0) return;

        var accepted = context.Request.GetTypedHeaders().AcceptEncoding;
        foreach (var (coding, extension) in Codings)
        {
            if (!accepted.Any(a => a.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && a.Quality is null or > 0))
                continue;
            if (!files.GetFileInfo(path.Value + extension).Exists) continue;

            context.Request.Path = path.Value + extension;
            return;
        }
    }

    private static void Prepare(StaticFileResponseContext response)
    {
        var headers = response.Context.Response.Headers;
        var path = response.Context.Request.Path.Value!;
        var isAsset = path.StartsWith("/assets/", StringComparison.Ordinal);

        // Hashed names never change their content; a picture may be redrawn.
        headers.CacheControl = isAsset ? "public, max-age=31536000, immutable" : "public, max-age=86400";
        if (!isAsset) return;

        headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        foreach (var (coding, extension) in Codings)
        {
            if (!path.EndsWith(extension, StringComparison.Ordinal)) continue;

            headers.ContentEncoding = coding;
            if (ContentTypes.TryGetContentType(path[..^extension.Length], out var type)) headers.ContentType = type;
        }
    }
}

using System.Runtime.CompilerServices;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Automat.Testing.Storefront;

/// <summary>
/// The customers' pages with sample content on a free port of this computer, under the policy the product sends:
/// what breaks the policy, breaks here.
/// </summary>
public sealed class StorefrontPreview : IAsyncDisposable
{
    private const string Policy =
        "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; font-src 'self'";

    private readonly WebApplication _app;
    private readonly Release _release;

    private StorefrontPreview(WebApplication app, Release release) => (_app, _release) = (app, release);

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>Every page there is, in every state.</summary>
    public static IReadOnlyList<string> Paths { get; } =
    [
        "/",
        "/empty",
        .. StorefrontSamples.Machine.Keys.Select(name => $"/m/{name}"),
        .. StorefrontSamples.Vend.Keys.Select(name => $"/vends/{name}"),
        "/receipts/sample",
        "/problems/404",
        "/problems/500",
    ];

    /// <summary>Starts it.</summary>
    /// <param name="address">Where to listen; a free port when not told.</param>
    public static async Task<StorefrontPreview> StartAsync(string address = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        builder.Services.AddStorefront();
        var app = builder.Build();
        app.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = Policy;
            return next(context);
        });
        app.UseStorefrontFiles();
        app.UseStorefrontLocalization();
        app.UseRouting();
        app.UseAntiforgery();
        var release = new Release();
        Map(app, release);
        await app.StartAsync();
        return new StorefrontPreview(app, release);
    }

    /// <summary>From now on browsers are given another version, as after an update of the server.</summary>
    public void Renew() => _release.Number++;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void Map(IEndpointRouteBuilder app, Release release)
    {
        app.MapGet("/", () => Pages.Show<MachinesPage>(StorefrontSamples.Machines));
        app.MapGet("/empty", () => Pages.Show<MachinesPage>(new MachinesView([])));
        app.MapGet("/m/{name}", (string name) => Pages.Show<MachinePage>(StorefrontSamples.Machine[name]));
        app.MapGet("/vends/{name}", (string name) => Pages.Show<VendPage>(StorefrontSamples.Vend[name] with { Token = name }));
        app.MapGet("/vends/{name}/fragment", (string name) => Pages.Show<VendProgress>(StorefrontSamples.Vend[name]));
        app.MapGet("/vends/{name}/events", (string name, Fragments fragments, CancellationToken ct) =>
            TypedResults.ServerSentEvents(StoryAsync(name, fragments, ct)));
        app.MapGet("/receipts/{name}", () => Pages.Show<ReceiptPage>(StorefrontSamples.Receipt));
        app.MapGet("/sw.js", (AppFiles files) => Results.Text(
            files.Worker.Replace("self.version = \"", $"self.version = \"{release.Number}", StringComparison.Ordinal), "text/javascript"));
        app.MapGet(AppFiles.Offline, () => Pages.Show<OfflinePage>(new OfflineView()));
        app.MapGet("/problems/{status:int}", (int status) =>
            Pages.Show<ProblemPage>(new ProblemView(status, "00-4bf92f3577b34da6a3ce929d0e0e4736-00"), status));
    }

    /// <summary>The one purchase that goes on by itself: paid, then delivered.</summary>
    private static async IAsyncEnumerable<string> StoryAsync(
        string name, Fragments fragments, [EnumeratorCancellation] CancellationToken ct)
    {
        yield return await fragments.RenderAsync<VendProgress>(StorefrontSamples.Vend[name]);
        if (name == "awaiting")
        {
            yield return await fragments.RenderAsync<VendProgress>(StorefrontSamples.Vend["paid"]);
            yield return await fragments.RenderAsync<VendProgress>(StorefrontSamples.Vend["delivered"]);
        }

        // The others have nothing to tell for as long as somebody listens.
        await Task.Delay(Timeout.InfiniteTimeSpan, ct);
    }

    private sealed class Release
    {
        public int Number { get; set; } = 1;
    }
}

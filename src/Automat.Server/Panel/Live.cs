using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Automat.Server.Panel;

/// <summary>
/// Keeps a part of a page up to date by server-sent events: the part is made anew every few seconds and sent when it differs.
/// A stream ends after a quarter of an hour and the browser comes again, so that who lost a right loses the view, too.
/// </summary>
public static class Live
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(20);

    /// <summary>Answers with the part, now and whenever it changes.</summary>
    /// <typeparam name="TPart">The component; it takes its content as the parameter <c>View</c>.</typeparam>
    /// <param name="context">The request.</param>
    /// <param name="every">How often to look; not more often than every two seconds.</param>
    /// <param name="look">Reads the view model with the request's services: without tracking, for it is asked again and again.</param>
    public static IResult Stream<TPart>(
        HttpContext context, TimeSpan every, Func<IServiceProvider, CancellationToken, Task<object>> look) where TPart : IComponent
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var life = context.RequestServices.GetRequiredService<IHostApplicationLifetime>();
        var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, life.ApplicationStopping);
        ending.CancelAfter(Longest);
        context.Response.RegisterForDispose(ending);
        return TypedResults.ServerSentEvents(PartsAsync<TPart>(context, every < Shortest ? Shortest : every, look, ending.Token));
    }

    private static async IAsyncEnumerable<SseItem<string>> PartsAsync<TPart>(
        HttpContext context, TimeSpan every, Func<IServiceProvider, CancellationToken, Task<object>> look,
        [EnumeratorCancellation] CancellationToken ct) where TPart : IComponent
    {
        var clock = context.RequestServices.GetRequiredService<TimeProvider>();
        var (sent, said) = ("", clock.GetUtcNow());
        while (!ct.IsCancellationRequested)
        {
            var html = await LookAsync<TPart>(context, look, ct);
            if (html is null) yield break;
            if (html != sent)
            {
                yield return new SseItem<string>(html);
                (sent, said) = (html, clock.GetUtcNow());
            }
            else if (clock.GetUtcNow() - said > SignOfLife)
            {
                yield return new SseItem<string>("", "alive");
                said = clock.GetUtcNow();
            }

            await Task.Delay(every, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The part as it is now; null when the stream ended meanwhile.</summary>
    private static async Task<string?> LookAsync<TPart>(
        HttpContext context, Func<IServiceProvider, CancellationToken, Task<object>> look, CancellationToken ct) where TPart : IComponent
    {
        try
        {
            return await RenderAsync<TPart>(context, await look(context.RequestServices, ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>As in the page itself, the part knows the request: its reader's time zone, what they may do.</summary>
    private static async Task<string> RenderAsync<TPart>(HttpContext context, object view) where TPart : IComponent
    {
        await using var renderer = new HtmlRenderer(
            context.RequestServices, context.RequestServices.GetRequiredService<ILoggerFactory>());
        RenderFragment part = builder =>
        {
            builder.OpenComponent<TPart>(0);
            builder.AddComponentParameter(1, "View", view);
            builder.CloseComponent();
        };
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["Value"] = context,
                ["IsFixed"] = true,
                ["ChildContent"] = part,
            };
            var output = await renderer.RenderComponentAsync<CascadingValue<HttpContext>>(ParameterView.FromDictionary(parameters));
            return output.ToHtmlString();
        });
    }
}

using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Automat.Server.Storefront;

/// <summary>
/// Renders a component to text outside of a response, such as the progress inside a server-sent event.
/// The words follow the current culture.
/// </summary>
public sealed class Fragments(IServiceScopeFactory scopes, ILoggerFactory loggers)
{
    /// <summary>Renders a component that takes its content as the parameter <c>View</c>.</summary>
    /// <typeparam name="TComponent">The component.</typeparam>
    /// <param name="view">Its view model.</param>
    public async Task<string> RenderAsync<TComponent>(object view) where TComponent : IComponent
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, loggers);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = new Dictionary<string, object?>(StringComparer.Ordinal) { ["View"] = view };
            var output = await renderer.RenderComponentAsync<TComponent>(ParameterView.FromDictionary(parameters));
            return output.ToHtmlString();
        });
    }
}

using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Automat.Server.Storefront;

/// <summary>Turns a page and what it shows into the answer of an endpoint.</summary>
public static class Pages
{
    /// <summary>Answers with a component that takes its content as the parameter <c>View</c>: a page or a fragment.</summary>
    /// <typeparam name="TComponent">The page.</typeparam>
    /// <param name="view">Its view model.</param>
    /// <param name="status">The HTTP status to answer with.</param>
    public static RazorComponentResult<TComponent> Show<TComponent>(object view, int status = StatusCodes.Status200OK)
        where TComponent : IComponent =>
        new(new Dictionary<string, object?>(StringComparer.Ordinal) { ["View"] = view }) { StatusCode = status };
}

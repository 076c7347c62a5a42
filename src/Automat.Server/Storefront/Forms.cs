using Microsoft.AspNetCore.Antiforgery;

namespace Automat.Server.Storefront;

/// <summary>Addresses that take what a form of ours sends, and nothing another site could send in somebody's name.</summary>
public static class Forms
{
    /// <summary>Maps a form's target. A stale or forged form is refused; its content is not read.</summary>
    public static RouteHandlerBuilder MapForm(this IEndpointRouteBuilder routes, string pattern, Delegate handler) => routes
        .MapPost(pattern, handler)
        .WithMetadata(new RequireAntiforgeryTokenAttribute())
        .AddEndpointFilter(async (invocation, next) =>
        {
            var context = invocation.HttpContext;
            if (!context.Request.HasFormContentType) return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
            if (context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: true }) return await next(invocation);
            // Not a page: rendering one would read the form, which the framework refuses now.
            return Results.Problem(
                "This form is stale. Open the page again and send it from there.", statusCode: StatusCodes.Status400BadRequest,
                extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = "form_expired" });
        });

    /// <summary>Sends the browser on with a fresh GET, so that reloading sends nothing twice.</summary>
    public static IResult SeeOther(this HttpContext context, string address)
    {
        context.Response.Headers.Location = address;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }
}

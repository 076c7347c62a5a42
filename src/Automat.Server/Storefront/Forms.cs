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
            // Before anything else: while this is not so, even asking whether there is a form throws. Nor is a page shown,
            // for rendering one would read the form.
            if (context.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: true })
            {
                return Results.Problem(
                    "This form is stale. Open the page again and send it from there.", statusCode: StatusCodes.Status400BadRequest,
                    extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = "form_expired" });
            }

            return context.Request.HasFormContentType
                ? await next(invocation)
                : Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
        });

    /// <summary>Sends the browser on with a fresh GET, so that reloading sends nothing twice.</summary>
    public static IResult SeeOther(this HttpContext context, string address)
    {
        context.Response.Headers.Location = address;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }
}

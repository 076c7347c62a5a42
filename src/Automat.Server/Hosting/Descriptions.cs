using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Automat.Server.Hosting;

/// <summary>How the interface describes itself at <c>/openapi/v1.json</c>.</summary>
internal static class Descriptions
{
    public static void Say(OpenApiOptions options)
    {
        options.AddSchemaTransformer((schema, _, _) =>
        {
            // A number sent as text is read, too; who writes a client should send numbers.
            if (schema.Type is { } type && (type.HasFlag(JsonSchemaType.Integer) || type.HasFlag(JsonSchemaType.Number)))
            {
                schema.Type = type & ~JsonSchemaType.String;
                schema.Pattern = null;
            }

            return Task.CompletedTask;
        });
    }
}

using System.Text.Json.Nodes;
using NJsonSchema.CodeGeneration.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;

namespace Automat.Scenarios.Registrar;

/// <summary>What the server says of the registrar's interface, and the client that is generated from it.</summary>
internal static class RegistrarDescription
{
    private const string Prefix = "/api/v1/registrar";

    /// <summary>The part of the description that is about the registrar: its addresses, and the shapes they name.</summary>
    public static JsonObject Part(string description)
    {
        var whole = JsonNode.Parse(description)!.AsObject();
        var paths = whole["paths"]!.AsObject();
        foreach (var other in paths.Select(p => p.Key).Where(p => !p.StartsWith(Prefix, StringComparison.Ordinal)).ToList()) paths.Remove(other);
        var schemas = whole["components"]!["schemas"]!.AsObject();
        var needed = new HashSet<string>(StringComparer.Ordinal);
        Follow(paths, schemas, needed);
        foreach (var other in schemas.Select(s => s.Key).Where(s => !needed.Contains(s)).ToList()) schemas.Remove(other);
        whole.Remove("servers"); // another port each time
        whole.Remove("tags");
        return whole;
    }

    /// <summary>The client's code.</summary>
    public static async Task<string> GenerateAsync(JsonObject part)
    {
        var document = await OpenApiDocument.FromJsonAsync(part.ToJsonString());
        var settings = new CSharpClientGeneratorSettings
        {
            ClassName = "RegistrarClient",
            UseBaseUrl = false,
            InjectHttpClient = true,
            GenerateOptionalParameters = true,
            ExceptionClass = "RegistrarException",
            CSharpGeneratorSettings =
            {
                Namespace = "Automat.Scenarios.Registrar.Generated",
                JsonLibrary = CSharpJsonLibrary.SystemTextJson,
                ClassStyle = CSharpClassStyle.Poco,
                GenerateNullableReferenceTypes = true,
                GenerateOptionalPropertiesAsNullable = true,
            },
        };
        return new CSharpClientGenerator(document, settings).GenerateFile().ReplaceLineEndings("\n");
    }

    private static void Follow(JsonNode? node, JsonObject schemas, HashSet<string> needed)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    if (name == "$ref" && value!.GetValue<string>().Split('/')[^1] is var schema && needed.Add(schema))
                    {
                        Follow(schemas[schema], schemas, needed);
                    }

                    Follow(value, schemas, needed);
                }

                break;
            case JsonArray items:
                foreach (var item in items) Follow(item, schemas, needed);
                break;
        }
    }
}

using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Automat.Server.Chips.Registrar;

/// <summary>What the description of the interface shows besides the shapes: examples, keys, and how things fail.</summary>
internal static class RegistrarExamples
{
    public const string Issue =
        """
        {"uid": "04A1B2C3D4E580", "holder": "Erika Beispiel", "holder_email": "erika@example.org", "reference": "P-4711",
         "label": "Blue 7", "flags": {"employee": true, "free_vend": false}, "initial_top_up": 2000}
        """;

    public const string Issued =
        """{"chip_id": "0199a0b2-7c00-7000-8000-0000000000a1", "balance": 2000, "currency": "EUR", "ledger_sequence": 1042}""";

    public const string Resolve = """{"uid": "04A1B2C3D4E580"}""";

    public const string Change =
        """
        {"status": "active", "flags": {"proof_of_age": true},
         "limits": {"day": {"amount": 500}, "week": {"amount": 2000, "vends": 15}, "locks": {"Spirits": "proof_of_age"},
                    "hours": [{"days": ["monday", "tuesday"], "from": "07:00", "to": "18:30"}]}}
        """;

    public const string TopUp = """{"amount": 1000, "reason": "At the desk", "source": "desk"}""";

    public const string ToppedUp = """{"balance": 3000, "currency": "EUR", "ledger_sequence": 1043}""";

    public const string Replace = """{"uid": "04A1B2C3D4E590", "reason": "lost"}""";

    public const string Chip =
        """
        {"chip_id": "0199a0b2-7c00-7000-8000-0000000000a1", "status": "active", "holder": "Erika Beispiel", "reference": "P-4711",
         "label": "Blue 7", "flags": {"free_vend": false, "employee": true, "proof_of_age": true}, "balance": 2000, "held": 150,
         "available": 2000, "credit_line": 0, "currency": "EUR", "created_at": "2026-11-25T10:00:00Z"}
        """;

    /// <summary>Shows what is sent and answered.</summary>
    public static RouteHandlerBuilder WithExamples(this RouteHandlerBuilder endpoint, string? request, string response) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            if (request is not null && operation.RequestBody?.Content?.TryGetValue("application/json", out var sent) is true)
            {
                sent.Example = JsonNode.Parse(request);
            }

            foreach (var (status, answer) in operation.Responses ?? [])
            {
                if (status[0] == '2' && answer.Content?.TryGetValue("application/json", out var shown) is true)
                {
                    shown.Example = JsonNode.Parse(response);
                }
            }

            return Task.CompletedTask;
        });

    /// <summary>Says that a request names itself, so that a repeat is booked once.</summary>
    public static RouteHandlerBuilder TakesIdempotencyKey(this RouteHandlerBuilder endpoint) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = "Idempotency-Key",
                In = ParameterLocation.Header,
                Required = false,
                Description = "The caller's name of this request, needed where money moves. Missing: 400. The same key with another "
                    + "body: 422. While the first request with it still runs: 409. A repeat gets the first answer.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 100 },
            });
            return Task.CompletedTask;
        });

    /// <summary>Says how it fails.</summary>
    public static RouteHandlerBuilder MayFail(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses) endpoint.Produces<RegistrarProblem>(status, "application/problem+json");
        return endpoint;
    }
}

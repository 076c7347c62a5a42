using System.Text.Json;
using System.Text.Json.Nodes;
using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Http;

/// <summary>Writes an answer, with the ids named by <c>expand[]</c> replaced by their objects.</summary>
internal static class Renderer
{
    private const int Deepest = 4;

    /// <summary>The answer as JSON.</summary>
    /// <exception cref="StripeException">A path names nothing that can be expanded.</exception>
    public static byte[] Render(Shelves shelves, object answer, IReadOnlyList<string> expand)
    {
        if (expand.Count == 0) return JsonSerializer.SerializeToUtf8Bytes(answer, answer.GetType(), WireJson.Wire);
        var node = JsonSerializer.SerializeToNode(answer, answer.GetType(), WireJson.Wire)!;
        foreach (var path in expand.Order(StringComparer.Ordinal))
        {
            var steps = path.Split('.');
            if (steps.Length > Deepest)
                throw StripeException.Invalid("You cannot expand more than 4 levels of a property.", "expand");
            Expand(shelves, node, steps, path);
        }
        return JsonSerializer.SerializeToUtf8Bytes(node, WireJson.Wire);
    }

    private static void Expand(Shelves shelves, JsonNode node, ReadOnlySpan<string> steps, string path)
    {
        if (steps.IsEmpty) return;
        if (node is JsonArray list)
        {
            foreach (var item in list.OfType<JsonNode>()) Expand(shelves, item, steps, path);
            return;
        }
        var owner = (JsonObject)node;
        var step = steps[0];
        if (!owner.ContainsKey(step)) owner[step] = Included(shelves, owner, step) ?? throw NotExpandable(path);
        if (owner[step] is JsonValue id)
        {
            var target = id.GetValueKind() is JsonValueKind.String ? shelves.FindAny(id.GetValue<string>()) : null;
            owner[step] = JsonSerializer.SerializeToNode(
                target ?? throw NotExpandable(path), target.GetType(), WireJson.Wire);
        }
        if (owner[step] is { } next) Expand(shelves, next, steps[1..], path);
    }

    /// <summary>Lists that an object only carries when asked for.</summary>
    private static JsonNode? Included(Shelves shelves, JsonObject owner, string step)
    {
        if (step != "line_items" || (string?)owner["id"] is not { } id) return null;
        return shelves.FindAny(id) switch
        {
            CheckoutSession session => Lines($"/v1/checkout/sessions/{id}/line_items", session.LineItems),
            PaymentLink link => Lines($"/v1/payment_links/{id}/line_items", link.LineItems),
            _ => null,
        };
    }

    private static JsonNode? Lines(string url, List<LineItem> lines) => JsonSerializer.SerializeToNode(
        new StripeList<LineItem>(url, lines, HasMore: false), WireJson.Wire);

    private static StripeException NotExpandable(string path) =>
        StripeException.Invalid($"This property cannot be expanded ({path}).", "expand");
}

using System.Text;
using System.Text.Json.Nodes;

namespace Automat.Server.Tests.Payments.Stripe;

/// <summary>Stripe's own published example objects.</summary>
internal static class Fixtures
{
    public static JsonObject Object(string name)
    {
        using var file = typeof(Fixtures).Assembly.GetManifestResourceStream("stripe-fixtures.json")!;
        return (JsonObject)JsonNode.Parse(file)!["resources"]![name]!.DeepClone();
    }

    public static string Json(string name) => Object(name).ToJsonString();

    public static string Json(string name, params (string Name, JsonNode? Value)[] changes)
    {
        var json = Object(name);
        foreach (var (field, value) in changes) json[field] = value;
        return json.ToJsonString();
    }

    public static byte[] Event(string type, string subject) => Encoding.UTF8.GetBytes(
        Json("event", ("type", type), ("data", new JsonObject { ["object"] = JsonNode.Parse(subject) })));

    public static string List(bool more, params string[] items) =>
        $$"""{"object":"list","has_more":{{(more ? "true" : "false")}},"data":[{{string.Join(',', items)}}]}""";
}

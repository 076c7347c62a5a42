using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Automat.StripeSandbox.Wire;

/// <summary>The two ways an object is written: as Stripe shows it, and as the journal keeps it.</summary>
internal static class WireJson
{
    /// <summary>Stripe's answer: snake_case, nulls written, nothing of the sandbox's own.</summary>
    public static readonly JsonSerializerOptions Wire = Options(shown: true);

    /// <summary>The journal: the sandbox's own fields too, nulls left out.</summary>
    public static readonly JsonSerializerOptions Journal = Options(shown: false);

    private static JsonSerializerOptions Options(bool shown)
    {
        var resolver = new DefaultJsonTypeInfoResolver();
        if (shown) resolver.Modifiers.Add(HideSandboxFields);
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = shown ? JsonIgnoreCondition.Never : JsonIgnoreCondition.WhenWritingNull,
            IgnoreReadOnlyProperties = !shown,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = resolver,
            AllowDuplicateProperties = false,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.MakeReadOnly();
        return options;
    }

    private static void HideSandboxFields(JsonTypeInfo type)
    {
        for (var i = type.Properties.Count - 1; i >= 0; i--)
        {
            var member = type.Properties[i].AttributeProvider;
            if (member is not null && member.IsDefined(typeof(SandboxOnlyAttribute), inherit: true))
                type.Properties.RemoveAt(i);
        }
    }
}

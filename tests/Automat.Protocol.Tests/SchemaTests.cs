using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.RegularExpressions;

namespace Automat.Protocol.Tests;

/// <summary>What is published about the protocol is what the code does.</summary>
public sealed partial class SchemaTests
{
    private static readonly Type[] Messages =
    [
        typeof(ReserveRequest), typeof(VendAnswer), typeof(CommitRequest), typeof(CancelRequest), typeof(DeviceConfig),
        typeof(Heartbeat), typeof(HeartbeatAnswer), typeof(DeviceCommand), typeof(CommandList), typeof(Acknowledgement),
        typeof(AcknowledgementAnswer), typeof(EventBatch), typeof(EventsAnswer), typeof(DeviceRequest), typeof(DeviceReply),
        typeof(DeviceProblem), typeof(AgentMessage),
    ];

    private static readonly JsonSerializerOptions Pretty = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public void The_published_schema_is_that_of_the_messages()
    {
        var path = PathOf("device-protocol.schema.json");
        var schema = Schema().ToJsonString(Pretty) + "\n";
        if (Environment.GetEnvironmentVariable("AUTOMAT_UPDATE_DOCS") == "1") File.WriteAllText(path, schema);

        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == schema,
            "docs/device-protocol.schema.json is stale: AUTOMAT_UPDATE_DOCS=1 dotnet test --project tests/Automat.Protocol.Tests");
    }

    [Fact]
    public void Every_vector_on_the_page_is_right()
    {
        var page = File.ReadAllText(PathOf("device-protocol.md"));
        var vectors = 0;
        string secret = "", timestamp = "";
        foreach (var line in page.Split('\n'))
        {
            if (Key().Match(line) is { Success: true } key) (secret, timestamp) = (key.Groups["s"].Value, key.Groups["t"].Value);
            if (Row().Match(line) is not { Success: true } row) continue;
            vectors++;
            var body = row.Groups["b"].Value is "(none)" ? "" : row.Groups["b"].Value.Trim('`');
            Assert.Equal(row.Groups["sig"].Value, DeviceSignature.Sign(
                Encoding.UTF8.GetBytes(secret), row.Groups["m"].Value, row.Groups["p"].Value, Encoding.UTF8.GetBytes(body),
                long.Parse(timestamp, CultureInfo.InvariantCulture), row.Groups["n"].Value));
        }

        Assert.Equal(4, vectors);
    }

    [Fact]
    public void A_message_that_changed_changes_the_schema()
    {
        var schema = Schema();

        Assert.Equal(Messages.Length, schema["$defs"]!.AsObject().Count);
        Assert.NotNull(schema["$defs"]!["reserve_request"]!["properties"]!["mdb_session_id"]!["description"]);
        Assert.Contains("mdb_session_id", schema["$defs"]!["reserve_request"]!["required"]!.ToJsonString(), StringComparison.Ordinal);
    }

    private static JsonObject Schema()
    {
        var definitions = new JsonObject();
        foreach (var type in Messages)
        {
            definitions[JsonNamingPolicy.SnakeCaseLower.ConvertName(type.Name)] =
                ProtocolJson.Default.Options.GetJsonSchemaAsNode(type, new JsonSchemaExporterOptions
                {
                    TreatNullObliviousAsNonNullable = true,
                    TransformSchemaNode = Describe,
                });
        }

        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Messages of the device protocol; times are Unix seconds, amounts minor units",
            ["$defs"] = definitions,
        };
    }

    private static JsonNode Describe(JsonSchemaExporterContext context, JsonNode schema)
    {
        var attributes = context.PropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(DescriptionAttribute), inherit: false);
        if (attributes is [DescriptionAttribute told, ..] && schema is JsonObject node) node["description"] = told.Description;
        return schema;
    }

    private static string PathOf(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Automat.slnx"))) folder = folder.Parent;
        return Path.Combine(folder!.FullName, "docs", name);
    }

    [GeneratedRegex("^Secret `(?<s>[^`]+)`, timestamp `(?<t>[0-9]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Key();

    [GeneratedRegex(@"^\| `(?<m>[A-Z]+) (?<p>/[^`]*)` \| (?<b>`.*`|\(none\)) \| `(?<n>[0-9a-f-]{36})` \| `(?<sig>[0-9a-f]{64})` \|", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();
}

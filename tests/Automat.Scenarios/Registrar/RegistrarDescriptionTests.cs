using System.Runtime.CompilerServices;

namespace Automat.Scenarios.Registrar;

/// <summary>The description of the registrar's interface is good enough to generate a client from.</summary>
[Trait("Accepts", "S2-21")]
public sealed class RegistrarDescriptionTests(SharedApp shared) : IClassFixture<SharedApp>
{
    [Fact]
    public async Task The_typed_client_is_the_one_generated_from_the_description()
    {
        var part = RegistrarDescription.Part(await shared.App.Client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)));
        var now = await RegistrarDescription.GenerateAsync(part);
        var path = Path.Combine(Here(), "RegistrarClient.g.cs");
        if (Environment.GetEnvironmentVariable("AUTOMAT_UPDATE_DOCS") == "1") await File.WriteAllTextAsync(path, now);

        Assert.True(
            File.Exists(path) && await File.ReadAllTextAsync(path) == now,
            "The client is stale: AUTOMAT_UPDATE_DOCS=1 dotnet test --project tests/Automat.Scenarios --filter-class '*RegistrarDescriptionTests'");
    }

    [Fact]
    public async Task Every_address_has_an_example_its_failures_and_its_key_where_money_moves()
    {
        var part = RegistrarDescription.Part(await shared.App.Client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)));
        var operations = part["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(o => (p.Key, Method: o.Key, Operation: o.Value!))).ToList();

        Assert.Equal(8, operations.Count);
        foreach (var (path, method, operation) in operations)
        {
            var responses = operation["responses"]!.AsObject();
            Assert.True(responses.ContainsKey("401"), $"{method} {path} does not say how it refuses.");
            Assert.All(responses.Where(r => r.Key[0] != '2'), r => Assert.NotNull(r.Value!["content"]!["application/problem+json"]!["schema"]));
            if (method is "post" or "patch") Assert.NotNull(operation["requestBody"]!["content"]!["application/json"]!["example"]);
            var takesKey = operation["parameters"]?.AsArray().Any(p => p!["name"]!.GetValue<string>() == "Idempotency-Key") is true;
            Assert.Equal(method == "post" && !path.EndsWith("/resolve", StringComparison.Ordinal), takesKey);
        }

        Assert.DoesNotContain("\"uid_hash\"", part.ToJsonString(), StringComparison.Ordinal);
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}

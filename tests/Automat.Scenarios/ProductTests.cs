using System.Net;
using System.Text.Json;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>What staff do with products, as far as it decides who may buy them.</summary>
public sealed class ProductTests(AuditedApp shared) : IClassFixture<AuditedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S2-10")]
    public async Task Products_are_added_changed_and_listed_and_each_change_is_in_the_audit()
    {
        var (status, added, _) = await app.CallAsync(
            HttpMethod.Post, "/api/v1/products", new { name = "Elderflower", price = 240, category = "Drinks", tax_basis_points = 700 });
        var number = added.GetProperty("number").GetInt32();
        var changed = await app.CallAsync(HttpMethod.Patch, $"/api/v1/products/{number}", new { price = 250, age_limit = 16 });
        var page = await app.CallAsync(HttpMethod.Get, $"/api/v1/products?cursor={number - 1}&limit=1");
        var events = await app.CallAsync(HttpMethod.Get, "/api/v1/audit?action=product.changed&limit=1");

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal((250, 16), (changed.Body.GetProperty("price").GetInt64(), changed.Body.GetProperty("age_limit").GetInt32()));
        Assert.Equal("Elderflower", Assert.Single(page.Body.GetProperty("items").EnumerateArray()).GetProperty("name").GetString());
        Assert.Contains("price", Assert.Single(events.Body.GetProperty("items").EnumerateArray()).GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"x"}""", "price")]
    [InlineData("""{"price":100}""", "name")]
    [InlineData("""{"name":"x","price":-1}""", "price")]
    [InlineData("""{"name":"x","price":100,"age_limit":100}""", "age_limit")]
    [InlineData("""{"name":"x","price":100,"tax_basis_points":10001}""", "tax_basis_points")]
    [InlineData("""{"name":"x","price":100,"category":" "}""", "category")]
    public async Task What_is_wrong_with_a_product_is_said_by_field(string body, string field)
    {
        var (status, problem, _) = await app.CallAsync(
            HttpMethod.Post, "/api/v1/products", JsonSerializer.Deserialize<JsonElement>(body));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("product_invalid", problem.GetProperty("code").GetString());
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _));
    }
}

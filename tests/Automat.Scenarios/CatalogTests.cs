using System.Net;
using System.Net.Http.Headers;
using Automat.Domain;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Jobs;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>The range: shelves, pictures, files of products, and prices that hold for a while.</summary>
[Trait("Accepts", "S2-15")]
[Trait("Accepts", "S0-04")]
public sealed class CatalogTests(AuditedApp shared) : IClassFixture<AuditedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S3-06")]
    public async Task A_category_is_made_renamed_with_its_products_and_removed_only_when_nothing_stands_on_it()
    {
        var (status, made, _) = await app.CallAsync(HttpMethod.Post, "/api/v1/categories", new { name = "Bakery" });
        var path = $"/api/v1/categories/{made.GetProperty("id").GetString()}";
        var product = (await app.CallAsync(HttpMethod.Post, "/api/v1/products", new { name = "Rye loaf", price = 310, category = "Bakery" })).Body;
        var taken = await app.CallAsync(HttpMethod.Post, "/api/v1/categories", new { name = "Bakery" });
        var full = await app.CallAsync(HttpMethod.Delete, path);
        await app.CallAsync(HttpMethod.Patch, path, new { name = "Bread" });
        var page = await app.CallAsync(HttpMethod.Get, $"/api/v1/products?cursor={product.GetProperty("number").GetInt32() - 1}&limit=1");
        await app.CallAsync(HttpMethod.Patch, $"/api/v1/products/{product.GetProperty("number").GetInt32()}", new { category = "Fresh" });
        var gone = await app.CallAsync(HttpMethod.Delete, path);

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, taken.Status);
        Assert.Equal((HttpStatusCode.Conflict, "category_in_use"), (full.Status, full.Body.GetProperty("code").GetString()));
        Assert.Equal("Bread", page.Body.GetProperty("items")[0].GetProperty("category").GetString());
        Assert.Equal(HttpStatusCode.NoContent, gone.Status);
    }

    [Fact]
    public async Task A_category_that_limits_of_chips_name_keeps_its_name()
    {
        await app.SetUpAsync(
            "insert into chip_groups (id, organization_id, name, limits) select gen_random_uuid(), id, 'Young', '{\"locks\":{\"Hot drinks\":\"never\"}}' from organizations limit 1");
        var all = (await app.CallAsync(HttpMethod.Get, "/api/v1/categories")).Body.GetProperty("items").EnumerateArray();
        var hot = all.Single(c => c.GetProperty("name").GetString() == "Hot drinks").GetProperty("id").GetString();

        var (status, problem, _) = await app.CallAsync(HttpMethod.Patch, $"/api/v1/categories/{hot}", new { name = "Warm drinks" });

        Assert.Equal((HttpStatusCode.Conflict, "category_named"), (status, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_picture_is_kept_under_the_hash_of_what_it_shows_and_anything_else_is_refused()
    {
        var (refused, _) = await PutPictureAsync("<svg/>"u8.ToArray());
        var (status, path) = await PutPictureAsync(Convert.FromBase64String(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="));
        using var picture = await app.Client.GetAsync(path);
        using var none = await app.Client.GetAsync($"/pictures/{new string('0', 64)}.png");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.OK), (refused, status));
        Assert.Matches("^/pictures/[0-9a-f]{64}\\.(png|jpg)$", path);
        Assert.StartsWith("image/", picture.Content.Headers.ContentType!.MediaType, StringComparison.Ordinal);
        Assert.Contains("immutable", picture.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task A_file_of_products_is_looked_at_first_and_its_good_lines_are_done_once()
    {
        const string File =
            """
            number;name;category;price;tax;barcode;allergens
            ;Oat bar;Snacks;1,80;7;4006381333931;gluten nuts
            1;Candy;Sweets;1,65;19;;
            ;No price;Snacks;;7;;
            ;Bad code;Snacks;1;7;4006381333932;
            999;Nobody;Snacks;1;7;;
            """;
        await using var scope = await StaffScopeAsync();
        var import = scope.ServiceProvider.GetRequiredService<ImportProducts>();
        var organization = scope.ServiceProvider.GetRequiredService<Tenant>().Organization;
        var id = await import.KeepAsync(organization, "range.csv", System.Text.Encoding.UTF8.GetBytes(File), default);
        var lines = await import.LookAsync(organization, File, default);
        var before = await app.QueryAsync(db => db.Set<Product>().CountAsync(p => p.Name == "Oat bar"));

        // Somebody says yes, in a request of its own, and once more.
        await using var other = await StaffScopeAsync();
        await other.ServiceProvider.GetRequiredService<ImportProducts>().BeginAsync(organization, id.Value, default);
        await other.ServiceProvider.GetRequiredService<ImportProducts>().BeginAsync(organization, id.Value, default);
        var done = await TestApp.EventuallyAsync(() => ImportAsync(id), one => one.State is JobState.Done);

        Assert.Equal(
            [ImportFate.Add, ImportFate.Change, ImportFate.Wrong, ImportFate.Wrong, ImportFate.Wrong], lines.Select(l => l.Fate));
        Assert.Equal(["price", "barcode", "number"], lines.Skip(2).Select(l => l.Field));
        Assert.Equal([2, 3, 4, 5, 6], lines.Select(l => l.Line));
        Assert.Equal((0, 1, 1, 3), (before, done.Added, done.Changed, done.Refused));
        Assert.Equal([(4, "price"), (5, "barcode"), (6, "number")], done.FaultList().Select(f => (f.Line, f.Field)));
        var added = await app.QueryAsync(db => db.Set<Product>().SingleAsync(p => p.Name == "Oat bar"));
        Assert.Equal((180, 700, "gluten,nuts"), (added.Price, added.TaxBasisPoints, added.Allergens));
        Assert.Equal(165, await app.QueryAsync(db => db.Set<Product>().Where(p => p.Number == 1).Select(p => p.Price).SingleAsync()));
    }

    [Fact]
    [Trait("Accepts", "S3-03")]
    public async Task While_a_list_holds_it_decides_what_customers_pay_and_machines_hear_of()
    {
        var made = (await app.CallAsync(HttpMethod.Post, "/api/v1/price-lists", new
        {
            name = "Happy",
            machine = "robot-1",
            prices = new[] { new { product = 2, price = 99 } },
        })).Body;
        var path = $"/api/v1/price-lists/{made.GetProperty("id").GetString()}";
        var during = await PriceAsync();
        var elsewhere = await app.Client.GetStringAsync("/m/snack-1");
        await app.CallAsync(HttpMethod.Put, path, new { name = "Happy", machine = "robot-1", paused = true });
        var paused = await PriceAsync();
        await app.CallAsync(HttpMethod.Put, path, new { name = "Happy", machine = "robot-1", valid_until = "2020-01-01" });
        var over = await PriceAsync();
        var wrong = await app.CallAsync(HttpMethod.Put, path, new { name = "", machine = "nowhere", starts_at = "17:00", days = new[] { "someday" } });
        var gone = await app.CallAsync(HttpMethod.Delete, path);

        Assert.Equal(("0.99", "2", "2"), (during, paused, over));
        Assert.DoesNotContain("0.99", elsewhere, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Equal(["days", "ends_at", "machine", "name"], wrong.Body.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.NoContent, gone.Status);
    }

    private async Task<string> PriceAsync() =>
        System.Text.Json.JsonElement.Parse(await app.Client.GetStringAsync("/api/products")).EnumerateArray()
            .Single(p => p.GetProperty("id").GetInt32() == 2).GetProperty("price").GetRawText();

    private async Task<(HttpStatusCode Status, string Path)> PutPictureAsync(byte[] file)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/products/3/picture") { Content = new ByteArrayContent(file) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        request.Headers.Add("X-API-Key", TestApp.ApiKey);
        using var answer = await app.Client.SendAsync(request);
        var json = System.Text.Json.JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, json.TryGetProperty("picture", out var path) ? path.GetString()! : "");
    }

    [Fact]
    public async Task Ten_thousand_lines_are_taken_in_until_somebody_ends_it_and_what_was_taken_in_stays()
    {
        var file = new System.Text.StringBuilder("name,category,price\n");
        for (var i = 1; i <= 10_000; i++) file.Append(System.Globalization.CultureInfo.InvariantCulture, $"Bulk {i},Bulk,1\n");
        await using var scope = await StaffScopeAsync();
        var import = scope.ServiceProvider.GetRequiredService<ImportProducts>();
        var organization = scope.ServiceProvider.GetRequiredService<Tenant>().Organization;
        var id = await import.KeepAsync(organization, "bulk.csv", System.Text.Encoding.UTF8.GetBytes(file.ToString()), default);
        var more = await Assert.ThrowsAsync<RuleException>(() => import.KeepAsync(
            organization, "more.csv", System.Text.Encoding.UTF8.GetBytes(file.Append("One more,Bulk,1\n").ToString()), default));

        await using var other = await StaffScopeAsync();
        await other.ServiceProvider.GetRequiredService<ImportProducts>().BeginAsync(organization, id.Value, default);
        await TestApp.EventuallyAsync(() => ImportAsync(id), one => one.Seen > 0);
        await using var third = await StaffScopeAsync();
        await third.ServiceProvider.GetRequiredService<ImportProducts>().CancelAsync(organization, id.Value, default);
        var ended = await ImportAsync(id);
        var again = await Assert.ThrowsAsync<RuleException>(async () =>
        {
            await using var fourth = await StaffScopeAsync();
            await fourth.ServiceProvider.GetRequiredService<ImportProducts>().BeginAsync(organization, id.Value, default);
        });

        Assert.Equal("rows_too_many", more.Code);
        Assert.Equal((JobState.Cancelled, 10_000), (ended.State, ended.Lines));
        Assert.InRange(ended.Added, 1, 9_999);
        Assert.Equal(ended.Seen, ended.Added);
        Assert.Equal(ended.Added, await app.QueryAsync(db => db.Set<Product>().CountAsync(p => p.Category == "Bulk")));
        Assert.Equal("job_cancelled", again.Code);
    }

    private Task<ProductImport> ImportAsync(Id<ProductImport> id) =>
        app.QueryAsync(db => db.Set<ProductImport>().AsNoTracking().SingleAsync(i => i.Id == id));

    private async Task<AsyncServiceScope> StaffScopeAsync()
    {
        var organization = await app.QueryAsync(db => db.Set<Organization>().OrderBy(o => o.CreatedAt).Select(o => o.Id).FirstAsync());
        var scope = app.Services.GetRequiredService<IServiceScopeFactory>().CreateScopeOf(organization);
        scope.ServiceProvider.GetRequiredService<Actor>().Is(ActorKind.System, "test");
        return scope;
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Automat.StripeSandbox.Tests;

public sealed class RequestTests
{
    [Theory]
    [InlineData("mode", "payment", "success_url", null)]
    [InlineData("success_url", "http://a.example", "mode", "parameter_missing")]
    [InlineData("colour", "green", "colour", "parameter_unknown")]
    public async Task A_session_without_what_it_needs_names_the_parameter(
        string name, string value, string param, string? code)
    {
        await using var sandbox = await TestSandbox.StartAsync();

        var refused = await sandbox.Client.PostAsync("/v1/checkout/sessions", (name, value));

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal("invalid_request_error", refused.Error.GetProperty("type").GetString());
        Assert.Equal(param, refused.Error.GetProperty("param").GetString());
        if (code is not null) Assert.Equal(code, refused.Error.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("1.5")]
    [InlineData("100000000")]
    public async Task An_amount_must_be_a_positive_whole_number_of_at_most_eight_digits(string amount)
    {
        await using var sandbox = await TestSandbox.StartAsync();

        var refused = await sandbox.Client.PostAsync("/v1/payment_intents", ("amount", amount), ("currency", "usd"));

        Assert.Equal("amount", refused.Error.GetProperty("param").GetString());
    }

    [Fact]
    public async Task Metadata_is_limited_in_number_and_length()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var many = Enumerable.Range(0, 51).Select(i => ($"metadata[k{i}]", "v")).ToArray();

        var refused = new[]
        {
            await sandbox.Client.PostAsync("/v1/customers", many),
            await sandbox.Client.PostAsync("/v1/customers", ($"metadata[{new string('k', 41)}]", "v")),
            await sandbox.Client.PostAsync("/v1/customers", ("metadata[k]", new string('v', 501))),
        };
        var fits = await sandbox.Client.PostAsync("/v1/customers",
            [.. many[..49], ($"metadata[{new string('k', 40)}]", new string('v', 500))]);

        Assert.All(refused, one => Assert.Equal(HttpStatusCode.BadRequest, one.Status));
        fits.MustSucceed();
    }

    [Fact]
    public async Task Metadata_keys_are_replaced_added_and_removed_one_by_one()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var customer = await sandbox.Client.PostAsync("/v1/customers", ("metadata[a]", "1"), ("metadata[b]", "2"));

        var updated = await sandbox.Client.PostAsync(
            $"/v1/customers/{customer.Id}", ("metadata[a]", ""), ("metadata[c]", "3"));

        Assert.Equal("""{"b":"2","c":"3"}""", updated.Json.GetProperty("metadata").GetRawText());
    }

    [Fact]
    public async Task Only_the_secret_key_opens_the_door_as_bearer_or_basic()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        using var stranger = new TestClient(sandbox.Host, "sk_test_someone_else_entirely");
        using var basic = new TestClient(sandbox.Host);
        basic.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(sandbox.Host.SecretKey + ":")));
        using var nobody = new HttpClient { BaseAddress = sandbox.Host.BaseAddress };

        var refused = await stranger.GetAsync("/v1/balance");
        var nothing = await nobody.GetAsync("/v1/balance");

        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.DoesNotContain(
            "someone_else", refused.Error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, nothing.StatusCode);
        (await basic.GetAsync("/v1/balance")).MustSucceed();
    }

    [Theory]
    [InlineData("/v1/payment_intents/pi_x", "resource_missing")]
    [InlineData("/v1/checkout/sessions/cs_test_x", "resource_missing")]
    [InlineData("/v1/subscriptions", null)]
    public async Task What_is_not_there_answers_404_in_Stripes_shape(string path, string? code)
    {
        await using var sandbox = await TestSandbox.StartAsync();

        var missing = await sandbox.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, missing.Status);
        Assert.Equal("invalid_request_error", missing.Error.GetProperty("type").GetString());
        Assert.StartsWith("req_", missing.Headers.GetValues("Request-Id").Single(), StringComparison.Ordinal);
        if (code is not null) Assert.Equal(code, missing.Error.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Lists_are_paged_both_ways()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 5; i++) ids.Insert(0, (await sandbox.Client.PostAsync("/v1/customers")).Id);

        var first = await sandbox.Client.GetAsync("/v1/customers?limit=2");
        var second = await sandbox.Client.GetAsync($"/v1/customers?limit=3&starting_after={ids[1]}");
        var back = await sandbox.Client.GetAsync($"/v1/customers?limit=2&ending_before={ids[3]}");

        Assert.Equal(ids[..2], Ids(first));
        Assert.True(first.Json.GetProperty("has_more").GetBoolean());
        Assert.Equal(ids[2..], Ids(second));
        Assert.False(second.Json.GetProperty("has_more").GetBoolean());
        Assert.Equal(ids[1..3], Ids(back));
        Assert.True(back.Json.GetProperty("has_more").GetBoolean());
    }

    [Fact]
    public async Task Expand_replaces_ids_by_their_objects()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var session = await sandbox.Client.CreatePaidSessionAsync();

        var listed = await sandbox.Client.GetAsync(
            "/v1/checkout/sessions?expand[]=data.payment_intent.latest_charge&expand[]=data.line_items");
        var wrong = await sandbox.Client.GetAsync($"/v1/checkout/sessions/{session.Id}?expand[]=colour");

        var one = Assert.Single(listed.Data);
        var charge = one.GetProperty("payment_intent").GetProperty("latest_charge");
        Assert.Equal(500, charge.GetProperty("amount").GetInt64());
        var line = one.GetProperty("line_items").GetProperty("data")[0];
        Assert.Equal("Pie", line.GetProperty("description").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
    }

    [Fact]
    public async Task The_same_key_with_the_same_parameters_gives_the_first_answer_again()
    {
        await using var sandbox = await TestSandbox.StartAsync();

        var first = await sandbox.Client.PostKeyedAsync("k-1", "/v1/checkout/sessions", TestClient.Session);
        var again = await sandbox.Client.PostKeyedAsync("k-1", "/v1/checkout/sessions", TestClient.Session);
        var other = await sandbox.Client.PostKeyedAsync(
            "k-1", "/v1/checkout/sessions", [.. TestClient.Session, ("locale", "de")]);

        Assert.Equal(first.Json.GetRawText(), again.Json.GetRawText());
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(HttpStatusCode.BadRequest, other.Status);
        Assert.Equal("idempotency_error", other.Error.GetProperty("type").GetString());
        Assert.Single((await sandbox.Client.GetAsync("/v1/checkout/sessions")).Data);
    }

    [Fact]
    public async Task A_key_in_use_answers_409_and_works_afterwards()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        await sandbox.Client.SetFaultsAsync("""{"api":{"latency_ms":300}}""");

        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ =>
            sandbox.Client.PostKeyedAsync("k-2", "/v1/customers", ("name", "Ann"))));
        var after = await sandbox.Client.PostKeyedAsync("k-2", "/v1/customers", ("name", "Ann"));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(2, answers.Count(answer => answer.Status == HttpStatusCode.Conflict));
        Assert.Equal("true", after.Headers.GetValues("Idempotent-Replayed").Single());
    }

    [Fact]
    public async Task A_decline_is_repeated_under_its_key_and_a_refused_request_may_be_corrected()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        (string, string)[] declined = [("amount", "100"), ("currency", "usd"), ("confirm", "true"),
            ("payment_method", "pm_card_chargeDeclined")];

        var first = await sandbox.Client.PostKeyedAsync("k-3", "/v1/payment_intents", declined);
        var again = await sandbox.Client.PostKeyedAsync("k-3", "/v1/payment_intents", declined);
        await sandbox.Client.PostKeyedAsync("k-4", "/v1/payment_intents", ("amount", "100"));
        var corrected = await sandbox.Client.PostKeyedAsync(
            "k-4", "/v1/payment_intents", ("amount", "100"), ("currency", "usd"));

        Assert.Equal(HttpStatusCode.PaymentRequired, again.Status);
        Assert.Equal(first.Json.GetRawText(), again.Json.GetRawText());
        corrected.MustSucceed();
    }

    private static IEnumerable<string?> Ids(Reply list) => list.Data.Select(one => one.GetProperty("id").GetString());
}

using System.Text.Json;

namespace Automat.StripeSandbox.Tests;

/// <summary>Our objects beside Stripe's published samples (<c>fixtures.json</c> names its source).</summary>
public sealed class FixtureTests
{
    private static readonly JsonElement Samples = JsonSerializer.Deserialize<JsonElement>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "fixtures.json"))).GetProperty("resources");

    /// <summary>Where the sample shows a feature we don't have; Stripe's own type allows null there.</summary>
    private static readonly HashSet<string> NullHere = """
        checkout.session: after_expiration automatic_tax.liability consent consent_collection custom_text.after_submit
          custom_text.shipping_address custom_text.submit custom_text.terms_of_service_acceptance
          invoice_creation.invoice_data.issuer invoice_creation.invoice_data.rendering_options
          payment_method_configuration_details saved_payment_method_options shipping_address_collection shipping_cost
          collected_information permissions wallet_options currency_conversion
        payment_link: automatic_tax.liability consent_collection custom_text.after_submit custom_text.shipping_address
          custom_text.submit custom_text.terms_of_service_acceptance invoice_creation.invoice_data.issuer
          invoice_creation.invoice_data.rendering_options shipping_address_collection subscription_data transfer_data
          payment_method_options
        payment_intent: next_action payment_method_configuration_details processing shipping transfer_data
        charge: billing_details.name payment_method_details.card.installments payment_method_details.card.three_d_secure
          payment_method_details.card.wallet shipping transfer_data source
        customer: currency discount invoice_settings.rendering_options shipping
        payment_method: card.generated_from card.wallet
        setup_intent: next_action payment_method_configuration_details
        product: package_dimensions
        price: custom_unit_amount recurring transform_quantity
        """.Split('\n').Aggregate((Object: "", Paths: new HashSet<string>(StringComparer.Ordinal)), (all, line) =>
        {
            foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (word.EndsWith(':')) all.Object = word[..^1];
                else all.Paths.Add($"{all.Object}.{word}");
            }
            return all;
        }).Paths;

    [Fact]
    public async Task Every_object_has_the_keys_and_types_of_the_published_sample()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var ours = await OneOfEachAsync(sandbox.Client);

        var differences = Samples.EnumerateObject().SelectMany(sample => ours.TryGetValue(sample.Name, out var own)
            ? Differences(sample.Name, sample.Value, own)
            : [$"{sample.Name}: no object of ours"]).ToList();

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [Fact]
    public void A_missing_key_and_a_wrong_type_are_found()
    {
        var sample = JsonSerializer.Deserialize<JsonElement>("""{"a":1,"b":"x","c":{"d":true},"e":null}""");
        var own = JsonSerializer.Deserialize<JsonElement>("""{"a":"1","c":{},"e":5}""");

        Assert.Equal(
            ["x.a: Number in the sample, String here", "x.b: missing", "x.c.d: missing"],
            Differences("x", sample, own));
    }

    private static IEnumerable<string> Differences(string path, JsonElement sample, JsonElement own)
    {
        if (sample.ValueKind is JsonValueKind.Null) return [];
        if (own.ValueKind is JsonValueKind.Null)
            return NullHere.Contains(path) ? [] : [$"{path}: null here, {Kind(sample)} in the sample"];
        if (Kind(sample) != Kind(own)) return [$"{path}: {Kind(sample)} in the sample, {Kind(own)} here"];
        if (path.EndsWith(".metadata", StringComparison.Ordinal) || path == "event.data.object") return [];
        return sample.ValueKind switch
        {
            JsonValueKind.Object => sample.EnumerateObject().SelectMany(member =>
                own.TryGetProperty(member.Name, out var value)
                    ? Differences($"{path}.{member.Name}", member.Value, value)
                    : [$"{path}.{member.Name}: missing"]),
            JsonValueKind.Array when sample.GetArrayLength() > 0 && own.GetArrayLength() > 0 =>
                Differences(path + "[]", sample[0], own[0]),
            _ => [],
        };
    }

    private static string Kind(JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? "Boolean" : value.ValueKind.ToString();

    private static async Task<Dictionary<string, JsonElement>> OneOfEachAsync(TestClient client)
    {
        var session = await client.CreatePaidSessionAsync(
            ("customer_email", "a@b.example"), ("customer_creation", "always"),
            ("payment_intent_data[description]", "Two pies"));
        var open = await client.CreateSessionAsync();
        var intent = await client.GetAsync($"/v1/payment_intents/{session.Text("payment_intent")}");
        var charge = intent.Text("latest_charge")!;
        var canceled = await client.PostAsync("/v1/payment_intents", ("amount", "100"), ("currency", "usd"));
        canceled = await client.PostAsync($"/v1/payment_intents/{canceled.Id}/cancel");
        var declined = await client.PostAsync("/v1/payment_intents", ("amount", "100"), ("currency", "usd"),
            ("confirm", "true"), ("payment_method", "pm_card_chargeDeclined"));
        var refused = await client.PostAsync("/v1/setup_intents", ("confirm", "true"),
            ("payment_method", "pm_card_chargeDeclined"));
        var refund = await client.PostAsync("/v1/refunds", ("charge", charge), ("amount", "100"));
        var product = await client.PostAsync("/v1/products", ("name", "Pie"), ("description", "Warm"),
            ("default_price_data[currency]", "eur"), ("default_price_data[unit_amount]", "250"));
        var link = await client.PostAsync("/v1/payment_links", ("line_items[0][price]", product.Text("default_price")!),
            ("line_items[0][quantity]", "1"), ("payment_intent_data[capture_method]", "manual"),
            ("restrictions[completed_sessions][limit]", "10"));
        var method = await client.PostAsync("/v1/payment_methods", ("type", "card"), ("card[token]", "tok_visa"),
            ("billing_details[email]", "a@b.example"), ("billing_details[phone]", "1"),
            ("billing_details[address][city]", "Linz"), ("billing_details[address][country]", "AT"),
            ("billing_details[address][line1]", "Platz 1"), ("billing_details[address][postal_code]", "4020"),
            ("billing_details[address][state]", "OÖ"));
        var dispute = await client.ControlAsync($"/charges/{charge}/dispute");
        var endpoint = await client.PostAsync("/v1/webhook_endpoints", ("url", "http://127.0.0.1:9/x"),
            ("enabled_events[0]", "charge.failed"), ("description", "Ours"));
        await client.CreatePaidSessionAsync();
        var payout = await client.PostAsync("/v1/payouts", ("amount", "100"), ("currency", "eur"));
        var entry = await client.GetAsync($"/v1/balance_transactions?source={charge}");
        return new Dictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            ["checkout.session"] = With(session.Json, open.Json, "url"),
            ["payment_link"] = link.MustSucceed().Json,
            ["payment_intent"] = With(
                With(canceled.MustSucceed().Json, intent.Json), declined.Error.GetProperty("payment_intent")),
            ["charge"] = (await client.GetAsync($"/v1/charges/{charge}")).Json,
            ["refund"] = refund.MustSucceed().Json,
            ["customer"] = (await client.PostAsync("/v1/customers", ("address[city]", "Linz"))).MustSucceed().Json,
            ["payment_method"] = method.MustSucceed().Json,
            ["setup_intent"] = refused.Error.GetProperty("setup_intent"),
            ["event"] = (await client.GetAsync("/v1/events?limit=1")).Data[0],
            ["product"] = product.MustSucceed().Json,
            ["price"] = (await client.GetAsync($"/v1/prices/{product.Text("default_price")}")).Json,
            ["dispute"] = dispute.MustSucceed().Json,
            ["webhook_endpoint"] = endpoint.MustSucceed().Json,
            ["balance_transaction"] = entry.Data[0],
            ["payout"] = payout.MustSucceed().Json,
            ["balance"] = (await client.GetAsync("/v1/balance")).Json,
        };
    }

    /// <summary>Some values exist only in one stage of a life: the second object lends them.</summary>
    private static JsonElement With(JsonElement first, JsonElement second, params string[] only)
    {
        var merged = first.EnumerateObject().ToDictionary(
            member => member.Name,
            member => member.Value.ValueKind is JsonValueKind.Null && second.ValueKind is JsonValueKind.Object
                && (only.Length == 0 || only.Contains(member.Name))
                    ? second.GetProperty(member.Name) : member.Value);
        return JsonSerializer.SerializeToElement(merged);
    }
}

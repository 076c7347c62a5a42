using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Automat.Scenarios;

/// <summary>Every address of staff that names something by an id, tried by another organisation with the ids of the first.</summary>
public sealed partial class ForeignIdTests(TwoTenants shared) : IClassFixture<TwoTenants>
{
    // What each address takes, so that it is the id that is refused and not the body.
    private static readonly Dictionary<string, string> Bodies = new(StringComparer.Ordinal)
    {
        ["PATCH /api/v1/machines/{id}"] = """{"location":"Elsewhere"}""",
        ["PUT /api/v1/machines/{id}/slots"] = """{"slots":[]}""",
        ["PUT /api/v1/machines/{id}/planogram/draft"] = """{"slots":[]}""",
        ["PUT /api/v1/machines/{id}/state"] = """{"state":"out_of_service"}""",
        ["POST /api/v1/machines/{machine}/commands/"] = """{"kind":"reboot"}""",
        ["POST /api/v1/chips/{id:guid}/top-ups"] = """{"amount":100,"reason":"gift"}""",
        ["POST /api/v1/chips/{id:guid}/card-top-ups"] = """{"amount":100}""",
        ["POST /api/v1/machines/{machine}/collections/"] = """{"bag":"1","counted":1}""",
        ["POST /api/v1/vends/{id:guid}/refunds"] = """{"amount":1,"reason":"goodwill"}""",
        ["POST /api/v1/refunds/{id:guid}/rejection"] = """{"reason":"no"}""",
        ["POST /api/v1/claims/{id:guid}/decision"] = """{"decision":"decline","answer":"no"}""",
        ["POST /api/v1/paybacks/{id:guid}/settlement"] = """{"way":"bank","reason":"sent"}""",
        ["POST /api/v1/chips/{id:guid}/replacement"] = """{"uid":"04A1B2C3D4E590"}""",
        ["POST /api/v1/registrar/chips/{id:guid}/top-ups"] = """{"amount":100}""",
        ["POST /api/v1/registrar/chips/{id:guid}/replacement"] = """{"uid":"04A1B2C3D4E591"}""",
        ["PATCH /api/v1/registrar/chips/{id:guid}"] = """{"status":"retired"}""",
        ["PATCH /api/v1/chips/{id:guid}"] = """{"state":"retired"}""",
        ["POST /api/v1/baskets/{id:guid}/decision"] = """{"items":[]}""",
        ["POST /api/v1/debts/{id:guid}/write-off"] = """{"reason":"no"}""",
        ["PATCH /api/v1/categories/{id:guid}"] = """{"name":"Elsewhere"}""",
        ["PUT /api/v1/price-lists/{id:guid}"] = """{"name":"Elsewhere"}""",
        ["PATCH /api/v1/stock/places/{place:guid}"] = """{"name":"Elsewhere"}""",
        ["PUT /api/v1/stock/routes/{route:guid}"] = """{"name":"Elsewhere","days_between":1,"machines":[]}""",
        ["POST /api/v1/machines/{machine}/visits/"] = """{"id":"0193a7c0-0000-7000-8000-000000000001","lines":[]}""",
        ["POST /api/v1/vends/{id:guid}/resolution"] = """{"outcome":"delivered","reason":"seen"}""",
    };

    [Fact]
    [Trait("Accepts", "S2-20")]
    public async Task No_address_shows_or_changes_what_an_id_of_another_organisation_names()
    {
        var ids = await OwnIdsAsync();
        var tried = 0;
        var before = await RowsAsync();
        foreach (var (method, route) in Addresses())
        {
            var path = Placeholder().Replace(route, place => IdFor(route, place.Groups["name"].Value, ids));
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Headers.Add("X-API-Key", TwoTenants.OtherKey);
            request.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
            request.Headers.Add("Idempotency-Key", "foreign-" + tried);
            if (method is not ("GET" or "DELETE"))
                request.Content = new StringContent(Bodies.GetValueOrDefault($"{method} {route}", "{}"), Encoding.UTF8, "application/json");

            using var answer = await shared.App.Client.SendAsync(request);

            Assert.True(
                answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden,
                $"{method} {path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            tried++;
        }

        Assert.True(tried >= 18, $"Only {tried} addresses name something by an id.");
        Assert.Equal(before, await RowsAsync());
    }

    /// <summary>Whatever a permission guards and names something.</summary>
    private IEnumerable<(string Method, string Route)> Addresses() =>
        from endpoint in shared.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.RoutePattern.Parameters.Count > 0
            // A page's form is sent from its page, which is tried; without that page's token it is refused whoever sends it.
            && endpoint.Metadata.GetMetadata<RequireAntiforgeryTokenAttribute>() is null
            && endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(a => Permissions.AskedBy(a.Policy) is not null)
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        select (method, endpoint.RoutePattern.RawText!);

    private static string IdFor(string route, string name, Dictionary<string, string> ids) => (name, route) switch
    {
        ("machine", _) => ids["machine"],
        ("id", var r) when r.Contains("/commands/", StringComparison.Ordinal) => ids["command"],
        ("id", var r) when r.Contains("/dex/", StringComparison.Ordinal) => ids["dex"],
        ("id", var r) when r.Contains("/collections/", StringComparison.Ordinal) => ids["collection"],
        ("id", var r) when r.Contains("/categories/", StringComparison.Ordinal) => ids["category"],
        ("id", var r) when r.Contains("/prices/", StringComparison.Ordinal) || r.Contains("/price-lists/", StringComparison.Ordinal) => ids["priceList"],
        ("id", var r) when r.Contains("/import/", StringComparison.Ordinal) => ids["import"],
        ("place", _) => ids["place"],
        ("route", _) => ids["route"],
        ("id", var r) when r.Contains("/machines/", StringComparison.Ordinal) => ids["machine"],
        ("id", var r) when r.Contains("/chips/", StringComparison.Ordinal) => ids["chip"],
        ("id", var r) when r.Contains("/vends/", StringComparison.Ordinal) => ids["vend"],
        ("id", var r) when r.Contains("/sales/", StringComparison.Ordinal) => ids["vend"],
        ("id", var r) when r.Contains("/orders/", StringComparison.Ordinal) => ids["order"],
        ("id", var r) when r.Contains("/messages/", StringComparison.Ordinal) => ids["message"],
        ("id", var r) when r.Contains("/refunds/", StringComparison.Ordinal) => ids["refund"],
        ("id", var r) when r.Contains("/claims/", StringComparison.Ordinal) => ids["claim"],
        ("id", var r) when r.Contains("/baskets/", StringComparison.Ordinal) => ids["basket"],
        ("id", var r) when r.Contains("/debts/", StringComparison.Ordinal) => ids["debt"],
        ("day", _) => "2020-01-01",
        ("id", var r) when r.Contains("/payouts/", StringComparison.Ordinal) => ids["payout"],
        ("id", var r) when r.Contains("/paybacks/", StringComparison.Ordinal) => ids["payback"],
        ("secret", _) => ids["secret"],
        ("product" or "number", _) => "1",
        ("topUp", _) => ids["topUp"],
        ("job", _) => ids["job"],
        _ => throw new InvalidOperationException($"Say which id '{name}' of {route} is."),
    };

    private async Task<Dictionary<string, string>> OwnIdsAsync()
    {
        await shared.App.CallAsync(HttpMethod.Post, "/api/v1/machines/snack-1/commands", new { kind = "reboot", deadline_seconds = 600 });
        await using var superuser = await shared.App.Database.SuperuserConnectionAsync();
        var made = Guid.CreateVersion7();
        await TextAsync(
            superuser,
            $"""
            insert into refund_cases (id, organization_id, vend_id, machine_id, tender, amount, currency, reason, status, requested_by, requested_at, expires_at)
            select '{made}', organization_id, id, machine_id, 'Paid', 1, 'EUR', 'other', 'Requested', 'somebody', now(), now() + interval '1 day' from vends limit 1;
            insert into cash_payouts (id, organization_id, vend_id, amount, currency, code_hash, created_at)
            select '{made}', organization_id, id, 1, 'EUR', 'x', now() from vends limit 1;
            insert into claims (id, organization_id, vend_id, machine_id, kind, language, status, verdict, amount, currency, created_at)
            select '{made}', organization_id, id, machine_id, 'Damaged', 'en', 'Waiting', 'AskStaff', 0, 'EUR', now() from vends limit 1;
            insert into debts (id, organization_id, vend_id, provider, amount, currency, reason, status, attempts, round, created_at)
            select '{made}', organization_id, id, 'stripe', 1, 'EUR', 'above_hold', 'Owed', 0, 0, now() from vends limit 1;
            insert into paybacks (id, organization_id, vend_id, provider, amount, currency, reason, status, attempts, next_attempt_at, created_at)
            select '{made}', organization_id, id, 'stripe', 1, 'EUR', 'other', 'Failed', 1, now(), now() from vends limit 1;
            insert into card_top_ups (id, organization_id, chip_id, status, amount, currency, provider, created_at, expires_at)
            select '{made}', organization_id, id, 'Paid', 100, 'EUR', 'stripe', now(), now() from chips limit 1;
            insert into door_visits (vend_id, organization_id, machine_id, transaction, status, unlocked_at, gave_up, restarted, source, alarmed, given_up_at)
            select '{made}', organization_id, machine_id, 'made', 'Review', now(), false, false, 'Nobody', false, now() from vends limit 1;
            insert into dex_reads (id, organization_id, machine_id, serial, hash, content, source, sets_stock, received_at, status, plan)
            select '{made}', organization_id, 'snack-1', 's', 'x', 'x', 'Staff', false, now(), 'Done', jsonb_build_object('outcome', 'older') from vends limit 1;
            insert into cash_collections (id, organization_id, machine_id, bag, counted, currency, collected_at, collected_by, entry, created_at)
            select '{made}', organization_id, 'snack-1', '1', 1, 'EUR', now(), 'somebody', 1, now() from vends limit 1;
            insert into price_lists (id, organization_id, name, days, paused, created_at)
            select '{made}', organization_id, 'Other', 127, true, now() from vends limit 1;
            insert into product_imports (id, organization_id, file_name, text, created_at, added, changed)
            select '{made}', organization_id, 'x.csv', 'name', now(), 0, 0 from vends limit 1;
            insert into chip_jobs (id, organization_id, kind, state, amount, key_version, actor_kind, actor, created_at)
            select '{made}', organization_id, 'Lock', 'Checked', 0, 0, 'Person', 'somebody', now() from vends limit 1;
            insert into orders (id, organization_id, number, purchase_id, machine_id, state, sealed_token, language, created_at, closed_at)
            select '{made}', organization_id, 'MADE', id, machine_id, 'Collected', '', 'en', now(), now() from purchases limit 1;
            insert into customer_messages (id, organization_id, text, photo, received_at)
            select '{made}', organization_id, 'made', 'x', now() from vends limit 1;
            select '';
            """);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["refund"] = made.ToString(),
            ["topUp"] = made.ToString(),
            ["job"] = made.ToString(),
            ["payout"] = made.ToString(),
            ["claim"] = made.ToString(),
            ["payback"] = made.ToString(),
            ["basket"] = made.ToString(),
            ["debt"] = made.ToString(),
            ["dex"] = made.ToString(),
            ["collection"] = made.ToString(),
            ["priceList"] = made.ToString(),
            ["import"] = made.ToString(),
            ["order"] = made.ToString(),
            ["message"] = made.ToString(),
            ["category"] = await TextAsync(superuser, "select id::text from categories limit 1"),
            ["place"] = await TextAsync(superuser, "select id::text from stock_places limit 1"),
            ["route"] = await TextAsync(superuser, "select id::text from restock_routes limit 1"),
            ["machine"] = "snack-1",
            ["command"] = await TextAsync(superuser, "select id::text from machine_commands where kind = 'reboot' limit 1"),
            ["chip"] = await TextAsync(superuser, "select id::text from chips limit 1"),
            ["vend"] = await TextAsync(superuser, "select id::text from vends limit 1"),
            ["secret"] = await TextAsync(superuser, "select id::text from machine_secrets where machine_id = 'snack-1' limit 1"),
        };
    }

    /// <summary>A print of what staff could have changed of the first organisation.</summary>
    private async Task<string> RowsAsync()
    {
        await using var superuser = await shared.App.Database.SuperuserConnectionAsync();
        var prints = new StringBuilder();
        foreach (var table in new[]
        {
            "machines", "slots", "planogram_drafts", "planogram_versions", "machine_secrets", "machine_enrolments", "machine_commands", "chips", "chip_holders", "chip_states",
            "vends", "products", "balances", "refund_cases", "cash_payouts", "claims", "paybacks", "debts", "door_visits",
            "card_top_ups", "categories", "price_lists", "stock_places", "stock_batches", "stock_movements", "restock_routes", "restock_visits", "orders", "carts",
            "customer_messages", "customers", "chip_accounts", "chip_link_codes", "saved_cards",
        })
        {
            prints.Append(table).Append(' ').AppendLine(await TextAsync(
                superuser,
                $"select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from {table} t where organization_id = '{shared.First}'"));
        }

        return prints.ToString();
    }

    private static async Task<string> TextAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    [GeneratedRegex(@"\{(?<name>\w+)(:\w+)?\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}

using System.Net;
using System.Text.Json;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>Layouts are drafted, published and brought back; the machine hears of it with its next heartbeat.</summary>
public sealed class PlanogramTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S2-13"), Trait("Accepts", "S0-04")]
    public async Task Publishing_changes_the_configuration_and_the_next_heartbeat_says_so()
    {
        var device = new TestDevice(app);
        var before = await device.GetAsync("/device/v1/config");
        var present = await DraftAsync("snack-1");
        Assert.Null(present.Etag);
        var slots = Slots(present.Body).Where(s => s.Code != "A2").Select(s => s.Code == "A1" ? s with { Price = s.Price + 10 } : s).ToList();
        var draft = await app.CallAsync(HttpMethod.Put, "/api/v1/machines/snack-1/planogram/draft", new { slots });
        Assert.Equal(["A1", "A2"], Changed(draft.Body));
        var calm = await HeartbeatAsync(device, before.Etag!);
        Assert.False(calm.Json.GetProperty("reload_config").GetBoolean()); // a draft is nobody's business

        var published = await PublishAsync("snack-1", draft.Etag!, "Dearer water");

        Assert.Equal(HttpStatusCode.Created, published.Status);
        Assert.Equal(2, published.Body.GetProperty("number").GetInt32());
        await TestApp.EventuallyAsync(
            async () => (await HeartbeatAsync(device, before.Etag!)).Json.GetProperty("reload_config").GetBoolean(), reload => reload);
        var after = await device.GetAsync("/device/v1/config", before.Etag);
        Assert.Equal(200, after.Status);
        Assert.NotEqual(before.Etag, after.Etag);
        Assert.DoesNotContain(after.Json.GetProperty("slots").EnumerateArray(), s => s.GetProperty("code").GetString() == "A2");
        Assert.Null((await DraftAsync("snack-1")).Etag);
    }

    [Fact]
    public async Task A_draft_is_published_only_as_it_was_looked_at_and_only_over_what_it_was_made_from()
    {
        await app.GivenMachineAsync("plan-1");
        var first = await PutAsync("plan-1", new Slot("A1", 1, 150, 10, 8, 3), new Slot("B1", 2, 90, 5, 5, 1));
        var second = await PutAsync("plan-1", new Slot("A1", 1, 160, 10, 8, 3), new Slot("B1", 2, 90, 5, 5, 1));
        Assert.Equal("etag_missing", Code(await app.CallAsync(HttpMethod.Post, "/api/v1/machines/plan-1/planogram/publication", new { })));
        Assert.Equal("draft_changed", Code(await PublishAsync("plan-1", first.Etag!)));
        await app.CallAsync(HttpMethod.Put, "/api/v1/machines/plan-1/slots", new { slots = new[] { new { code = "A1", product = 1, price = 170, capacity = 10 } } });

        Assert.Equal("planogram_changed", Code(await PublishAsync("plan-1", second.Etag!)));
        Assert.True((await DraftAsync("plan-1")).Body.GetProperty("changed_meanwhile").GetBoolean());
        await app.CallAsync(HttpMethod.Delete, "/api/v1/machines/plan-1/planogram/draft");
        Assert.Equal("draft_unknown", Code(await PublishAsync("plan-1", second.Etag!)));
        Assert.Equal([170L], Slots((await DraftAsync("plan-1")).Body).Select(s => s.Price));
    }

    [Fact]
    public async Task What_is_promised_stays_and_a_layout_that_cannot_be_is_refused_slot_by_slot()
    {
        await app.GivenMachineAsync("plan-2");
        await app.SetUpAsync("update slots set reserved = 2 where machine_id = 'plan-2'");
        var gone = await PutAsync("plan-2", new Slot("B1", 2, 90, 5, 6, 7));

        var refused = await PublishAsync("plan-2", gone.Etag!);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal(
            ["slots.A1.product", "slots.B1.min_level", "slots.B1.par_level"],
            refused.Body.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order());
        var small = await PutAsync("plan-2", new Slot("A1", 1, 150, 4, 4, 1)); // five lie there
        Assert.Equal("planogram_invalid", Code(await PublishAsync("plan-2", small.Etag!)));
        Assert.Equal(["A1"], Slots((await app.CallAsync(HttpMethod.Get, "/api/v1/machines/plan-2/slots")).Body).Select(s => s.Code));
    }

    [Fact]
    public async Task An_earlier_layout_comes_back_as_a_new_version_and_what_is_not_there_is_not_for_sale()
    {
        await app.GivenMachineAsync("plan-3");
        var draft = await PutAsync("plan-3", new Slot("A1", 2, 200, 10, 8, 3));
        await PublishAsync("plan-3", draft.Etag!);
        var slot = Assert.Single((await app.CallAsync(HttpMethod.Get, "/api/v1/machines/plan-3/slots")).Body.GetProperty("slots").EnumerateArray());
        Assert.Equal((0, 3), (slot.GetProperty("stock").GetInt32(), slot.GetProperty("min_level").GetInt32()));
        await app.SetUpAsync("update slots set price = 210 where machine_id = 'plan-3'"); // by a way that keeps no history

        var back = await app.CallAsync(HttpMethod.Post, "/api/v1/machines/plan-3/planogram/versions/1/roll-back", new { });

        Assert.Equal((4, 1), (back.Body.GetProperty("number").GetInt32(), back.Body.GetProperty("source").GetInt32()));
        var versions = await app.CallAsync(HttpMethod.Get, "/api/v1/machines/plan-3/planogram/versions");
        Assert.Equal(
            [(4, "rolled_back"), (3, "found"), (2, "published"), (1, "written")],
            versions.Body.GetProperty("items").EnumerateArray().Select(v => (v.GetProperty("number").GetInt32(), v.GetProperty("origin").GetString()!)));
        var again = await app.CallAsync(HttpMethod.Post, "/api/v1/machines/plan-3/planogram/versions/1/roll-back", new { });
        Assert.Equal(HttpStatusCode.NoContent, again.Status);
        Assert.Equal("version_unknown", Code(await app.CallAsync(HttpMethod.Post, "/api/v1/machines/plan-3/planogram/versions/9/roll-back", new { })));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => app.SetUpAsync("update planogram_versions set slots = '[]'"));
    }

    [Fact]
    public async Task Of_two_who_publish_at_once_one_does_and_the_other_is_told()
    {
        await app.GivenMachineAsync("plan-4");
        var draft = await PutAsync("plan-4", new Slot("A1", 1, 175, 10, 8, 3));

        var ended = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PublishAsync("plan-4", draft.Etag!)));

        Assert.Single(ended, e => e.Status is HttpStatusCode.Created);
        Assert.Equal(3, ended.Count(e => e.Status is HttpStatusCode.NotFound)); // the draft is gone
    }

    private Task<(HttpStatusCode Status, JsonElement Body, string? Etag)> DraftAsync(string machine) =>
        app.CallAsync(HttpMethod.Get, $"/api/v1/machines/{machine}/planogram/draft");

    private Task<(HttpStatusCode Status, JsonElement Body, string? Etag)> PutAsync(string machine, params Slot[] slots) =>
        app.CallAsync(HttpMethod.Put, $"/api/v1/machines/{machine}/planogram/draft", new { slots });

    private Task<(HttpStatusCode Status, JsonElement Body, string? Etag)> PublishAsync(string machine, string etag, string? note = null) =>
        app.CallAsync(HttpMethod.Post, $"/api/v1/machines/{machine}/planogram/publication", new { note }, match: etag);

    private static Task<DeviceAnswer> HeartbeatAsync(TestDevice device, string etag) =>
        device.PostAsync("/device/v1/heartbeat", $$"""{"firmware":"1.0","config_etag":{{JsonSerializer.Serialize(etag)}},"faults":[]}""");

    private static string? Code((HttpStatusCode Status, JsonElement Body, string? Etag) answer) => answer.Body.GetProperty("code").GetString();

    private static List<string> Changed(JsonElement draft) =>
        [.. draft.GetProperty("changes").EnumerateArray().Select(c => c.GetProperty("code").GetString()!)];

    private static List<Slot> Slots(JsonElement body) => [.. body.GetProperty("slots").EnumerateArray().Select(s => new Slot(
        s.GetProperty("code").GetString()!, s.GetProperty("product").GetInt32(), s.GetProperty("price").GetInt64(),
        Number(s, "capacity"), Number(s, "par_level"), Number(s, "min_level")))];

    private static int? Number(JsonElement slot, string name) =>
        slot.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number ? value.GetInt32() : null;

    /// <summary>A slot as it is sent.</summary>
    private sealed record Slot(string Code, int Product, long Price, int? Capacity, int? Par_level, int? Min_level);
}

using System.Net;
using Automat.Mqtt.Client;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>Staff register machines, bring them in, and shut them out; one machine's secret opens nothing of another.</summary>
public sealed class MachineRegistryTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    public async Task A_machine_that_cannot_be_is_refused_with_a_sentence_for_each_field()
    {
        var (status, body, _) = await app.CallAsync(HttpMethod.Post, "/api/v1/machines", new
        {
            id = "a/b",
            name = "",
            location = "Here",
            driver = "arcade",
            time_zone = "Berlin",
            currency = "???",
            silence_policy = "keep_it",
            settings = new { take_within = 0, colour = "red" },
        });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("machine_invalid", body.GetProperty("code").GetString());
        var fields = body.GetProperty("errors").EnumerateObject().Select(e => e.Name).ToList();
        Assert.Superset(
            new HashSet<string> { "id", "name", "time_zone", "currency", "silence_policy", "settings.colour" }, fields.ToHashSet());
    }

    [Fact]
    public async Task A_machine_is_listed_changed_by_who_saw_it_last_and_retired_for_good()
    {
        await app.GivenMachineAsync("hand-1");

        var (_, seen, etag) = await app.CallAsync(HttpMethod.Get, "/api/v1/machines/hand-1");
        Assert.Equal("active", seen.GetProperty("state").GetString());
        var blind = await app.CallAsync(HttpMethod.Patch, "/api/v1/machines/hand-1", new { name = "New" });
        Assert.Equal(HttpStatusCode.PreconditionRequired, blind.Status);
        var changed = await app.CallAsync(HttpMethod.Patch, "/api/v1/machines/hand-1", new { name = "New" }, match: etag);
        Assert.Equal("New", changed.Body.GetProperty("name").GetString());
        var late = await app.CallAsync(HttpMethod.Patch, "/api/v1/machines/hand-1", new { name = "Other" }, match: etag);
        Assert.Equal(HttpStatusCode.PreconditionFailed, late.Status);
        var page = await app.CallAsync(HttpMethod.Get, "/api/v1/machines?driver=hand&state=active&limit=1");
        Assert.Contains("hand-", page.Body.ToString(), StringComparison.Ordinal);

        var careless = await app.CallAsync(HttpMethod.Put, "/api/v1/machines/hand-1/state", new { state = "retired" });
        Assert.Equal("confirm_missing", careless.Body.GetProperty("code").GetString());
        var retired = await app.CallAsync(
            HttpMethod.Put, "/api/v1/machines/hand-1/state", new { state = "retired", confirm = "hand-1" });
        Assert.Equal("retired", retired.Body.GetProperty("state").GetString());
        var back = await app.CallAsync(HttpMethod.Put, "/api/v1/machines/hand-1/state", new { state = "active" });
        Assert.Equal("machine_retired", back.Body.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Pages_of_machines_follow_each_other_without_gap_or_repeat()
    {
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await app.CallAsync(HttpMethod.Get, $"/api/v1/machines?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.Body.GetProperty("items").EnumerateArray().Select(m => m.GetProperty("id").GetString()!));
            cursor = page.Body.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(seen.Distinct(), seen);
        Assert.Superset(new HashSet<string> { "cab001", "robot-1", "snack-1", "fridge-1" }, seen.ToHashSet());
    }

    [Fact]
    public async Task What_lies_in_a_machine_is_checked_and_kept()
    {
        await app.GivenMachineAsync("hand-2");

        var wrong = await app.CallAsync(HttpMethod.Put, "/api/v1/machines/hand-2/slots", new
        {
            slots = new object[] { new { code = "A1", product = 9999 }, new { code = "A1", product = 1, price = -1 } },
        });

        Assert.Equal("planogram_invalid", wrong.Body.GetProperty("code").GetString());
        var errors = wrong.Body.GetProperty("errors");
        Assert.True(errors.TryGetProperty("slots[0].product", out _) && errors.TryGetProperty("slots[1].price", out _));
        var slot = Assert.Single((await app.CallAsync(HttpMethod.Get, "/api/v1/machines/hand-2/slots")).Body
            .GetProperty("slots").EnumerateArray());
        Assert.Equal((150, 5), (slot.GetProperty("price").GetInt32(), slot.GetProperty("stock").GetInt32()));
    }

    [Fact]
    [Trait("Accepts", "S2-26")]
    public async Task A_code_brings_one_machine_in_once_and_a_newer_code_ends_the_older()
    {
        await app.GivenMachineAsync("cab-new", "arcade");
        var old = await OfferAsync("cab-new");
        var code = await OfferAsync("cab-new");

        var ended = await app.CallAsync(HttpMethod.Post, "/device/v1/enrolments", new { code = old }, key: null);
        Assert.Equal("enrolment_code_invalid", ended.Body.GetProperty("code").GetString());
        var enrolled = await app.CallAsync(
            HttpMethod.Post, "/device/v1/enrolments", new { code = code.ToLowerInvariant() }, key: null);
        Assert.Equal(HttpStatusCode.Created, enrolled.Status);
        Assert.Equal("cab-new", enrolled.Body.GetProperty("device_id").GetString());
        var again = await app.CallAsync(HttpMethod.Post, "/device/v1/enrolments", new { code }, key: null);
        Assert.Equal("enrolment_code_invalid", again.Body.GetProperty("code").GetString());

        var secret = enrolled.Body.GetProperty("secret").GetString()!;
        await using var machine = await ConnectAsync("cab-new", secret);
        await Assert.ThrowsAsync<MqttRefusedException>(() => ConnectAsync("cab001", secret));
        var listed = (await app.CallAsync(HttpMethod.Get, "/api/v1/machines/cab-new/secrets")).Body.ToString();
        Assert.DoesNotContain(secret, listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_secret_overlaps_with_the_old_one_and_a_revoked_one_ends_its_connections_at_once()
    {
        await app.GivenMachineAsync("cab-key", "arcade");
        await app.GiveSecretAsync("cab-key", "first-secret-of-this-test");
        var issued = await app.CallAsync(HttpMethod.Post, "/api/v1/machines/cab-key/secrets", new { overlap_seconds = 600 });
        await using var early = await ConnectAsync("cab-key", "first-secret-of-this-test");
        await using (await ConnectAsync("cab-key", issued.Body.GetProperty("secret").GetString()!)) { }

        var revoked = await app.CallAsync(HttpMethod.Delete, "/api/v1/machines/cab-key/secrets");

        Assert.Equal(HttpStatusCode.NoContent, revoked.Status);
        await early.Messages.Completion.WaitAsync(TimeSpan.FromSeconds(30)); // the server has ended it
        await Assert.ThrowsAsync<MqttRefusedException>(() => ConnectAsync("cab-key", "first-secret-of-this-test"));
    }

    [Fact]
    public async Task A_retired_machine_is_shut_out_at_every_door()
    {
        await app.GivenMachineAsync("cab-old", "arcade");
        await app.GiveSecretAsync("cab-old", "secret-of-the-old-one");
        await using var connected = await ConnectAsync("cab-old", "secret-of-the-old-one");

        await app.CallAsync(HttpMethod.Put, "/api/v1/machines/cab-old/state", new { state = "retired", confirm = "cab-old" });

        await connected.Messages.Completion.WaitAsync(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<MqttRefusedException>(() => ConnectAsync("cab-old", "secret-of-the-old-one"));
        var game = await app.CallAsync(
            HttpMethod.Post, "/gameover", new { machine_id = "cab-old" }, key: "secret-of-the-old-one");
        Assert.Equal(HttpStatusCode.Unauthorized, game.Status);
        var code = await app.CallAsync(HttpMethod.Post, "/api/v1/machines/cab-old/enrolments");
        Assert.Equal("machine_retired", code.Body.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("GET", "/api/v1/machines")]
    [InlineData("POST", "/api/v1/machines/cab001/enrolments")]
    [InlineData("GET", "/api/v1/machines/cab001/secrets")]
    [InlineData("POST", "/api/v1/machines/cab001/commands")]
    [InlineData("GET", "/api/v1/vends?status=unknown")]
    public async Task A_machines_own_secret_opens_nothing_of_the_staff(string method, string path)
    {
        var (status, _, _) = await app.CallAsync(
            new HttpMethod(method), path, method == "POST" ? new { } : null, TestApp.MachineSecret);

        Assert.Equal(HttpStatusCode.Unauthorized, status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/status")]
    [InlineData("/secrets")]
    [InlineData("/commands")]
    [InlineData("/outages")]
    public async Task Another_organisations_machine_does_not_exist(string path)
    {
        await app.SetUpAsync(
            "insert into machines select (jsonb_populate_record(m, jsonb_build_object('id', 'theirs', "
            + "'organization_id', '018f0000-0000-7000-8000-000000000001'))).* from machines m where id = 'cab001' "
            + "on conflict do nothing");

        var (status, body, _) = await app.CallAsync(HttpMethod.Get, "/api/v1/machines/theirs" + path);

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("machine_unknown", body.GetProperty("code").GetString());
    }

    private async Task<string> OfferAsync(string machine) =>
        (await app.CallAsync(HttpMethod.Post, $"/api/v1/machines/{machine}/enrolments")).Body.GetProperty("code").GetString()!;

    private async Task<MqttClient> ConnectAsync(string user, string password)
    {
        var client = new MqttClient(new MqttClientOptions { Port = app.MqttPort, UserName = user, Password = password });
        await client.ConnectAsync();
        return client;
    }
}

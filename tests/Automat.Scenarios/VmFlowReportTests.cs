using System.Net;
using System.Text;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Mqtt;
using Automat.Mqtt.Client;
using Automat.Simulator.Machines.VmFlow;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>What VMflow boards report by themselves, and how they come in: booked once, never for another machine.</summary>
public sealed class VmFlowReportTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private const string LegacyPasskey = "legacy-passkey-018";

    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "M8")]
    public async Task Cash_told_three_times_is_booked_once_with_its_product()
    {
        await using var board = await app.GivenBoardAsync("vc-once");

        await board.SellCashAsync(150, 12, TimeProvider.System.GetUtcNow(), times: 3);

        var vend = Assert.Single(await CashAsync("vc-once"));
        Assert.Equal((150, VendStatus.Committed, "A1"), (vend.Delivered, vend.Status, vend.Lines.Single().Slot));
        Assert.False(Assert.Single(await app.ReportsAsync("vc-once")).GetProperty("late").GetBoolean());
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "M8")]
    public async Task Cash_told_long_after_is_booked_and_marked_as_late()
    {
        await using var board = await app.GivenBoardAsync("vc-late");

        await board.SellCashAsync(120, 77, TimeProvider.System.GetUtcNow().AddDays(-3), times: 2);

        Assert.Equal(120, Assert.Single(await CashAsync("vc-late")).Delivered);
        var report = Assert.Single(await app.ReportsAsync("vc-late"));
        Assert.True(report.GetProperty("late").GetBoolean());
        Assert.NotNull(report.GetProperty("vend").GetString());
    }

    [Theory]
    [InlineData(0x4000, "test_vend")]
    [InlineData(0x8000, "free_vend")]
    [InlineData(0x1000, "token_vend")]
    public async Task A_vend_that_took_no_cash_is_kept_and_not_booked(int flag, string why)
    {
        var id = $"vc-{why.Replace('_', '-')}";
        await using var board = await app.GivenBoardAsync(id);

        await board.SellCashAsync(150, flag | 12, TimeProvider.System.GetUtcNow());

        Assert.Empty(await CashAsync(id));
        Assert.Equal(why, Assert.Single(await app.ReportsAsync(id)).GetProperty("refused").GetString());
    }

    [Fact]
    public async Task Cash_whose_item_nobody_knows_is_booked_without_a_product()
    {
        await using var board = await app.GivenBoardAsync("vc-item");

        await board.SellCashAsync(90, 0xFFFF, TimeProvider.System.GetUtcNow());

        Assert.Equal("", Assert.Single(await CashAsync("vc-item")).Lines.Single().Slot);
    }

    [Fact]
    public async Task People_counted_and_audit_data_are_kept_and_what_is_not_signed_is_not()
    {
        await app.RegisterBoardAsync("vc-other");
        await using var client = await ConnectAsync("vc-other", Boards.Passkey);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        await SayAsync(client, "vc-other", "paxcounter", BoardSigning.Sign($"37:{now}", Boards.Passkey));
        await SayAsync(client, "vc-other", "rpc/dex", Encoding.ASCII.GetBytes("DXS*UVX0000042*VA*V0/6*1\r\n"));
        await SayAsync(client, "vc-other", "sale", BoardSigning.Sign($"150:12:{now}", "another-passkey-00"));
        await SayAsync(client, "vc-other", "sale", [0xFF, 0x00, 0x3A]);
        await SayAsync(client, "vc-other", "rpc/info", Encoding.ASCII.GetBytes("{\"machine_state\":\"ENABLED\"}"));

        Assert.Equal(["dex", "pax"], (await app.ReportsAsync("vc-other")).Select(r => r.GetProperty("kind").GetString()!).Order());
        Assert.Empty(await CashAsync("vc-other"));
    }

    [Fact]
    public async Task An_older_board_is_listened_to_up_to_a_limit_and_everybody_sees_that_it_is_insecure()
    {
        await app.RegisterBoardAsync("vc-legacy", """{"firmware":"legacy","insecure_limit":250}""", LegacyPasskey);
        await using var client = await ConnectAsync("vc-legacy", LegacyPasskey);
        await client.SubscribeAsync("vc-legacy.vmflow.xyz/#", MqttQos.AtMostOnce);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        await SayAsync(client, "vc-legacy", "sale", Legacy(0x21, 150, 12, now));
        await SayAsync(client, "vc-legacy", "sale", Legacy(0x21, 150, 12, now)); // again
        await SayAsync(client, "vc-legacy", "sale", Legacy(0x21, 150, 12, now - 1)); // above the limit of a day
        await SayAsync(client, "vc-legacy", "sale", Legacy(0x21, 100, 12, now - 2)); // the limit, exactly
        await SayAsync(client, "vc-legacy", "sale", Legacy(0x21, 10, 12, now - 60)); // late, and nothing vouches for it
        await SayAsync(client, "vc-legacy", "sale", Legacy(0x20, 10, 12, now)); // a credit is for the machine
        await SayAsync(client, "vc-legacy", "paxcounter", Legacy(0x22, 0, 37, now));

        Assert.Equal([100, 150], (await CashAsync("vc-legacy")).Select(v => v.Delivered).Order());
        var refused = (await app.ReportsAsync("vc-legacy")).Select(r => r.GetProperty("refused").GetString()).OfType<string>();
        Assert.Equal(["late_insecure", "over_limit"], refused.Order());
        var machine = (await app.CallAsync(HttpMethod.Get, "/api/v1/machines/vc-legacy")).Body;
        Assert.Equal("legacy_firmware", machine.GetProperty("insecure").GetString());
        Assert.Equal("cash_only", machine.GetProperty("status").GetProperty("why_not").GetString());
        var page = await app.Client.GetStringAsync(new Uri("/m/vc-legacy", UriKind.Relative));
        Assert.Contains("takes coins and notes", page, StringComparison.Ordinal);
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S1-06")]
    public async Task A_board_that_presents_nothing_comes_in_only_where_it_was_named_and_from_where_it_may()
    {
        await app.RegisterBoardAsync("vd-named", """{"client_id":"ESP32_A1B2C3","allow":["127.0.0.0/8"],"sub":"48151623"}""");
        await app.RegisterBoardAsync("vd-elsewhere", """{"client_id":"ESP32_D4E5F6","allow":["10.0.0.0/8"]}""");

        await using var board = app.StartBoard("vd-named", clientId: "ESP32_A1B2C3", sub: "48151623");
        await app.SellsAsync("vd-named");
        Assert.Equal("known_by_client_id", (await app.CallAsync(HttpMethod.Get, "/api/v1/machines/vd-named")).Body.GetProperty("insecure").GetString());

        await using var fixedName = Client("ESP32_A1B2C3", "vmflow", "vmflow");
        await fixedName.ConnectAsync();
        Assert.True((byte)await TryAsync(fixedName, "domain.vmflow.xyz/vd-elsewhere/sale") >= 0x80);
        Assert.True((byte)await TryAsync(fixedName, "48151623.vmflow.xyz/rpc") >= 0x80);
        Assert.True((byte)await TryAsync(fixedName, "domain.vmflow.xyz/48151623/rpc/echo") < 0x80);
        await RefusedAsync(Client("ESP32_D4E5F6", null, null));
        await RefusedAsync(Client("ESP32_000000", null, null));
        await RefusedAsync(Client("ESP32_A1B2C3", "vmflow", "other"));
        await RefusedAsync(Client("ESP32_A1B2C3", "vd-named", "wrong"));
        await RefusedAsync(Client("ESP32_A1B2C3", null, null, will: "domain.vmflow.xyz/vd-elsewhere/status"));
    }

    [Theory]
    [InlineData("""{"sub":"shared-sub"}""", """{"sub":"shared-sub"}""")]
    [InlineData("""{"client_id":"ESP32_SHARED","allow":["127.0.0.1"]}""", """{"client_id":"ESP32_SHARED","allow":["10.0.0.1"]}""")]
    public async Task What_a_board_is_known_by_is_one_machines_alone(string first, string second)
    {
        var ids = (One: $"ve-{Guid.CreateVersion7():n}"[..20], Two: $"vf-{Guid.CreateVersion7():n}"[..20]);
        await app.RegisterBoardAsync(ids.One, first);
        await app.RegisterBoardAsync(ids.Two);
        var etag = (await app.CallAsync(HttpMethod.Get, $"/api/v1/machines/{ids.Two}")).Etag;

        var (status, body, _) = await app.CallAsync(
            HttpMethod.Patch, $"/api/v1/machines/{ids.Two}", new { settings = System.Text.Json.JsonElement.Parse(second) }, match: etag);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => app.RegisterBoardAsync(ids.Two + "x", second));

        Assert.Equal((HttpStatusCode.Conflict, "machine_setting_taken"), (status, body.GetProperty("code").GetString()));
        Assert.Contains("machine_setting_taken", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"client_id":"ESP32_X1Y2Z3"}""", "settings.allow")]
    [InlineData("""{"client_id":"ESP32_X1Y2Z3","allow":["everywhere"]}""", "settings.allow")]
    [InlineData("""{"firmware":"newest"}""", "settings.firmware")]
    [InlineData("""{"sub":"a/b"}""", "settings.sub")]
    [InlineData("""{"items":{"4096":"A1"}}""", "settings.items")]
    [InlineData("""{"session_s":0}""", "settings.session_s")]
    public async Task Settings_that_cannot_be_are_named(string settings, string field)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => app.RegisterBoardAsync("vs-wrong", settings));

        Assert.Contains(field, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("arcade", "0123456789abcdef01")]
    [InlineData("vmflow", "0123456789abcdef0")]
    [InlineData("vmflow", "0123456789 bcdef01")]
    public async Task A_secret_chosen_elsewhere_is_taken_only_from_such_a_board_and_only_as_it_has_one(string driver, string secret)
    {
        var (status, body, _) = await app.CallAsync(HttpMethod.Post, "/api/v1/machines", new
        {
            id = "vs-secret",
            name = "x",
            location = "y",
            driver,
            time_zone = "UTC",
            currency = "EUR",
            secret,
        });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("\"secret\"", body.GetRawText(), StringComparison.Ordinal);
    }

    private static byte[] Legacy(byte word, int price, int item, long at)
    {
        var plain = new byte[19];
        plain[0] = word;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(plain.AsSpan(1), price);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(plain.AsSpan(5), (ushort)item);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(plain.AsSpan(7), (uint)at);
        plain[18] = (byte)(plain.Take(18).Sum(b => b) & 0xFF);
        for (var i = 0; i < 18; i++) plain[i + 1] ^= (byte)LegacyPasskey[i];
        return plain;
    }

    private static async Task RefusedAsync(MqttClient client)
    {
        await using (client) await Assert.ThrowsAsync<MqttRefusedException>(async () => await client.ConnectAsync());
    }

    private static async Task<MqttReason> TryAsync(MqttClient client, string topic) => await client.PublishAsync(
        new MqttMessage { Topic = topic, Payload = "1"u8.ToArray(), Qos = MqttQos.AtLeastOnce });

    private static async Task SayAsync(MqttClient client, string sub, string topic, byte[] payload) => await client.PublishAsync(
        new MqttMessage { Topic = $"domain.vmflow.xyz/{sub}/{topic}", Payload = payload, Qos = MqttQos.AtLeastOnce });

    private async Task<MqttClient> ConnectAsync(string id, string passkey)
    {
        var client = Client($"hand-{id}", id, passkey);
        await client.ConnectAsync();
        return client;
    }

    private MqttClient Client(string clientId, string? user, string? password, string? will = null) => new(new MqttClientOptions
    {
        Port = app.MqttPort,
        UserName = user,
        Password = password,
        ClientId = clientId,
        Will = will is null ? null : new MqttWill(new MqttMessage { Topic = will, Payload = "offline"u8.ToArray() }),
    });

    private Task<List<Vend>> CashAsync(string machine) => app.QueryAsync(db => db.Set<Vend>().AsNoTracking()
        .Where(v => v.Machine == MachineId.Parse(machine)).OrderBy(v => v.Id).ToListAsync());
}

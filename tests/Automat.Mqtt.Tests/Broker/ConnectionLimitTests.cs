using System.Net;
using Automat.Mqtt.Broker;
using Automat.Mqtt.Client;

namespace Automat.Mqtt.Tests.Broker;

/// <summary>Limits on connections: in total, for each address, for each identity.</summary>
public sealed class ConnectionLimitTests
{
    [Fact]
    public async Task An_address_beyond_its_share_is_turned_away_until_one_of_it_goes()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaxConnectionsPerAddress = 2);
        var first = await broker.ConnectAsync("m1");
        await broker.ConnectAsync("m2");

        await Assert.ThrowsAsync<MqttDisconnectedException>(() => broker.ConnectAsync("m3"));

        await first.DisconnectAsync();
        await Talking.UntilAsync(() => broker.Broker.ConnectionCount == 1);
        await broker.ConnectAsync("m3");
    }

    [Fact]
    public void Addresses_are_counted_apart_and_a_v6_network_as_one()
    {
        var counts = new AddressCounts(limit: 1);

        Assert.True(counts.TryEnter(IPAddress.Parse("192.0.2.1")));
        Assert.True(counts.TryEnter(IPAddress.Parse("192.0.2.2")));
        Assert.False(counts.TryEnter(IPAddress.Parse("::ffff:192.0.2.1")));
        Assert.True(counts.TryEnter(IPAddress.Parse("2001:db8:0:1::1")));
        Assert.False(counts.TryEnter(IPAddress.Parse("2001:db8:0:1::2")));
        Assert.True(counts.TryEnter(IPAddress.Parse("2001:db8:0:2::1")));
        counts.Leave(IPAddress.Parse("2001:db8:0:1::1"));
        Assert.True(counts.TryEnter(IPAddress.Parse("2001:db8:0:1::2")));
    }

    [Fact]
    public async Task An_identity_beyond_its_connections_is_refused_and_others_are_not()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaxConnectionsPerIdentity = 2);
        await broker.ConnectAsync(broker.Options() with { ClientId = "a" });
        var second = await broker.ConnectAsync(broker.Options() with { ClientId = "b" });

        var refusal = await Assert.ThrowsAsync<MqttRefusedException>(
            () => broker.ConnectAsync(broker.Options() with { ClientId = "c" }));
        Assert.Equal((byte)MqttReason.QuotaExceeded, refusal.Code);
        await broker.ConnectAsync("m2");

        await second.DisconnectAsync();
        await broker.Gate.WaitForAsync("disconnected m1/b Success");
        await broker.ConnectAsync(broker.Options() with { ClientId = "c", Reconnect = MqttReconnect.Default });
    }

    [Fact]
    public async Task An_identity_at_its_limit_may_still_take_its_own_client_id_over()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaxConnectionsPerIdentity = 1);
        await broker.ConnectAsync("m1");

        await broker.ConnectAsync("m1");

        await broker.Gate.WaitForAsync("disconnected m1/m1 SessionTakenOver");
    }
}

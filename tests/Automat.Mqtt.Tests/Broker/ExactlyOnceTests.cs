using Automat.Mqtt.Broker;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests.Broker;

/// <summary>QoS 2 as the broker sees it: once, also across the loss of the connection.</summary>
public sealed class ExactlyOnceTests
{
    private static readonly MqttProperties Lasting = new() { SessionExpiry = 1000 };

    [Theory]
    [Trait("Mqtt", "5.0 4.3.3-8")]
    [Trait("Mqtt", "5.0 4.3.3-10")]
    [Trait("Mqtt", "5.0 4.3.3-11")]
    [Trait("Mqtt", "5.0 4.3.3-12")]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task A_message_sent_twice_before_its_release_is_taken_once(MqttVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port, version: version);

        await SendAsync(client, "1", 5);
        await ExpectAsync(client, PacketType.PubRec, 5);
        await SendAsync(client, "1", 5, duplicate: true);
        await ExpectAsync(client, PacketType.PubRec, 5);
        await client.SendAsync(new AckPacket(PacketType.PubRel, 5));
        await ExpectAsync(client, PacketType.PubComp, 5);
        Assert.Single(broker.Gate.Published);

        await SendAsync(client, "2", 5);
        await ExpectAsync(client, PacketType.PubRec, 5);
        Assert.Equal(["1", "2"], broker.Gate.Published.Select(m => m.Text()));
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task A_lasting_session_remembers_what_it_took_when_the_client_comes_back(MqttVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        using (var first = await EnterAsync(broker, version))
        {
            await SendAsync(first, "1", 5);
            await ExpectAsync(first, PacketType.PubRec, 5);
        }

        using var again = await EnterAsync(broker, version);
        Assert.True(again.Answer!.SessionPresent);
        await SendAsync(again, "1", 5, duplicate: true);
        await ExpectAsync(again, PacketType.PubRec, 5);
        await again.SendAsync(new AckPacket(PacketType.PubRel, 5));
        await ExpectAsync(again, PacketType.PubComp, 5);

        Assert.Single(broker.Gate.Published);
    }

    [Fact]
    public async Task A_release_of_something_unknown_is_answered_and_said_to_be_unknown()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);

        await client.SendAsync(new AckPacket(PacketType.PubRel, 9));

        Assert.Equal(MqttReason.PacketIdNotFound, (await ExpectAsync(client, PacketType.PubComp, 9)).Reason);
    }

    [Fact]
    [Trait("Mqtt", "5.0 4.3.3-9")]
    public async Task What_may_not_be_published_is_refused_and_its_identifier_is_free_again()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);

        await client.SendAsync(Talking.Message("from/m2/x", "forged", MqttQos.ExactlyOnce), 5);
        Assert.Equal(MqttReason.NotAuthorized, (await ExpectAsync(client, PacketType.PubRec, 5)).Reason);
        await SendAsync(client, "mine", 5);
        await ExpectAsync(client, PacketType.PubRec, 5);

        Assert.Equal("mine", Assert.Single(broker.Gate.Published).Text());
    }

    [Fact]
    public async Task What_the_server_could_not_store_is_not_received()
    {
        await using var broker = await TestBroker.StartAsync();
        broker.Gate.Publish = (_, _) => throw new InvalidOperationException("The disk is full.");
        using (var first = await EnterAsync(broker))
        {
            await SendAsync(first, "1", 5);
            Assert.Equal(MqttReason.ImplementationSpecific, await first.ReadEndAsync());
        }

        broker.Gate.Publish = null;
        using var again = await EnterAsync(broker);
        await SendAsync(again, "1", 5, duplicate: true);
        await ExpectAsync(again, PacketType.PubRec, 5);

        Assert.Equal("1", Assert.Single(broker.Gate.Published).Text());
    }

    [Theory]
    [Trait("Mqtt", "5.0 4.3.3-2")]
    [Trait("Mqtt", "5.0 4.3.3-4")]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task A_subscriber_gets_the_four_packets_in_order(MqttVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port, version: version);
        Assert.Equal(MqttReason.GrantedQos2, await client.SubscribeAsync("all/#", MqttQos.ExactlyOnce));

        await PublishAsync(broker, "x");

        var packet = await client.ReadAsync<PublishPacket>();
        Assert.Equal((MqttQos.ExactlyOnce, false), (packet.Message.Qos, packet.Duplicate));
        await client.SendAsync(new AckPacket(PacketType.PubRec, packet.PacketId));
        await ExpectAsync(client, PacketType.PubRel, packet.PacketId);
        await client.SendAsync(new AckPacket(PacketType.PubComp, packet.PacketId));
        await client.ExpectNothingAsync();
    }

    [Theory]
    [Trait("Mqtt", "5.0 4.4.0-1")]
    [Trait("Mqtt", "5.0 4.3.3-3")]
    [Trait("Mqtt", "5.0 4.3.3-5")]
    [Trait("Mqtt", "5.0 4.3.3-6")]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task After_a_reconnect_each_message_goes_on_where_it_stood(MqttVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        ushort received, sent;
        using (var first = await EnterAsync(broker, version))
        {
            await first.SubscribeAsync("all/#", MqttQos.ExactlyOnce);
            await PublishAsync(broker, "received");
            await PublishAsync(broker, "sent");
            received = (await first.ReadAsync<PublishPacket>()).PacketId;
            sent = (await first.ReadAsync<PublishPacket>()).PacketId;
            await first.SendAsync(new AckPacket(PacketType.PubRec, received));
            await ExpectAsync(first, PacketType.PubRel, received);
        }

        using var again = await EnterAsync(broker, version);
        await ExpectAsync(again, PacketType.PubRel, received);
        var repeated = await again.ReadAsync<PublishPacket>();
        Assert.Equal(("sent", sent, true), (repeated.Message.Text(), repeated.PacketId, repeated.Duplicate));
        await again.SendAsync(new AckPacket(PacketType.PubComp, received));
        await again.SendAsync(new AckPacket(PacketType.PubRec, sent));
        await ExpectAsync(again, PacketType.PubRel, sent);
        await again.SendAsync(new AckPacket(PacketType.PubComp, sent));
        await again.ExpectNothingAsync();
    }

    [Fact]
    [Trait("Mqtt", "5.0 4.4.0-2")]
    public async Task A_refusal_ends_the_exchange()
    {
        await using var broker = await TestBroker.StartAsync();
        using (var first = await EnterAsync(broker))
        {
            await first.SubscribeAsync("all/#", MqttQos.ExactlyOnce);
            await PublishAsync(broker, "unwanted");
            var packet = await first.ReadAsync<PublishPacket>();
            await first.SendAsync(new AckPacket(PacketType.PubRec, packet.PacketId, MqttReason.QuotaExceeded));
            await first.ExpectNothingAsync();
        }

        using var again = await EnterAsync(broker);
        await again.ExpectNothingAsync();
    }

    [Fact]
    public async Task A_receipt_of_something_unknown_is_released()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);

        await client.SendAsync(new AckPacket(PacketType.PubRec, 77));

        Assert.Equal(MqttReason.PacketIdNotFound, (await ExpectAsync(client, PacketType.PubRel, 77)).Reason);
    }

    [Theory]
    [InlineData(MqttQos.AtLeastOnce, PacketType.PubRec)]
    [InlineData(MqttQos.AtLeastOnce, PacketType.PubComp)]
    [InlineData(MqttQos.ExactlyOnce, PacketType.PubAck)]
    [InlineData(MqttQos.ExactlyOnce, PacketType.PubComp)]
    internal async Task The_wrong_acknowledgement_is_an_error(MqttQos qos, PacketType type)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);
        await client.SubscribeAsync("all/#", qos);
        await PublishAsync(broker, "x");

        await client.SendAsync(new AckPacket(type, (await client.ReadAsync<PublishPacket>()).PacketId));

        Assert.Equal(MqttReason.ProtocolError, await client.ReadEndAsync());
    }

    [Fact]
    [Trait("Mqtt", "5.0 4.3.3-7")]
    public async Task An_expired_message_that_was_sent_is_brought_to_its_end()
    {
        await using var broker = await TestBroker.StartAsync();
        var message = Talking.Message("all/x", "short", MqttQos.ExactlyOnce) with
        {
            Expiry = TimeSpan.FromMilliseconds(1),
        };
        using (var first = await EnterAsync(broker))
        {
            await first.SubscribeAsync("all/#", MqttQos.ExactlyOnce);
            await broker.Broker.PublishAsync(message with { Expiry = TimeSpan.FromMilliseconds(300) });
            await first.ReadAsync<PublishPacket>();
        }

        await broker.Gate.WaitForAsync("disconnected m1/m1 Unspecified");
        await broker.Broker.PublishAsync(message);
        await Task.Delay(350);
        using var again = await EnterAsync(broker);

        var repeated = await again.ReadAsync<PublishPacket>();
        Assert.True(repeated.Duplicate);
        await again.SendAsync(new AckPacket(PacketType.PubRec, repeated.PacketId));
        await ExpectAsync(again, PacketType.PubRel, repeated.PacketId);
        await again.ExpectNothingAsync();
    }

    [Fact]
    public async Task A_delivery_is_acknowledged_when_it_is_complete()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);
        await client.SubscribeAsync("to/m1/#", MqttQos.ExactlyOnce);

        var delivering = broker.Broker.DeliverAsync("m1", "to/m1/coin", default, MqttQos.ExactlyOnce);
        var packet = await client.ReadAsync<PublishPacket>();
        Assert.Equal(MqttQos.ExactlyOnce, packet.Message.Qos);
        await client.SendAsync(new AckPacket(PacketType.PubRec, packet.PacketId));
        await ExpectAsync(client, PacketType.PubRel, packet.PacketId);
        Assert.False(delivering.IsCompleted);
        await client.SendAsync(new AckPacket(PacketType.PubComp, packet.PacketId));

        Assert.Equal(MqttDelivery.Acknowledged, await delivering.WaitAsync(TestBroker.Patience));
    }

    [Fact]
    public async Task A_delivery_lost_on_the_way_is_not_repeated_and_its_identifier_not_used_again()
    {
        await using var broker = await TestBroker.StartAsync();
        ushort lost;
        using (var first = await EnterAsync(broker))
        {
            await first.SubscribeAsync("to/m1/#", MqttQos.ExactlyOnce);
            var delivering = broker.Broker.DeliverAsync("m1", "to/m1/coin", default, MqttQos.ExactlyOnce);
            lost = (await first.ReadAsync<PublishPacket>()).PacketId;
            first.Dispose();
            Assert.Equal(MqttDelivery.Lost, await delivering.WaitAsync(TestBroker.Patience));
        }

        using var again = await EnterAsync(broker);
        await again.ExpectNothingAsync();
        var session = broker.Broker.Presences.Find("m1")!.Sessions[0];
        var message = new Publication(Talking.Message("to/m1/x", ""), default);
        // Once around all identifiers; the client would take a new message under the lost one for a duplicate.
        for (var i = 0; i < 65_600; i += 100)
        {
            for (var j = 0; j < 100; j++) session.Outbox.Offer(new Copy(message, MqttQos.AtLeastOnce, false));
            for (var j = 0; j < 100; j++)
            {
                var packet = await again.ReadAsync<PublishPacket>();
                Assert.NotEqual(lost, packet.PacketId);
                await again.SendAsync(new AckPacket(PacketType.PubAck, packet.PacketId));
            }

            await again.ExpectNothingAsync();
        }
    }

    private static Task<RawClient> EnterAsync(TestBroker broker, MqttVersion version = MqttVersion.V5) =>
        RawClient.EnterAsync(
            broker.Port, version: version, clean: false, properties: version is MqttVersion.V5 ? Lasting : null);

    private static Task SendAsync(RawClient client, string text, ushort id, bool duplicate = false) =>
        client.SendAsync(Talking.Message("from/m1/x", text, MqttQos.ExactlyOnce), id, duplicate);

    private static async Task PublishAsync(TestBroker broker, string text) =>
        await broker.Broker.PublishAsync(Talking.Message("all/x", text, MqttQos.ExactlyOnce));

    private static async Task<AckPacket> ExpectAsync(RawClient client, PacketType type, ushort id)
    {
        var ack = await client.ReadAsync<AckPacket>();
        Assert.Equal((type, id), (ack.Type, ack.PacketId));
        return ack;
    }
}

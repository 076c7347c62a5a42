using Automat.Mqtt.Client;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests.Client;

/// <summary>QoS 2 as our client does it, both ways.</summary>
public sealed class ExactlyOnceClientTests
{
    [Fact]
    [Trait("Mqtt", "5.0 4.6.0-2")]
    [Trait("Mqtt", "5.0 4.6.0-3")]
    public async Task Acknowledgements_go_out_in_the_order_of_the_messages()
    {
        using var broker = new RawBroker();
        var (client, _) = await broker.ConnectAsync(
            broker.Options with { Handler = async (_, _) => await Task.Yield() });
        await using var closing = client;

        for (ushort i = 1; i <= 20; i++)
        {
            var qos = i % 2 == 0 ? MqttQos.AtLeastOnce : MqttQos.ExactlyOnce;
            await broker.SendAsync(Talking.Message("t", $"{i}", qos), i);
        }

        for (ushort i = 1; i <= 20; i++)
            await broker.ReadAckAsync(i % 2 == 0 ? PacketType.PubAck : PacketType.PubRec, i);
    }

    private static readonly MqttReconnect Quickly = new(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(100));

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task Messages_of_qos_2_travel_from_client_to_client(MqttVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        var receiver = await broker.ConnectAsync("m1", version);
        var sender = await broker.ConnectAsync("m2", version);
        await receiver.SubscribeAsync("all/#", MqttQos.ExactlyOnce);

        for (var i = 0; i < 200; i++)
        {
            var message = Talking.Message("all/x", $"{i}", MqttQos.ExactlyOnce);
            Assert.Equal(MqttReason.Success, await sender.PublishAsync(message).WaitAsync(TestBroker.Patience));
        }

        for (var i = 0; i < 200; i++)
        {
            var received = await receiver.NextAsync();
            Assert.Equal(($"{i}", MqttQos.ExactlyOnce), (received.Message.Text(), received.Message.Qos));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Nothing_is_lost_or_doubled_however_often_the_connection_breaks(int seed)
    {
        await using var broker = await TestBroker.StartAsync();
        var options = broker.Options() with
        {
            Reconnect = Quickly,
            CleanStart = false,
            SessionExpiry = TimeSpan.FromHours(1),
        };
        var received = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var receiver = await broker.ConnectAsync(options with
        {
            ClientId = "receiver",
            Handler = (r, _) =>
            {
                received.Enqueue(r.Message.Text());
                return ValueTask.CompletedTask;
            },
        });
        var sender = await broker.ConnectAsync(options with { ClientId = "sender" });
        await receiver.SubscribeAsync("all/#", MqttQos.ExactlyOnce);

        var dice = new Dice(seed);
        var sent = new List<Task<MqttReason>>();
        for (var i = 0; i < 400; i++)
        {
            sent.Add(sender.PublishAsync(Talking.Message("all/x", $"{i}", MqttQos.ExactlyOnce)));
            if (dice.Next(20) == 0) (dice.Next(2) == 0 ? sender : receiver).Cut();
            if (dice.Next(4) == 0) await Task.Delay(1);
        }

        await Task.WhenAll(sent).WaitAsync(TimeSpan.FromMinutes(2));
        await Talking.UntilAsync(() => received.Count >= 400);
        Assert.Equal(400, received.Distinct().Count());
        Assert.True(received.Count == 400, $"Seed {seed}: {received.Count} messages instead of 400.");
    }

    [Fact]
    [Trait("Mqtt", "5.0 4.6.0-1")]
    [Trait("Mqtt", "5.0 4.6.0-4")]
    public async Task After_a_reconnect_the_client_goes_on_where_each_message_stood()
    {
        using var broker = new RawBroker();
        var (client, _) = await broker.ConnectAsync(broker.Options with { Reconnect = Quickly });
        await using var closing = client;
        var publishing = new List<Task<MqttReason>>();
        for (var i = 1; i <= 3; i++)
        {
            publishing.Add(client.PublishAsync(
                Talking.Message("t", $"{i}", i == 2 ? MqttQos.AtLeastOnce : MqttQos.ExactlyOnce)));
        }

        for (var i = 1; i <= 3; i++) Assert.Equal(i, (await broker.ReadAsync<PublishPacket>()).PacketId);
        await broker.SendAsync(new AckPacket(PacketType.PubRec, 1));
        await broker.ReadAckAsync(PacketType.PubRel, 1);
        broker.Cut();
        await broker.AcceptAsync(sessionPresent: true);

        await broker.ReadAckAsync(PacketType.PubRel, 1);
        foreach (var id in (ushort[])[2, 3])
        {
            var repeated = await broker.ReadAsync<PublishPacket>();
            Assert.Equal((id, true), (repeated.PacketId, repeated.Duplicate));
        }

        await broker.SendAsync(new AckPacket(PacketType.PubComp, 1));
        await broker.SendAsync(new AckPacket(PacketType.PubAck, 2));
        await broker.SendAsync(new AckPacket(PacketType.PubRec, 3));
        await broker.ReadAckAsync(PacketType.PubRel, 3);
        await broker.SendAsync(new AckPacket(PacketType.PubComp, 3));
        Assert.All(
            await Task.WhenAll(publishing).WaitAsync(TestBroker.Patience), r => Assert.Equal(MqttReason.Success, r));
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.2.2-5")]
    public async Task If_the_broker_forgot_the_session_only_what_it_never_received_is_sent_again()
    {
        using var broker = new RawBroker();
        var (client, _) = await broker.ConnectAsync(broker.Options with { Reconnect = Quickly });
        await using var closing = client;
        var received = client.PublishAsync(Talking.Message("t", "received", MqttQos.ExactlyOnce));
        var sent = client.PublishAsync(Talking.Message("t", "sent", MqttQos.ExactlyOnce));
        await broker.ReadAsync<PublishPacket>();
        var second = await broker.ReadAsync<PublishPacket>();
        await broker.SendAsync(new AckPacket(PacketType.PubRec, 1));
        await broker.ReadAckAsync(PacketType.PubRel, 1);
        broker.Cut();
        await broker.AcceptAsync();

        var again = await broker.ReadAsync<PublishPacket>();
        Assert.Equal(("sent", false), (again.Message.Text(), again.Duplicate));
        Assert.Equal(MqttReason.Success, await received.WaitAsync(TestBroker.Patience));
        await broker.SendAsync(new AckPacket(PacketType.PubRec, second.PacketId, MqttReason.QuotaExceeded));
        Assert.Equal(MqttReason.QuotaExceeded, await sent.WaitAsync(TestBroker.Patience));
    }

    [Fact]
    [Trait("Mqtt", "5.0 4.5.0-2")]
    public async Task What_comes_again_is_answered_and_not_handed_out_again()
    {
        using var broker = new RawBroker();
        var (client, _) = await broker.ConnectAsync(broker.Options with { Reconnect = Quickly, ManualAck = true });
        await using var closing = client;
        var message = Talking.Message("t", "once", MqttQos.ExactlyOnce);
        await broker.SendAsync(message, 7);
        var received = await client.NextAsync();
        broker.Cut();
        await broker.AcceptAsync(sessionPresent: true);
        await broker.SendAsync(message, 7, duplicate: true);
        await broker.SendAsync(Talking.Message("t", "other", MqttQos.AtMostOnce), 0);
        Assert.Equal("other", (await client.NextAsync()).Message.Text());

        await received.AckAsync();

        await broker.ReadAckAsync(PacketType.PubRec, 7);
        await broker.SendAsync(message, 7, duplicate: true);
        await broker.ReadAckAsync(PacketType.PubRec, 7);
        await broker.SendAsync(new AckPacket(PacketType.PubRel, 7));
        Assert.Equal(MqttReason.Success, (await broker.ReadAckAsync(PacketType.PubComp, 7)).Reason);
        await broker.SendAsync(new AckPacket(PacketType.PubRel, 7));
        Assert.Equal(MqttReason.PacketIdNotFound, (await broker.ReadAckAsync(PacketType.PubComp, 7)).Reason);
        await broker.SendAsync(message, 7);
        Assert.Equal("once", (await client.NextAsync()).Message.Text());
    }

    [Fact]
    public async Task A_handler_that_failed_gets_the_message_again()
    {
        await using var broker = await TestBroker.StartAsync();
        var attempts = 0;
        var client = await broker.ConnectAsync(broker.Options() with
        {
            CleanStart = false,
            SessionExpiry = TimeSpan.FromHours(1),
            Reconnect = Quickly,
            Handler = (_, _) => Interlocked.Increment(ref attempts) == 1
                ? throw new InvalidOperationException("Out of paper.")
                : ValueTask.CompletedTask,
        });
        await client.SubscribeAsync("to/m1/#", MqttQos.ExactlyOnce);
        await broker.Broker.PublishAsync(Talking.Message("to/m1/x", "print", MqttQos.ExactlyOnce));
        await Talking.UntilAsync(() => attempts == 1);

        client.Cut();

        await Talking.UntilAsync(() => attempts == 2);
    }
}

using System.Security.Cryptography;
using Automat.Mqtt.Client;
using Automat.Mqtt.Protocol;
using Automat.Mqtt.Tests.Protocol;

namespace Automat.Mqtt.Tests.Broker;

/// <summary>Bytes nobody meant, over the network. The seed stands in the message of a failure.</summary>
public sealed class HostileTests
{
    public static TheoryData<int> Seeds => [1, 2, RandomNumberGenerator.GetInt32(int.MaxValue)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Garbage_never_takes_the_broker_down(int seed)
    {
        var dice = new Dice(seed);
        await using var broker = await TestBroker.StartAsync(o => o.LingerTimeout = TimeSpan.FromMilliseconds(50));
        for (var i = 0; i < 150; i++)
        {
            var version = i % 4 == 1 ? MqttVersion.V5 : MqttVersion.V311;
            using var client = i % 3 == 0
                ? await RawClient.OpenAsync(broker.Port)
                : await RawClient.EnterAsync(broker.Port, version: version);
            for (var packets = dice.Next(6); packets >= 0; packets--)
                await TrySendAsync(client, i % 5 == 0 ? dice.Bytes(dice.Next(200)) : FuzzTests.Damaged(dice, version));
        }

        var good = await broker.ConnectAsync("m2");
        Assert.Equal(MqttReason.Success, await good.PublishAsync(Talking.Message("from/m2/x", "alive")));
        Assert.True(broker.Errors.Count == 0, $"Seed {seed}: {string.Join(Environment.NewLine, broker.Errors)}");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_proper_client_is_served_however_its_bytes_are_cut(int seed)
    {
        var dice = new Dice(seed);
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);
        var stream = new List<byte>();
        for (ushort id = 1; id <= 20; id++)
            stream.AddRange(CodecTests.Bytes(Talking.Message("from/m1/x", $"{id}"), id, MqttVersion.V5));

        for (var at = 0; at < stream.Count;)
        {
            var length = Math.Min(1 + dice.Next(7), stream.Count - at);
            await client.SendAsync(stream.GetRange(at, length).ToArray());
            at += length;
        }

        for (ushort id = 1; id <= 20; id++) Assert.Equal(id, (await client.ReadAsync<AckPacket>()).PacketId);
        Assert.Equal(20, broker.Gate.Published.Count);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Garbage_never_hurts_our_client(int seed)
    {
        var dice = new Dice(seed);
        for (var i = 0; i < 60; i++)
        {
            var version = i % 2 == 0 ? MqttVersion.V5 : MqttVersion.V311;
            using var broker = new RawBroker(version);
            var (client, _) = await broker.ConnectAsync(broker.Options);
            await using var closing = client;
            var publishing = client.PublishAsync(Talking.Message("t", "x"));
            var bytes = i % 5 == 0 ? dice.Bytes(dice.Next(200)) : FuzzTests.Damaged(dice, version);
            await broker.SendAsync(bytes);
            broker.Cut();

            using var limit = new CancellationTokenSource(TestBroker.Patience);
            while (await client.Messages.WaitToReadAsync(limit.Token)) client.Messages.TryRead(out _);
            // Some garbage happens to be its acknowledgement.
            var failure = await Record.ExceptionAsync(() => publishing.WaitAsync(TestBroker.Patience));
            Assert.True(failure is null or MqttDisconnectedException, $"Seed {seed}, round {i}: {failure}");
        }
    }

    private static async Task TrySendAsync(RawClient client, byte[] bytes)
    {
        try
        {
            await client.SendAsync(bytes);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // Shown the door already.
        }
    }
}

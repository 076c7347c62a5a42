using System.Buffers;
using System.Security.Cryptography;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests.Protocol;

/// <summary>Bytes nobody meant. A few seeds are always the same, one is new in every run; the seed stands in the
/// message of a failure.</summary>
public sealed class FuzzTests
{
    private static readonly MqttVersion[] Versions = [MqttVersion.V311, MqttVersion.V5];

    public static TheoryData<int> Seeds => [1, 2, 3, RandomNumberGenerator.GetInt32(int.MaxValue)];

    /// <summary>Random bytes, and good packets with random faults: the decoder reads or refuses, with a reason that the
    /// protocol has for it, and never fails in any other way.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Garbage_is_read_or_refused(int seed)
    {
        var dice = new Dice(seed);
        var read = 0;
        for (var round = 0; round < 30_000; round++)
        {
            var version = Versions[dice.Next(2)];
            var bytes = round % 4 == 0 ? dice.Bytes(dice.Next(64)) : Damaged(dice, version);
            try
            {
                if (Decode(new ReadOnlySequence<byte>(bytes), version) is not { } packet) continue;
                read++;
                CheckStable(packet, version);
            }
            catch (MqttProtocolException e)
            {
                Assert.True(
                    ReasonCodes.IsAllowed(PacketType.Disconnect, e.Reason)
                        || ReasonCodes.IsAllowed(PacketType.ConnAck, e.Reason),
                    $"Seed {seed}, round {round}: {e.Reason}");
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {seed}, round {round}, {version}, {Convert.ToHexString(bytes)}: {e}");
            }
        }

        Assert.True(read > 1_000, $"Seed {seed}: only {read} packets could be read, so little was tried.");
    }

    /// <summary>However the network cuts a stream, the same packets come out.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_stream_cut_anywhere_is_the_same_stream(int seed)
    {
        var dice = new Dice(seed);
        foreach (var version in Versions)
        {
            byte[] stream = [.. Samples.All(version).SelectMany(p => CodecTests.Bytes(p, version))];
            var whole = ReadAll(new ReadOnlySequence<byte>(stream), version);
            Assert.Equal(Samples.All(version).Count(), whole.Count);
            for (var cut = 0; cut <= stream.Length; cut++)
                Assert.Equal(whole, ReadAll(Segments.Of(stream[..cut], stream[cut..]), version));

            for (var round = 0; round < 200; round++)
            {
                var pieces = new List<byte[]>();
                for (var at = 0; at < stream.Length;)
                {
                    var length = Math.Min(dice.Next(12), stream.Length - at);
                    pieces.Add(stream[at..(at + length)]);
                    at += length;
                }

                Assert.True(whole.SequenceEqual(ReadAll(Segments.Of(pieces), version)), $"Seed {seed}, round {round}");
            }
        }
    }

    /// <summary>A packet that is not complete is waited for, never read.</summary>
    [Fact]
    public void Part_of_a_packet_is_no_packet()
    {
        foreach (var version in Versions)
        {
            foreach (var packet in Samples.All(version))
            {
                var bytes = CodecTests.Bytes(packet, version);
                for (var length = 0; length < bytes.Length; length++)
                    Assert.Null(Decode(new ReadOnlySequence<byte>(bytes[..length]), version));
            }
        }
    }

    /// <summary>One of the sample packets with a few bytes changed, removed or added.</summary>
    internal static byte[] Damaged(Dice dice, MqttVersion version)
    {
        var samples = Samples.All(version).ToList();
        var bytes = CodecTests.Bytes(samples[dice.Next(samples.Count)], version).ToList();
        for (var faults = dice.Next(4); faults > 0 && bytes.Count > 0; faults--)
        {
            var at = dice.Next(bytes.Count);
            switch (dice.Next(8))
            {
                case 0:
                    bytes.RemoveAt(at);
                    break;
                case 1:
                    bytes.Insert(at, (byte)dice.Next(256));
                    break;
                case 2:
                    bytes[at] ^= (byte)(1 << dice.Next(8));
                    break;
                default:
                    bytes[at] = (byte)dice.Next(256);
                    break;
            }
        }

        return [.. bytes];
    }

    private static Packet? Decode(ReadOnlySequence<byte> bytes, MqttVersion version) =>
        FrameDecoder.TryRead(ref bytes, 100_000, out var header, out var body)
            ? PacketDecoder.Decode(header, body, version)
            : null;

    /// <summary>What was read can be written, and is then read as the same.</summary>
    private static void CheckStable(Packet packet, MqttVersion version)
    {
        if (packet is ConnectPacket connect) version = connect.Version;
        var written = CodecTests.Bytes(packet, version);
        var again = Decode(new ReadOnlySequence<byte>(written), version);
        Assert.NotNull(again);
        Assert.Equal(written, CodecTests.Bytes(again, version));
    }

    private static List<string> ReadAll(ReadOnlySequence<byte> bytes, MqttVersion version)
    {
        var packets = new List<string>();
        while (FrameDecoder.TryRead(ref bytes, 100_000, out var header, out var body))
        {
            var packet = PacketDecoder.Decode(header, body, version);
            packets.Add(Convert.ToHexString(CodecTests.Bytes(packet, version)));
        }

        Assert.True(bytes.IsEmpty);
        return packets;
    }
}

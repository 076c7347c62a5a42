using System.IO.Pipelines;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests;

/// <summary>Packets as they come from the other side.</summary>
internal static class RawPackets
{
    /// <summary>The next packet; null if the other side closed the connection.</summary>
    public static async Task<Packet?> ReadAsync(PipeReader input, MqttVersion version)
    {
        using var limit = new CancellationTokenSource(TestBroker.Patience);
        while (true)
        {
            ReadResult read;
            try
            {
                read = await input.ReadAsync(limit.Token);
            }
            catch (IOException)
            {
                return null;
            }

            var buffer = read.Buffer;
            if (FrameDecoder.TryRead(ref buffer, 1_000_000, out var header, out var body))
            {
                var packet = PacketDecoder.Decode(header, body, version);
                input.AdvanceTo(buffer.Start);
                return packet;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) return null;
        }
    }
}

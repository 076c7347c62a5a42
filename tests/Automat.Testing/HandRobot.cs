using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Automat.Testing;

/// <summary>A pick-up robot that only listens, as existing ones do.</summary>
public sealed class HandRobot : IAsyncDisposable
{
    private readonly TcpClient tcp = new();
    private readonly List<string> frames = [];
    private Task reading = Task.CompletedTask;

    /// <summary>Everything it was told.</summary>
    public IReadOnlyList<string> Frames
    {
        get
        {
            lock (frames) return [.. frames];
        }
    }

    /// <summary>Connects; returns when the server takes it for its robot.</summary>
    public static async Task<HandRobot> ConnectAsync(TestApp app)
    {
        var robot = new HandRobot();
        await robot.tcp.ConnectAsync(IPAddress.Loopback, app.RobotPort);
        robot.reading = robot.ReadAsync();
        await TestApp.EventuallyAsync(
            () => app.StaffAsync(HttpMethod.Get, "/api/robot-status"),
            status => status.Contains("\"connected\":true", StringComparison.Ordinal));
        return robot;
    }

    public async ValueTask DisposeAsync()
    {
        tcp.Dispose();
        await reading;
    }

    private async Task ReadAsync()
    {
        try
        {
            var stream = tcp.GetStream();
            var head = new byte[4];
            while (true)
            {
                await stream.ReadExactlyAsync(head);
                var body = new byte[BinaryPrimitives.ReadUInt32BigEndian(head)];
                await stream.ReadExactlyAsync(body);
                lock (frames) frames.Add(Encoding.UTF8.GetString(body));
            }
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or SocketException)
        {
            // The line was closed, by either side.
        }
    }
}

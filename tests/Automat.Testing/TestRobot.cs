using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Automat.Domain;
using Automat.Server.Machines.Drivers.Robot;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Testing;

/// <summary>
/// A pick-up robot driven by hand over a bare TCP connection. As existing robots do, it takes whatever one read gives it for
/// whole frames: a frame that arrives in pieces fails the test.
/// </summary>
public sealed class TestRobot : IDisposable
{
    private readonly Socket socket;
    private readonly Queue<byte[]> frames = new();

    private TestRobot(Socket socket) => this.socket = socket;

    /// <summary>Where it comes from.</summary>
    public IPEndPoint Address => (IPEndPoint)socket.LocalEndPoint!;

    /// <summary>Connects and returns when the server has accepted it as this robot.</summary>
    public static async Task<TestRobot> ConnectAsync(TestApp app, string from = "127.0.0.1", string machine = "robot-1")
    {
        var robot = await KnockAsync(app, from);
        var lines = app.Services.GetRequiredService<RobotLines>();
        await TestApp.EventuallyAsync(
            () => Task.FromResult(lines.Of(MachineId.Parse(machine))?.Address), a => robot.Address.Equals(a));
        return robot;
    }

    /// <summary>Only opens a connection: the server may not want it.</summary>
    public static async Task<TestRobot> KnockAsync(TestApp app, string from = "127.0.0.1")
    {
        var line = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        line.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await line.ConnectAsync(IPAddress.Loopback, app.RobotPort);
        return new TestRobot(line);
    }

    /// <summary>The next frame's text.</summary>
    public async Task<string> ReadAsync(TimeSpan? within = null) =>
        Encoding.UTF8.GetString((await ReadFrameAsync(within ?? TimeSpan.FromSeconds(30)))[4..]);

    /// <summary>The next frame as it came over the wire, length included.</summary>
    public async Task<byte[]> ReadFrameAsync(TimeSpan within)
    {
        if (frames.TryDequeue(out var waiting)) return waiting;
        var buffer = new byte[64 * 1024];
        using var over = new CancellationTokenSource(within);
        var length = await socket.ReceiveAsync(buffer, over.Token);
        if (length == 0) throw new EndOfStreamException("The server closed the line.");
        Split(buffer.AsSpan(0, length));
        return frames.Dequeue();
    }

    /// <summary>Makes sure that nothing comes for a while.</summary>
    public async Task ExpectSilenceAsync(TimeSpan lasting)
    {
        try
        {
            var frame = await ReadFrameAsync(lasting);
            throw new InvalidOperationException($"Nothing was to come, and {Encoding.UTF8.GetString(frame[4..])} came.");
        }
        catch (OperationCanceledException)
        {
            // As hoped.
        }
    }

    /// <summary>Waits until the server ends the line.</summary>
    public async Task ExpectEndAsync()
    {
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            if (await socket.ReceiveAsync(new byte[16], over.Token) != 0)
            {
                throw new InvalidOperationException("The line was to end, and bytes came.");
            }
        }
        catch (SocketException)
        {
            // Reset: ended all the same.
        }
    }

    /// <summary>Sends a frame, as robots that report do.</summary>
    public Task SayAsync(string text)
    {
        var frame = new byte[4 + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
        Encoding.UTF8.GetBytes(text, frame.AsSpan(4));
        return SendAsync(frame);
    }

    /// <summary>Sends bytes as they are.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[await socket.SendAsync(bytes)..];
    }

    /// <summary>Says that it will not send any more, and keeps listening.</summary>
    public void HalfClose() => socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => socket.Dispose();

    private void Split(ReadOnlySpan<byte> read)
    {
        while (read.Length > 0)
        {
            var size = read.Length < 4 ? int.MaxValue : 4 + (int)BinaryPrimitives.ReadUInt32BigEndian(read);
            if (size > read.Length)
            {
                throw new InvalidOperationException("A frame came in pieces: an existing robot would lose its place.");
            }

            frames.Enqueue(read[..size].ToArray());
            read = read[size..];
        }
    }
}

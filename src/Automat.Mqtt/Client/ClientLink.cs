using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Client;

/// <summary>One network connection to a broker. Whatever is sent while a write is under way goes out together with the
/// next one.</summary>
internal sealed class ClientLink : IAsyncDisposable
{
    /// <summary>Beyond this many waiting bytes, senders wait for the network.</summary>
    private const int SendBufferLimit = 256 * 1024;

    private readonly Lock gate = new();
    private readonly Stream stream;
    private readonly MqttVersion version;
    private readonly int maxPacketSize;
    private readonly TimeProvider time;
    private readonly PipeReader input;
    private GivenAliases? aliases;
    private ArrayBufferWriter<byte>? waiting;
    private Task? writing;

    private ClientLink(Stream stream, MqttClientOptions options)
    {
        this.stream = stream;
        version = options.Version;
        maxPacketSize = options.MaxPacketSize;
        time = options.Time;
        input = PipeReader.Create(stream, new StreamPipeReaderOptions(useZeroByteReads: true));
        LastReceived = LastSent = time.GetTimestamp();
    }

    public long LastSent { get; private set; }

    public long LastReceived { get; private set; }

    public static async Task<ClientLink> OpenAsync(MqttClientOptions options, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, ct);
            var plain = new NetworkStream(socket, ownsSocket: true);
            return new ClientLink(options.Tls is { } tls ? await SecureAsync(plain, options.Host, tls, ct) : plain, options);
        }
        catch (AuthenticationException e)
        {
            socket.Dispose();
            throw new IOException($"TLS failed: {(e.InnerException ?? e).Message}", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Topics may be shortened to this many aliases.</summary>
    public void AllowAliases(int limit) => aliases = limit > 0 ? new GivenAliases(limit) : null;

    /// <summary>Queues the packet; the task waits only if too much is queued already.</summary>
    public ValueTask SendAsync(Packet packet)
    {
        lock (gate)
        {
            PacketEncoder.Write(waiting ??= new ArrayBufferWriter<byte>(), packet, version);
            return StartWriting();
        }
    }

    /// <inheritdoc cref="SendAsync(Packet)"/>
    public ValueTask SendAsync(Publication publication, PublishHead head)
    {
        lock (gate)
        {
            var buffer = waiting ??= new ArrayBufferWriter<byte>();
            if (aliases is not null) head = aliases.Shorten(head, publication.Message.Topic);
            PublishEncoder.Write(buffer, publication, head, version, time.GetUtcNow());
            aliases?.Sent(head, publication.Message.Topic);
            return StartWriting();
        }
    }

    /// <summary>Waits until everything sent so far is with the network.</summary>
    public Task FlushAsync()
    {
        lock (gate) return writing ?? Task.CompletedTask;
    }

    /// <summary>The next packet; null when the broker closed the connection.</summary>
    public async ValueTask<Packet?> ReadAsync(CancellationToken ct)
    {
        while (true)
        {
            var read = await input.ReadAsync(ct);
            var buffer = read.Buffer;
            if (FrameDecoder.TryRead(ref buffer, maxPacketSize, out var header, out var body))
            {
                var packet = PacketDecoder.Decode(header, body, version);
                input.AdvanceTo(buffer.Start);
                LastReceived = time.GetTimestamp();
                return packet;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) return null;
        }
    }

    /// <summary>Cuts the connection; a pending read ends.</summary>
    public void Abort() => stream.Dispose();

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        await input.CompleteAsync();
    }

    private static async Task<Stream> SecureAsync(
        NetworkStream plain, string host, SslClientAuthenticationOptions tls, CancellationToken ct)
    {
        var secure = new SslStream(plain);
        if (string.IsNullOrEmpty(tls.TargetHost)) tls.TargetHost = host;
        await secure.AuthenticateAsClientAsync(tls, ct);
        return secure;
    }

    private ValueTask StartWriting()
    {
        LastSent = time.GetTimestamp();
        if (writing is null)
        {
            var task = WriteAsync();
            if (!task.IsCompleted) writing = task;
        }

        return waiting?.WrittenCount > SendBufferLimit && writing is not null ? new ValueTask(writing) : default;
    }

    private async Task WriteAsync()
    {
        try
        {
            while (true)
            {
                ArrayBufferWriter<byte> batch;
                lock (gate)
                {
                    if (waiting is null)
                    {
                        writing = null;
                        return;
                    }

                    batch = waiting;
                    waiting = null;
                }

                await stream.WriteAsync(batch.WrittenMemory);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The reading side sees the end and tells everybody; what was not sent is known by its missing answer.
            lock (gate) writing = null;
        }
    }
}

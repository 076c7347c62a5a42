using System.Net;
using System.Net.Sockets;
using Automat.Mqtt.Client;
using Automat.Mqtt.Tls;

namespace Automat.Mqtt.Tests.Tls;

/// <summary>The broker's TLS endpoint.</summary>
public sealed class TlsTests
{
    [Theory]
    [Trait("Accepts", "S4-06")]
    [Trait("Accepts", "S1-06")]
    [InlineData("tlsv1.2")]
    [InlineData("tlsv1.3")]
    public async Task Mosquitto_comes_in_with_a_password_over_tls(string version)
    {
        var program = ForeignProcess.Find("mosquitto_pub");
        using var authority = new Authority();
        await using var broker = await StartAsync(authority);

        var code = await ForeignProcess.RunAsync(program, null, broker.Mosquitto(
            authority, "--tls-version", version, "-u", "m1", "-P", "secret", "-i", "m1", "-q", "1", "-t", "from/m1/x", "-m", "hi"));

        Assert.Equal(0, code);
        await broker.Broker.Gate.WaitForAsync("published m1/m1 from/m1/x hi");
    }

    [Theory]
    [Trait("Accepts", "S4-06")]
    [InlineData(0x02, true)]
    [InlineData(0x03, false)]
    public async Task A_hello_below_1_2_is_answered_with_the_alert_for_it(byte minor, bool refused)
    {
        using var authority = new Authority();
        await using var broker = await StartAsync(authority);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, broker.Broker.Port);
        byte[] hello =
        [
            0x16, 0x03, 0x01, 0x00, 0x33, // a handshake record
            0x01, 0x00, 0x00, 0x2F, 0x03, minor, // client hello, the version
            .. new byte[32], 0x00, // random, no session
            0x00, 0x08, 0xC0, 0x2B, 0xC0, 0x2F, 0xC0, 0x09, 0xC0, 0x13, // cipher suites of 1.2 and older
            0x01, 0x00, // no compression
        ];

        await socket.SendAsync(hello);
        var answer = new byte[7];
        using var stream = new NetworkStream(socket);
        await stream.ReadExactlyAsync(answer).AsTask().WaitAsync(TestBroker.Patience);

        // RFC 5246, section 7.2: alert (21), fatal (2), protocol_version (70).
        Assert.Equal(refused, answer[0] == 21 && answer[5] == 2 && answer[6] == 70);
    }

    [Fact]
    [Trait("Accepts", "S4-06")]
    public async Task A_client_that_does_not_know_the_authority_stays_away()
    {
        var program = ForeignProcess.Find("mosquitto_pub");
        using var authority = new Authority();
        using var another = new Authority();
        await using var broker = await StartAsync(authority);

        var code = await ForeignProcess.RunAsync(program, null, broker.Mosquitto(
            another, "-u", "m1", "-P", "secret", "-t", "from/m1/x", "-m", "hi"));

        Assert.NotEqual(0, code);
        Assert.Empty(broker.Broker.Gate.Published);
    }

    [Fact]
    public async Task A_pkcs_12_file_serves_as_well()
    {
        using var authority = new Authority();
        var file = authority.IssuePkcs12("open sesame");
        await using var broker = await TlsBroker.StartAsync(new MqttTlsOptions { Certificate = file, Password = "open sesame" });
        await using var client = new MqttClient(broker.Options(authority));

        await client.ConnectAsync().WaitAsync(TestBroker.Patience);

        Assert.Equal(MqttReason.Success, await client.PublishAsync(Talking.Message("from/m1/x", "hi")));
    }

    [Fact]
    public async Task A_large_message_passes_whole()
    {
        using var authority = new Authority();
        await using var broker = await StartAsync(authority);
        await using var client = new MqttClient(broker.Options(authority));
        await client.ConnectAsync().WaitAsync(TestBroker.Patience);
        await client.SubscribeAsync("all/#");
        var text = new string('x', 200_000);

        await client.PublishAsync(Talking.Message("all/x", text));

        Assert.Equal(text, (await client.NextAsync()).Message.Text());
    }

    [Fact]
    public async Task A_renewed_certificate_is_served_and_nobody_is_cut_off()
    {
        using var authority = new Authority();
        var first = authority.IssueServer();
        await using var broker = await TlsBroker.StartAsync(Files(authority));
        var seen = "";
        await using var before = new MqttClient(broker.Options(authority, sees: t => seen = t));
        await before.ConnectAsync().WaitAsync(TestBroker.Patience);
        Assert.Equal(first, seen);

        var second = authority.IssueServer();
        await LookUntilAsync(broker, authority, second);

        Assert.True(before.IsConnected);
        Assert.Equal(MqttReason.Success, await before.PublishAsync(Talking.Message("from/m1/x", "still here")));
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_used_leaves_the_last_one_in_force()
    {
        using var authority = new Authority();
        var first = authority.IssueServer();
        await using var broker = await TlsBroker.StartAsync(Files(authority));

        await File.WriteAllTextAsync(authority.Path("server.pem"), "half a file");
        broker.Tls.Refresh();
        await LookUntilAsync(broker, authority, first);

        var second = authority.IssueServer();
        await LookUntilAsync(broker, authority, second);
    }

    [Fact]
    public void Files_that_are_wrong_from_the_start_are_said_at_once()
    {
        using var authority = new Authority();
        authority.IssueServer();

        Assert.ThrowsAny<IOException>(() => New(Files(authority) with { Key = authority.Path("missing.key") }));
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(
            () => New(Files(authority) with { ClientCertificates = MqttClientCertificates.Optional }));

        static MqttTls New(MqttTlsOptions options) =>
            new(options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
    }

    [Fact]
    public async Task Too_many_handshakes_at_a_time_are_cut_and_then_there_is_room_again()
    {
        using var authority = new Authority();
        authority.IssueServer();
        await using var broker = await TlsBroker.StartAsync(Files(authority) with { MaxHandshakes = 1 });
        using (var dawdler = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            await dawdler.ConnectAsync(IPAddress.Loopback, broker.Broker.Port);
            using var limit = new CancellationTokenSource(TestBroker.Patience);
            while (!await IsCutAsync(broker, limit.Token))
            {
            }
        }

        await ConnectSometimeAsync(broker, authority);
    }

    private static async Task<bool> IsCutAsync(TlsBroker broker, CancellationToken ct)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, broker.Broker.Port, ct);
            return await socket.ReceiveAsync(new byte[1], ct).AsTask().WaitAsync(TimeSpan.FromMilliseconds(500), ct) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static async Task ConnectSometimeAsync(TlsBroker broker, Authority authority)
    {
        using var limit = new CancellationTokenSource(TestBroker.Patience);
        while (true)
        {
            await using var client = new MqttClient(broker.Options(authority));
            try
            {
                await client.ConnectAsync(limit.Token);
                return;
            }
            catch (MqttDisconnectedException) when (!limit.IsCancellationRequested)
            {
                await Task.Delay(20, limit.Token);
            }
        }
    }

    /// <summary>Connects until the server presents this certificate.</summary>
    private static async Task LookUntilAsync(TlsBroker broker, Authority authority, string thumbprint)
    {
        using var limit = new CancellationTokenSource(TestBroker.Patience);
        var seen = "";
        while (seen != thumbprint)
        {
            await using var client = new MqttClient(broker.Options(authority, sees: t => seen = t) with { ClientId = "look" });
            await client.ConnectAsync(limit.Token);
            await Task.Delay(20, limit.Token);
        }
    }

    private static MqttTlsOptions Files(Authority authority) =>
        new() { Certificate = authority.Path("server.pem"), Key = authority.Path("server.key") };

    private static Task<TlsBroker> StartAsync(Authority authority)
    {
        authority.IssueServer();
        return TlsBroker.StartAsync(Files(authority));
    }
}

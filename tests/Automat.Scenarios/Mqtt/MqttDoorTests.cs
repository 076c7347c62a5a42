using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Automat.Mqtt;
using Automat.Mqtt.Client;
using Automat.Mqtt.Tests.Tls;
using Automat.Testing;

namespace Automat.Scenarios.Mqtt;

/// <summary>An app with TLS, optional client certificates, and somebody who may look at the broker's figures.</summary>
public sealed class GuardedDoors : SharedApp
{
    public const string OperatorPassword = "only for the one at the console";

    internal Authority Authority { get; } = new();

    public override async ValueTask InitializeAsync()
    {
        Authority.IssueServer();
        Authority.IssueClient("cab001");
        Authority.IssueClient("cab002");
        Authority.IssueClient("operator@local");
        await StartAsync(
            ("Automat:Mqtt:Tls:Port", "0"), ("Automat:Mqtt:Tls:Certificate", Authority.Path("server.pem")),
            ("Automat:Mqtt:Tls:Key", Authority.Path("server.key")), ("Automat:Mqtt:Tls:ClientCertificates", "optional"),
            ("Automat:Mqtt:Tls:ClientCa", Authority.File), ("Automat:Mqtt:Operator:Password", OperatorPassword));
        await App.SetUpAsync(
            "insert into machines select (jsonb_populate_record(m, jsonb_build_object('id', 'cab002'))).* "
            + "from machines m where id = 'cab001'; update machines set state = 'Retired' where id = 'cab002'");
    }
}

/// <summary>The ways into the server's broker, and who comes in by them as whom.</summary>
public sealed class MqttDoorTests(GuardedDoors shared) : IClassFixture<GuardedDoors>
{
    private const string Coins = "arcade/machine/cab001/coinpulse";

    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S4-06")]
    [Trait("Accepts", "S1-06")]
    public async Task A_cabinet_comes_in_by_tls_with_its_secret()
    {
        await using var cabinet = new MqttClient(Tls("cab001", TestApp.MachineSecret));

        await cabinet.ConnectAsync();

        Assert.Equal(MqttReason.GrantedQos1, await cabinet.SubscribeAsync(Coins));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("cab001")]
    public async Task A_certificate_in_a_cabinets_name_needs_no_secret(string? user)
    {
        await using var cabinet = new MqttClient(Tls(user, null, "cab001"));

        await cabinet.ConnectAsync();

        Assert.Equal(MqttReason.GrantedQos1, await cabinet.SubscribeAsync(Coins));
        Assert.Equal(MqttReason.NotAuthorized, await cabinet.SubscribeAsync("arcade/machine/cab002/coinpulse"));
    }

    [Theory]
    [InlineData("snack-1", TestApp.MachineSecret, "cab001")] // another's name, even with its secret
    [InlineData(null, null, "cab002")] // retired
    [InlineData(null, null, null)] // neither certificate nor secret
    [InlineData("cab001", "wrong", null)]
    [InlineData("operator@local", GuardedDoors.OperatorPassword, "cab001")]
    [InlineData(null, null, "operator@local")]
    public async Task Nobody_else_comes_in(string? user, string? password, string? certificate)
    {
        await using var client = new MqttClient(Tls(user, password, certificate));

        await Assert.ThrowsAsync<MqttRefusedException>(() => client.ConnectAsync());
    }

    [Fact]
    public async Task A_cabinet_comes_in_by_websocket_on_the_shops_own_port()
    {
        Assert.Equal(0, await AnswerAsync("cab001", TestApp.MachineSecret));
        Assert.Equal(4, await AnswerAsync("cab001", "wrong"));
        Assert.Equal(4, await AnswerAsync("", ""));
    }

    [Fact]
    public async Task Whoever_sits_at_the_console_sees_the_brokers_figures_and_nothing_else()
    {
        await using var watching = new MqttClient(Plain("operator@local", GuardedDoors.OperatorPassword));
        await watching.ConnectAsync();

        Assert.Equal(MqttReason.GrantedQos1, await watching.SubscribeAsync("$SYS/#"));
        Assert.Equal(MqttReason.NotAuthorized, await watching.SubscribeAsync("#"));
        Assert.Equal(MqttReason.NotAuthorized, await watching.SubscribeAsync(Coins));
        Assert.Equal(MqttReason.NotAuthorized, await watching.PublishAsync(
            new MqttMessage { Topic = Coins, Payload = "x"u8.ToArray(), Qos = MqttQos.AtLeastOnce }));
    }

    [Fact]
    public async Task The_figures_are_for_nobody_with_a_wrong_password_or_behind_a_proxy()
    {
        await using var wrong = new MqttClient(Plain("operator@local", "guessed"));

        await Assert.ThrowsAsync<MqttRefusedException>(() => wrong.ConnectAsync());
        Assert.Equal(4, await AnswerAsync("operator@local", GuardedDoors.OperatorPassword));
    }

    [Fact]
    public async Task Without_a_password_for_it_the_figures_are_for_nobody()
    {
        await using var plain = await TestApp.StartAsync();
        foreach (var password in new[] { "", GuardedDoors.OperatorPassword })
        {
            await using var client = new MqttClient(Plain("operator@local", password) with { Port = plain.MqttPort });
            await Assert.ThrowsAsync<MqttRefusedException>(() => client.ConnectAsync());
        }
    }

    private static MqttClientOptions Client(int port, string? user, string? password) =>
        new() { Port = port, UserName = user, Password = password };

    private MqttClientOptions Plain(string? user, string? password) => Client(app.MqttPort, user, password);

    private MqttClientOptions Tls(string? user, string? password, string? certificate = null)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(shared.Authority.File);
        return Client(app.MqttTlsPort!.Value, user, password) with
        {
            Tls = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = policy,
                ClientCertificates = certificate is null ? null :
                [
                    X509Certificate2.CreateFromPemFile(
                        shared.Authority.Path(certificate + ".pem"), shared.Authority.Path(certificate + ".key")),
                ],
            },
        };
    }

    /// <summary>What a CONNECT of 3.1.1 over WebSocket is answered with.</summary>
    private async Task<int> AnswerAsync(string user, string password)
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        await socket.ConnectAsync(new UriBuilder(app.Http) { Scheme = "ws", Path = "/mqtt" }.Uri, default);
        byte[] body =
        [
            .. Text("MQTT"), 4, (byte)(user.Length > 0 ? 0xC2 : 0x02), 0, 30, .. Text("game"),
            .. user.Length > 0 ? [.. Text(user), .. Text(password)] : Array.Empty<byte>(),
        ];

        await socket.SendAsync((byte[])[0x10, (byte)body.Length, .. body], WebSocketMessageType.Binary, true, default);

        var answer = new byte[4];
        var received = await socket.ReceiveAsync(answer.AsMemory(), default);
        // A refusal without a user name closes with "not authorized".
        return received.Count == 4 ? answer[3] == 5 ? 4 : answer[3] : -1;
    }

    private static byte[] Text(string text) => [0, (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];
}

using Automat.Mqtt.Broker;
using Automat.Mqtt.Client;
using Automat.Mqtt.Tls;

namespace Automat.Mqtt.Tests.Tls;

/// <summary>Clients that prove by a certificate who they are.</summary>
public sealed class ClientCertificateTests
{
    [Theory]
    [InlineData("optional")]
    [InlineData("required")]
    public async Task Mosquitto_comes_in_with_a_certificate_and_no_password(string mode)
    {
        var program = ForeignProcess.Find("mosquitto_pub");
        using var authority = new Authority();
        authority.IssueClient("cab001");
        await using var broker = await StartAsync(authority, Enum.Parse<MqttClientCertificates>(mode, ignoreCase: true));

        var code = await ForeignProcess.RunAsync(program, null, broker.Mosquitto(
            authority, "--cert", authority.Path("cab001.pem"), "--key", authority.Path("cab001.key"), "-i", "game",
            "-q", "1", "-t", "from/cab001/x", "-m", "hi"));

        Assert.Equal(0, code);
        await broker.Broker.Gate.WaitForAsync("published cab001/game from/cab001/x hi");
    }

    [Fact]
    public async Task The_gate_is_told_what_was_proven_and_how_it_came_in()
    {
        using var authority = new Authority();
        var thumbprint = authority.IssueClient("cab001");
        await using var broker = await StartAsync(authority, MqttClientCertificates.Optional);
        MqttLogin? seen = null;
        broker.Broker.Gate.Authenticate = login =>
        {
            seen = login;
            return TestGate.Identity("cab001");
        };
        await using var client = new MqttClient(broker.Options(authority, "cab001"));

        await client.ConnectAsync().WaitAsync(TestBroker.Patience);

        Assert.Equal(new MqttClientCertificate("cab001", thumbprint), seen!.ClientCertificate);
        Assert.Equal(MqttTransport.Tls, seen.Transport);
    }

    [Theory]
    [InlineData("optional", true)]
    [InlineData("required", false)]
    public async Task Who_has_none_comes_in_only_where_it_is_optional(string mode, bool welcome)
    {
        using var authority = new Authority();
        await using var broker = await StartAsync(authority, Enum.Parse<MqttClientCertificates>(mode, ignoreCase: true));

        Assert.Equal(welcome, await ComesInAsync(broker.Options(authority)));
    }

    [Theory]
    [InlineData("another authority's")]
    [InlineData("a server's")]
    [InlineData("expired")]
    public async Task A_certificate_that_proves_nothing_is_refused(string which)
    {
        using var authority = new Authority();
        using var another = new Authority();
        var issuer = which == "another authority's" ? another : authority;
        if (which == "a server's") issuer.IssueServerNamed("cab001");
        else issuer.IssueClient("cab001", expired: which == "expired");
        await using var broker = await StartAsync(authority, MqttClientCertificates.Optional);
        var options = broker.Options(authority) with { Tls = TlsBroker.Trust(authority) };
        options.Tls!.ClientCertificates = TlsBroker.Trust(issuer, "cab001").ClientCertificates;

        Assert.False(await ComesInAsync(options));
        options.Tls.ClientCertificates = null;
        Assert.True(await ComesInAsync(options));
    }

    [Fact]
    public async Task A_refused_certificate_is_cut_off_and_stays_out()
    {
        using var authority = new Authority();
        var thumbprint = authority.IssueClient("cab001");
        authority.IssueClient("cab002");
        var list = authority.Path("refused.txt");
        await File.WriteAllTextAsync(list, "# none yet\n");
        await using var broker = await StartAsync(authority, MqttClientCertificates.Optional, list);
        await using var lost = new MqttClient(broker.Options(authority, "cab001"));
        await lost.ConnectAsync().WaitAsync(TestBroker.Patience);
        await using var other = new MqttClient(broker.Options(authority, "cab002"));
        await other.ConnectAsync().WaitAsync(TestBroker.Patience);

        await File.WriteAllTextAsync(list, thumbprint.ToUpperInvariant() + "  # stolen\n");

        await Talking.UntilAsync(() => !lost.IsConnected);
        Assert.False(await ComesInAsync(broker.Options(authority, "cab001")));
        Assert.True(other.IsConnected);
        Assert.Equal(MqttReason.Success, await other.PublishAsync(Talking.Message("from/cab002/x", "here")));
    }

    private static async Task<bool> ComesInAsync(MqttClientOptions options)
    {
        await using var client = new MqttClient(options);
        try
        {
            await client.ConnectAsync().WaitAsync(TestBroker.Patience);
            return true;
        }
        catch (MqttDisconnectedException)
        {
            return false;
        }
    }

    private static Task<TlsBroker> StartAsync(Authority authority, MqttClientCertificates mode, string? refused = null)
    {
        authority.IssueServer();
        return TlsBroker.StartAsync(new MqttTlsOptions
        {
            Certificate = authority.Path("server.pem"),
            Key = authority.Path("server.key"),
            ClientCertificates = mode,
            ClientAuthorities = authority.File,
            RefusedCertificates = refused,
        });
    }
}

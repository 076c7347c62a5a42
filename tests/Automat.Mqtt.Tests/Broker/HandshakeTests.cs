using Automat.Mqtt.Broker;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests.Broker;

/// <summary>What CONNECT may ask for and what CONNACK says.</summary>
public sealed class HandshakeTests
{
    [Theory]
    [Trait("Mqtt", "5.0 3.1.3-6")]
    [Trait("Mqtt", "5.0 3.1.3-7")]
    [Trait("Mqtt", "5.0 3.2.2-16")]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task Clients_without_a_client_id_get_one_each(MqttVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        using var one = await RawClient.EnterAsync(broker.Port, clientId: "", version: version);
        using var two = await RawClient.EnterAsync(broker.Port, clientId: "", version: version);

        Assert.Equal(2, broker.Broker.Sessions.Count);
        if (version is MqttVersion.V311) return;
        Assert.NotNull(one.Answer!.Properties.AssignedClientId);
        Assert.NotEqual(one.Answer.Properties.AssignedClientId, two.Answer!.Properties.AssignedClientId);
    }

    [Fact]
    [Trait("Mqtt", "3.1.1 3.1.3-8")]
    public async Task A_3_1_1_client_without_a_client_id_must_start_clean()
    {
        await using var broker = await TestBroker.StartAsync();

        var answer = await ConnectAsync(broker, new ConnectPacket { Version = MqttVersion.V311, UserName = "m1" });

        Assert.Equal((byte)2, answer.Code);
        Assert.False(answer.SessionPresent);
    }

    [Theory]
    [Trait("Mqtt", "5.0 3.1.3-5")]
    [InlineData("0", MqttVersion.V5, 0)]
    [InlineData("0123456789abcdefghijklm", MqttVersion.V5, 0)]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVW", MqttVersion.V311, 0)]
    [InlineData("long", MqttVersion.V5, 0x85)]
    [InlineData("long", MqttVersion.V311, 2)]
    public async Task Client_ids_up_to_the_limit_are_taken(string id, MqttVersion version, byte code)
    {
        await using var broker = await TestBroker.StartAsync();
        var connect = new ConnectPacket
        {
            Version = version,
            CleanStart = true,
            ClientId = id == "long" ? new string('x', 200) : id,
            UserName = "m1",
            Password = "secret"u8.ToArray(),
        };

        Assert.Equal(code, (await ConnectAsync(broker, connect)).Code);
    }

    [Theory]
    [Trait("Mqtt", "5.0 3.1.2-28")]
    [InlineData(true, "answers/m1")]
    [InlineData(false, null)]
    [InlineData(null, null)]
    public async Task Response_information_is_given_to_who_asks(bool? asked, string? told)
    {
        await using var broker = await TestBroker.StartAsync();
        broker.Gate.Authenticate = _ => new Answering();
        using var client = await RawClient.EnterAsync(
            broker.Port, properties: new MqttProperties { RequestResponseInformation = asked });

        Assert.Equal(told, client.Answer!.Properties.ResponseInformation);
    }

    [Theory]
    [Trait("Mqtt", "5.0 3.1.2-29")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reasons_are_explained_outside_of_connack_and_disconnect_only_to_who_wants_it(bool wanted)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(
            broker.Port, properties: new MqttProperties { RequestProblemInformation = wanted });

        await client.SendAsync(Talking.Message("from/m2/x", "forged"), 1);
        var ack = await client.ReadAsync<AckPacket>();
        await client.SendAsync(Talking.Message("from/m1/" + new string('x', 600), "too long"), 1);
        var goodbye = await client.ReadAsync<DisconnectPacket>();

        Assert.Equal(MqttReason.NotAuthorized, ack.Reason);
        Assert.Equal(wanted, ack.ReasonString is not null);
        Assert.NotNull(goodbye.ReasonString);
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.4.2-2")]
    [Trait("Mqtt", "5.0 3.14.2-3")]
    public async Task A_reason_that_does_not_fit_is_left_out()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(
            broker.Port, properties: new MqttProperties { MaximumPacketSize = 40 });

        await client.SendAsync(Talking.Message("from/m2/x", "forged"), 1);
        var ack = await client.ReadAsync<AckPacket>();
        Assert.Equal((MqttReason.NotAuthorized, null), (ack.Reason, ack.ReasonString));
        await client.SendAsync(Talking.Message("from/m1/" + new string('x', 600), "too long"), 1);
        var goodbye = await client.ReadAsync<DisconnectPacket>();
        Assert.Equal((MqttReason.TopicNameInvalid, null), (goodbye.Reason, goodbye.ReasonString));
    }

    [Fact]
    [Trait("Mqtt", "5.0 4.12.0-1")]
    [Trait("Mqtt", "5.0 3.1.4-6")]
    public async Task Enhanced_authentication_is_refused_and_nothing_after_it_is_read()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.OpenAsync(broker.Port);
        await client.SendAsync(new ConnectPacket
        {
            Version = MqttVersion.V5,
            ClientId = "m1",
            UserName = "m1",
            Password = "secret"u8.ToArray(),
            Properties = new MqttProperties { AuthenticationMethod = "SCRAM-SHA-1", AuthenticationData = [1] },
        });
        await client.SendAsync(Talking.Message("from/m1/x", "early"), 1);

        Assert.Equal(
            (byte)MqttReason.BadAuthenticationMethod, (await client.ReadAsync<ConnAckPacket>()).Code);
        Assert.Null(await client.ReadEndAsync());
        Assert.Empty(broker.Gate.Published);
    }

    [Fact]
    [Trait("Mqtt", "5.0 4.12.0-7")]
    public async Task An_auth_packet_nobody_asked_for_is_an_error()
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port);

        await client.SendAsync(new AuthPacket { Reason = MqttReason.Reauthenticate });

        Assert.Equal(MqttReason.ProtocolError, await client.ReadEndAsync());
    }

    [Theory]
    [Trait("Mqtt", "5.0 3.1.0-2")]
    [Trait("Mqtt", "3.1.1 3.1.0-2")]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task A_second_connect_is_an_error(MqttVersion version)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port, version: version);

        await client.SendAsync(new ConnectPacket { Version = version, CleanStart = true, ClientId = "m1" });

        Assert.Equal(version is MqttVersion.V5 ? MqttReason.ProtocolError : null, await client.ReadEndAsync());
        await broker.Gate.WaitForAsync("disconnected m1/m1 ProtocolError");
    }

    [Theory]
    [Trait("Mqtt", "5.0 3.1.2-2")]
    [Trait("Mqtt", "5.0 3.1.4-1")]
    [InlineData("10 0D 00 04 4D 51 54 54 06 02 00 0A 00 00 00", 0x84)] // a version to come
    [InlineData("10 0D 00 04 4D 51 54 54 05 03 00 0A 00 00 00", 0x81)] // reserved flag
    [InlineData("10 10 00 04 4D 51 54 54 05 02 00 0A 03 21 00 00 00 00", 0x82)] // receive maximum 0
    [InlineData("10 0E 00 04 4D 51 54 54 05 02 00 0A 00 00 01 00", 0x81)] // a client id of U+0000
    public async Task A_connect_of_5_0_that_is_wrong_is_told_why(string hex, byte code)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.OpenAsync(broker.Port);

        await client.SendAsync(hex.Split(' ').Select(b => Convert.ToByte(b, 16)).ToArray());

        var answer = await client.ReadAsync<ConnAckPacket>();
        Assert.Equal((code, false), (answer.Code, answer.SessionPresent));
        Assert.NotNull(answer.ReasonString);
        Assert.Null(await client.ReadEndAsync());
    }

    [Fact]
    [Trait("Mqtt", "5.0 3.2.2-13")]
    public async Task Where_nothing_is_retained_no_will_and_no_message_can_be()
    {
        await using var broker = await TestBroker.StartAsync(o => o.MaxRetained = 0);
        var will = new MqttWill(Talking.Message("from/m1/x", "gone", retain: true));
        var connect = new ConnectPacket
        {
            Version = MqttVersion.V5,
            CleanStart = true,
            ClientId = "m1",
            UserName = "m1",
            Password = "secret"u8.ToArray(),
        };

        Assert.Equal(
            (byte)MqttReason.RetainNotSupported,
            (await ConnectAsync(broker, new ConnectPacket
            {
                Version = connect.Version,
                ClientId = connect.ClientId,
                UserName = connect.UserName,
                Password = connect.Password,
                Will = will,
            })).Code);
        using var client = await RawClient.EnterAsync(broker.Port);
        Assert.False(client.Answer!.Properties.RetainAvailable);
        await client.SendAsync(Talking.Message("from/m1/x", "kept", retain: true), 1);
        Assert.Equal(MqttReason.RetainNotSupported, await client.ReadEndAsync());
    }

    [Theory]
    [Trait("Mqtt", "5.0 3.2.2-22")]
    [InlineData(100, null)]
    [InlineData(2000, 1800)]
    [InlineData(0, 1800)]
    public async Task The_keep_alive_is_the_clients_unless_it_is_told_another(int asked, int? told)
    {
        await using var broker = await TestBroker.StartAsync();
        using var client = await RawClient.EnterAsync(broker.Port, keepAlive: (ushort)asked);

        Assert.Equal((ushort?)told, client.Answer!.Properties.ServerKeepAlive);
    }

    private static async Task<ConnAckPacket> ConnectAsync(TestBroker broker, ConnectPacket connect)
    {
        using var client = await RawClient.OpenAsync(broker.Port, connect.Version);
        await client.SendAsync(connect);
        return await client.ReadAsync<ConnAckPacket>();
    }

    private sealed class Answering() : MqttIdentity("m1")
    {
        public override string ResponseInformation => "answers/m1";

        public override bool CanRead(string topic) => true;

        public override bool CanWrite(string topic) => true;

        public override bool CanSubscribe(string filter) => true;
    }
}

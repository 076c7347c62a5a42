using System.Net;
using System.Security.Cryptography;
using Automat.Mqtt.Protocol;
using Microsoft.Extensions.Logging;

namespace Automat.Mqtt.Broker;

/// <summary>Who came in, and with what.</summary>
internal sealed record Admission(MqttPeer Peer, Session Session, MqttWill? Will);

/// <summary>CONNECT to CONNACK: checks, authenticates, opens the session and answers.</summary>
internal sealed class Handshake(MqttBroker broker, Connection connection, EndPoint? remote)
{
    /// <summary>Null if refused; the answer, if the protocol has one, is written but not flushed.</summary>
    public async ValueTask<Admission?> RunAsync(ConnectPacket connect, CancellationToken ct)
    {
        connection.Version = connect.Version;
        connection.MaxPacketSize = connect.Properties.MaximumPacketSize ?? uint.MaxValue;
        if (Objection(connect) is { } objection) return Refuse(connect.Version, objection, connect.ClientId);

        var identity = await AuthenticateAsync(connect, ct);
        if (identity.Refusal is { } refusal) return Refuse(connect.Version, refusal, connect.ClientId);

        var who = identity.Identity!;
        if (connect.Will is { } will && !IsPublishable(who, will.Message.Topic))
            return Refuse(connect.Version, MqttReason.NotAuthorized, connect.ClientId);

        var clientId = connect.ClientId.Length > 0
            ? connect.ClientId
            : "auto-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        var key = new SessionKey(who.Name, clientId);
        if (await broker.Sessions.OpenAsync(key, connect.CleanStart, connection) is not { } opened)
            return Refuse(connect.Version, MqttReason.QuotaExceeded, clientId);

        var session = opened.Session;
        session.ExpiresAfter = ExpiryOf(connect);
        session.Outbox.Persistent = session.ExpiresAfter > TimeSpan.Zero;
        Prepare(connect);
        connection.Send(new ConnAckPacket
        {
            SessionPresent = opened.Resumed,
            Properties = connect.Version is MqttVersion.V5 ? Answer(connect, who, clientId) : MqttProperties.None,
        });
        connection.Established = true;
        var window = Math.Min(broker.Options.MaxInFlight, connect.Properties.ReceiveMaximum ?? ushort.MaxValue);
        broker.Sessions.Attach(session, connection, who, window);
        var peer = new MqttPeer(connection.Id, who, clientId, connect.Version, opened.Resumed, remote);
        return new Admission(peer, session, connect.Will);
    }

    /// <summary>Clients may publish nothing below <c>$</c>: those topics are a broker's own (section 4.7.2).</summary>
    public static bool IsPublishable(MqttIdentity identity, string topic) =>
        !topic.StartsWith('$') && identity.CanWrite(topic);

    /// <summary>Answers a CONNECT that could not even be read.</summary>
    public void RefuseUnread(MqttProtocolException error)
    {
        if (error.Spoken is not { } version || !ReasonCodes.IsAllowed(PacketType.ConnAck, error.Reason)) return;
        connection.Version = version;
        Refuse(version, error.Reason, "", error.Message);
    }

    private Admission? Refuse(MqttVersion version, MqttReason reason, string clientId, string? why = null)
    {
        broker.Meter.Refused.Add(1);
        broker.Log.LogInformation("Client {ClientId} from {Remote} refused: {Reason}", clientId, remote, reason);
        var code = version is MqttVersion.V5 ? (byte)reason : ReturnCode(reason);
        if (code is { } known) connection.Send(new ConnAckPacket { Code = known, ReasonString = why });
        return null;
    }

    /// <summary>The five refusals MQTT 3.1.1 knows (table 3.1); anything else just closes.</summary>
    private static byte? ReturnCode(MqttReason reason) => reason switch
    {
        MqttReason.UnsupportedProtocolVersion => 1,
        MqttReason.ClientIdNotValid => 2,
        MqttReason.ServerUnavailable or MqttReason.ServerBusy or MqttReason.QuotaExceeded => 3,
        MqttReason.BadUserNameOrPassword => 4,
        MqttReason.NotAuthorized or MqttReason.Banned => 5,
        _ => null,
    };

    private MqttReason? Objection(ConnectPacket connect)
    {
        if (connect.Properties.AuthenticationMethod is not null) return MqttReason.BadAuthenticationMethod;
        if (connect.ClientId.Length > broker.Options.MaxClientIdLength) return MqttReason.ClientIdNotValid;
        if (connect is { ClientId.Length: 0, CleanStart: false, Version: MqttVersion.V311 })
            return MqttReason.ClientIdNotValid;
        if (connect.Will is not { } will) return null;
        if (will.Message.Retain && broker.Options.MaxRetained == 0) return MqttReason.RetainNotSupported;
        var topic = will.Message.Topic;
        return topic.Length > broker.Options.MaxTopicLength || TopicName.Levels(topic) > broker.Options.MaxTopicLevels
            ? MqttReason.TopicNameInvalid
            : null;
    }

    private async ValueTask<(MqttIdentity? Identity, MqttReason? Refusal)> AuthenticateAsync(
        ConnectPacket connect, CancellationToken ct)
    {
        var entrance = connection.Entrance;
        var login = new MqttLogin(connect.ClientId, connect.UserName, connect.Password, connect.Version, remote)
        {
            Transport = entrance.Transport,
            ClientCertificate = entrance.Certificate,
        };
        try
        {
            var identity = await broker.Gate.AuthenticateAsync(login, ct);
            if (identity is not null) return (identity, null);
            return (null, connect.UserName is null ? MqttReason.NotAuthorized : MqttReason.BadUserNameOrPassword);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            broker.Log.LogError(e, "Authentication of {Login} failed", login);
            return (null, MqttReason.ServerUnavailable);
        }
    }

    private TimeSpan ExpiryOf(ConnectPacket connect)
    {
        if (connect.Version is MqttVersion.V311)
            return connect.CleanStart ? TimeSpan.Zero : broker.Options.MaxSessionExpiry;
        var wanted = TimeSpan.FromSeconds(connect.Properties.SessionExpiry ?? 0);
        return wanted < broker.Options.MaxSessionExpiry ? wanted : broker.Options.MaxSessionExpiry;
    }

    private ushort KeepAliveOf(ConnectPacket connect)
    {
        if (connect.Version is MqttVersion.V311) return connect.KeepAlive;
        var limit = (ushort)Math.Clamp(broker.Options.MaxKeepAlive.TotalSeconds, 1, ushort.MaxValue);
        return connect.KeepAlive == 0 || connect.KeepAlive > limit ? limit : connect.KeepAlive;
    }

    private void Prepare(ConnectPacket connect)
    {
        var keepAlive = KeepAliveOf(connect);
        connection.IdleLimit = keepAlive == 0 ? null : TimeSpan.FromSeconds(keepAlive * 1.5);
        connection.ExplainsProblems = connect.Properties.RequestProblemInformation ?? true;
        connection.AllowAliases(Math.Min(broker.Options.MaxTopicAliases, connect.Properties.TopicAliasMaximum ?? 0));
        connection.LastHeard = broker.Time.GetUtcNow();
    }

    private MqttProperties Answer(ConnectPacket connect, MqttIdentity who, string clientId)
    {
        var options = broker.Options;
        var keepAlive = KeepAliveOf(connect);
        var expiry = ExpiryOf(connect);
        var capped = expiry < TimeSpan.FromSeconds(connect.Properties.SessionExpiry ?? 0);
        return new MqttProperties
        {
            SessionExpiry = capped ? (uint)expiry.TotalSeconds : null,
            ReceiveMaximum = (ushort)options.MaxInFlight,
            RetainAvailable = options.MaxRetained > 0,
            MaximumPacketSize = (uint)options.MaxPacketSize,
            AssignedClientId = connect.ClientId.Length == 0 ? clientId : null,
            TopicAliasMaximum = (ushort)options.MaxTopicAliases,
            ResponseInformation =
                connect.Properties.RequestResponseInformation == true ? who.ResponseInformation : null,
            ServerKeepAlive = keepAlive != connect.KeepAlive ? keepAlive : null,
        };
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Text;
using Automat.Mqtt.Broker;

namespace Automat.Server.Machines;

/// <summary>
/// The person at this very computer who may look at the broker's figures below <c>$SYS</c>, and at nothing else. Comes in
/// over loopback, never through a proxy, and only where a password is set.
/// </summary>
/// <param name="Password">Null: nobody.</param>
public sealed record MqttOperator(string? Password)
{
    /// <summary>Its user name, which no machine can have.</summary>
    public const string UserName = "operator@local";

    /// <summary>Lets it in; null for everybody else.</summary>
    public MqttIdentity? Admit(MqttLogin login)
    {
        // A WebSocket may come from a proxy on this computer, and then from anywhere.
        var here = login is { Transport: not MqttTransport.WebSocket, RemoteEndPoint: IPEndPoint from }
            && IPAddress.IsLoopback(from.Address);
        var right = Password is { Length: > 0 } && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(Password)), SHA256.HashData(login.Password.Span));
        return here && right ? new TopicListIdentity(UserName, ["$SYS/#"], []) : null;
    }

    /// <summary>Without the password.</summary>
    public override string ToString() => UserName;
}

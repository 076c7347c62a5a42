using Automat.Mqtt.Broker;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Automat.Mqtt.Tls;

/// <summary>MQTT over TLS on a Kestrel endpoint:
/// <c>options.Listen(address, 8883, l => l.UseMqttTls(tls).UseConnectionHandler&lt;MqttConnectionHandler&gt;())</c>.</summary>
public static class MqttTlsEndpoint
{
    /// <summary>TLS 1.2 or newer, with the files as they are at the moment of each handshake.</summary>
    public static ListenOptions UseMqttTls(this ListenOptions listen, MqttTls tls)
    {
        listen.Use(next => async connection =>
        {
            if (!tls.BeginHandshake())
            {
                connection.Abort(new ConnectionAbortedException("Too many TLS handshakes at a time."));
                return;
            }

            var under = new Handshaking(tls);
            connection.Features.Set(under);
            try
            {
                await next(connection);
            }
            finally
            {
                under.End();
            }
        });
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(tls.Handshake()),
            HandshakeTimeout = tls.Options.HandshakeTimeout,
        });
        listen.Use(next => async connection =>
        {
            connection.Features.Get<Handshaking>()?.End();
            // The handshake let only those through that name somebody and may.
            var certificate = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is { } presented
                ? ClientTrust.Identify(presented)
                : null;
            connection.Features.Set(new MqttEntrance(MqttTransport.Tls, certificate));
            tls.Enter(connection, certificate);
            try
            {
                await next(connection);
            }
            finally
            {
                tls.Leave(connection);
            }
        });
        return listen;
    }

    /// <summary>One handshake, counted until it is done, one way or the other.</summary>
    private sealed class Handshaking(MqttTls tls)
    {
        private int ended;

        public void End()
        {
            if (Interlocked.Exchange(ref ended, 1) == 0) tls.EndHandshake();
        }
    }
}

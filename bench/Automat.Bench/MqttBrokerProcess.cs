using System.Net;
using Automat.Mqtt.Broker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Bench;

/// <summary>Our broker alone in a process, letting everybody in; prints its port and runs until its input ends.</summary>
internal static class MqttBrokerProcess
{
    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, l => l.UseConnectionHandler<MqttConnectionHandler>()));
        builder.Services.AddSingleton<IMqttGate, OpenGate>();
        builder.Services.AddMqttBroker(options =>
        {
            options.MaxConnectionsPerAddress = 100_000;
            // The generator is one machine that speaks for thousands.
            options.MaxMessagesPerSecond = 10_000_000;
        });
        await using var app = builder.Build();
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Console.WriteLine(new Uri(address).Port);
        await Console.In.ReadLineAsync();
        await app.StopAsync();
    }

    private sealed class OpenGate : IMqttGate
    {
        public ValueTask<MqttIdentity?> AuthenticateAsync(MqttLogin login, CancellationToken ct) =>
            ValueTask.FromResult<MqttIdentity?>(new Anybody(login.ClientId));
    }

    private sealed class Anybody(string name) : MqttIdentity(name)
    {
        public override bool CanRead(string topic) => true;

        public override bool CanWrite(string topic) => true;

        public override bool CanSubscribe(string filter) => true;
    }
}

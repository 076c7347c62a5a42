using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Automat.Mqtt.Broker;
using Automat.Mqtt.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Automat.Mqtt.Tests;

/// <summary>A broker on a free port of this machine. The user name is the identity; the password is "secret".</summary>
internal sealed class TestBroker : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication app;
    private readonly List<MqttClient> clients = [];

    private TestBroker(WebApplication app, TestGate gate, ErrorLog errors)
    {
        this.app = app;
        Gate = gate;
        Errors = errors.Messages;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Port = new Uri(addresses.First()).Port;
        HttpPort = new Uri(addresses.Last()).Port;
    }

    public TestGate Gate { get; }

    /// <summary>What the broker logged as an error: its own bugs and failures of the gate.</summary>
    public IReadOnlyCollection<string> Errors { get; }

    public int Port { get; }

    /// <summary>Where it serves HTTP, if it does.</summary>
    public int HttpPort { get; }

    public MqttBroker Broker => app.Services.GetRequiredService<MqttBroker>();

    /// <summary>Starts one.</summary>
    /// <param name="configure">Refines its limits.</param>
    /// <param name="listen">What comes before the broker on its endpoint.</param>
    /// <param name="store">Where sessions and retained messages are kept.</param>
    /// <param name="map">Serves it over HTTP, on the next endpoint, as well.</param>
    public static async Task<TestBroker> StartAsync(
        Action<MqttBrokerOptions>? configure = null, Action<ListenOptions>? listen = null,
        Action<WebApplication>? map = null, IMqttStore? store = null)
    {
        var gate = new TestGate();
        var errors = new ErrorLog();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, l =>
            {
                listen?.Invoke(l);
                l.UseConnectionHandler<MqttConnectionHandler>();
            });
            if (map is not null) kestrel.Listen(IPAddress.Loopback, 0);
        });
        if (map is not null) builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IMqttGate>(gate);
        builder.Logging.AddProvider(errors);
        builder.Services.AddMqttBroker(options =>
        {
            options.SweepInterval = TimeSpan.FromMilliseconds(50);
            configure?.Invoke(options);
        });
        if (store is not null) builder.Services.AddMqttStore<MemoryStore>().AddSingleton(store);
        var built = builder.Build();
        map?.Invoke(built);
        await built.StartAsync();
        return new TestBroker(built, gate, errors);
    }

    /// <summary>Options for a client of the identity "m1", to be refined with <c>with</c>.</summary>
    public MqttClientOptions Options(string identity = "m1", MqttVersion version = MqttVersion.V5) => new()
    {
        Port = Port,
        UserName = identity,
        Password = "secret",
        Version = version,
        ClientId = identity,
        ManualAck = false,
    };

    public async Task<MqttClient> ConnectAsync(MqttClientOptions options)
    {
        var client = new MqttClient(options);
        clients.Add(client);
        await client.ConnectAsync().WaitAsync(Patience);
        return client;
    }

    public Task<MqttClient> ConnectAsync(string identity = "m1", MqttVersion version = MqttVersion.V5) =>
        ConnectAsync(Options(identity, version));

    public Task StopAsync() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients) await client.DisposeAsync();
        await app.DisposeAsync();
    }
}

/// <summary>A gate that records what it is told. By default an identity may read <c>to/NAME/#</c> and <c>all/#</c>, and
/// write <c>from/NAME/#</c> and <c>all/#</c>.</summary>
internal sealed class TestGate : IMqttGate
{
    private readonly Channel<string> events = Channel.CreateUnbounded<string>();

    public Func<MqttLogin, MqttIdentity?>? Authenticate { get; set; }

    public Func<MqttPeer, MqttMessage, ValueTask>? Publish { get; set; }

    public Func<Task>? Subscribed { get; set; }

    public ConcurrentQueue<MqttMessage> Published { get; } = new();

    public static MqttIdentity Identity(string name) => new TopicListIdentity(
        name, [$"to/{name}/#", "all/#"], [$"from/{name}/#", "all/#"]);

    public ValueTask<MqttIdentity?> AuthenticateAsync(MqttLogin login, CancellationToken ct)
    {
        if (Authenticate is { } own) return ValueTask.FromResult(own(login));
        var known = login.UserName is not null && Encoding.UTF8.GetString(login.Password.Span) == "secret";
        return ValueTask.FromResult(known ? Identity(login.UserName!) : null);
    }

    public ValueTask<MqttIdentity?> RecallAsync(string name, CancellationToken ct) =>
        ValueTask.FromResult<MqttIdentity?>(name == "forgotten" ? null : Identity(name));

    public ValueTask OnConnectedAsync(MqttPeer peer, CancellationToken ct) => Note($"connected {peer}");

    public async ValueTask OnSubscribedAsync(MqttPeer peer, IReadOnlyList<string> filters, CancellationToken ct)
    {
        await Note($"subscribed {peer} {string.Join(' ', filters)}");
        if (Subscribed is { } own) await own();
    }

    public async ValueTask OnPublishAsync(MqttPeer peer, MqttMessage message, CancellationToken ct)
    {
        if (Publish is { } own) await own(peer, message);
        Published.Enqueue(message);
        await Note($"published {peer} {message.Topic} {Encoding.UTF8.GetString(message.Payload.Span)}");
    }

    public ValueTask OnDisconnectedAsync(MqttPeer peer, MqttReason reason) => Note($"disconnected {peer} {reason}");

    /// <summary>The next event, in order.</summary>
    public Task<string> NextAsync() => events.Reader.ReadAsync().AsTask().WaitAsync(TestBroker.Patience);

    /// <summary>Waits for an event and forgets those before it.</summary>
    public async Task WaitForAsync(string wanted)
    {
        while (await NextAsync() != wanted)
        {
        }
    }

    private ValueTask Note(string text) => events.Writer.WriteAsync(text);
}

/// <summary>Keeps the errors of the log.</summary>
internal sealed class ErrorLog : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Messages { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) Messages.Enqueue($"{formatter(state, exception)} {exception}");
    }

    public void Dispose()
    {
        // Nothing to close.
    }
}

internal static class Talking
{
    public static async Task<MqttReceived> NextAsync(this MqttClient client) =>
        await client.Messages.ReadAsync().AsTask().WaitAsync(TestBroker.Patience);

    public static string Text(this MqttMessage message) => Encoding.UTF8.GetString(message.Payload.Span);

    public static MqttMessage Message(
        string topic, string text, MqttQos qos = MqttQos.AtLeastOnce, bool retain = false) =>
        new() { Topic = topic, Payload = Encoding.UTF8.GetBytes(text), Qos = qos, Retain = retain };

    public static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TestBroker.Patience);
        while (!condition()) await Task.Delay(5, limit.Token);
    }
}

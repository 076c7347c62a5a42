using Automat.Server;

namespace Automat.Testing;

/// <summary>Another node of a <see cref="TestApp"/>'s server.</summary>
public sealed class OtherNode : IAsyncDisposable
{
    private readonly AutomatServer server;
    private readonly DirectoryInfo folder;

    internal OtherNode(AutomatServer server, HandDriver hand, DirectoryInfo folder)
    {
        this.server = server;
        this.folder = folder;
        Hand = hand;
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server.Http };
    }

    /// <summary>HTTP to this node.</summary>
    public HttpClient Client { get; }

    /// <summary>The machines of the driver <c>hand</c>, as this node reaches them.</summary>
    public HandDriver Hand { get; }

    public int MqttPort => server.MqttPort;

    public int RobotPort => server.RobotPort;

    public IServiceProvider Services => server.App.Services;

    /// <summary>A machine that speaks to this node.</summary>
    public TestDevice Device(string id = "snack-1", string secret = TestApp.MachineSecret) => new(() => Client, id, secret);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await server.DisposeAsync();
        folder.Delete(recursive: true);
    }
}

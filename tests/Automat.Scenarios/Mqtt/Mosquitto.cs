using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Automat.Mqtt.Tests;
using Automat.Mqtt.Tests.Tls;

namespace Automat.Scenarios.Mqtt;

/// <summary>Debian's Mosquitto as the machines' broker; skips the test where it is not installed.</summary>
internal sealed class Mosquitto : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mosquitto-");
    private readonly string program;
    private readonly string settings;
    private ForeignProcess? process;

    private Mosquitto(string program, int port, string settings)
    {
        this.program = program;
        this.settings = Path.Combine(folder.FullName, "mosquitto.conf");
        Port = port;
        // Where root starts it, it would become somebody who may not read the test's files.
        File.WriteAllText(this.settings, $"user root\nlistener {port} 127.0.0.1\n{settings}");
    }

    public int Port { get; }

    public string Url => $"mqtt://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Lets everybody in.</summary>
    public static Task<Mosquitto> StartAsync() => StartAsync("allow_anonymous true\n");

    /// <summary>
    /// Lets a server and a machine in. The machine reads nothing except its commands: a fridge's controller subscribes to its own
    /// telemetry, too, and dies of it.
    /// </summary>
    public static async Task<Mosquitto> StartWithRightsAsync(DirectoryInfo folder, string server, string machine, string secret)
    {
        var tool = ForeignProcess.Find("mosquitto_passwd");
        var (passwords, rights) = (Path.Combine(folder.FullName, "passwords"), Path.Combine(folder.FullName, "rights"));
        await File.WriteAllTextAsync(passwords, $"{server}:{secret}\n{machine}:{secret}\n");
        Assert.Equal(0, await ForeignProcess.RunAsync(tool, null, "-U", passwords));
        await File.WriteAllTextAsync(rights, $"user {server}\ntopic readwrite #\n\nuser {machine}\ntopic write #\ntopic read case/{machine}/cmd\n");
        return await StartAsync($"allow_anonymous false\npassword_file {passwords}\nacl_file {rights}\n");
    }

    /// <summary>Speaks TLS and asks for this user and password.</summary>
    public static async Task<Mosquitto> StartGuardedAsync(Authority authority, string user, string password)
    {
        var tool = ForeignProcess.Find("mosquitto_passwd");
        authority.IssueServer("broker");
        var passwords = authority.Path("passwords");
        await File.WriteAllTextAsync(passwords, $"{user}:{password}\n");
        Assert.Equal(0, await ForeignProcess.RunAsync(tool, null, "-U", passwords));
        return await StartAsync(
            $"allow_anonymous false\npassword_file {passwords}\ncafile {authority.File}\n"
            + $"certfile {authority.Path("broker.pem")}\nkeyfile {authority.Path("broker.key")}\ntls_version tlsv1.2\n");
    }

    public async Task RunAsync()
    {
        process = ForeignProcess.Start(program, null, "-c", settings);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, Port, limit.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50, limit.Token);
            }
        }
    }

    /// <summary>Ends it as a power cut does.</summary>
    public async Task KillAsync()
    {
        if (process is not null) await process.DisposeAsync();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        folder.Delete(recursive: true);
    }

    private static async Task<Mosquitto> StartAsync(string settings)
    {
        var found = ForeignProcess.Find("mosquitto");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var mosquitto = new Mosquitto(found, port, settings);
        await mosquitto.RunAsync();
        return mosquitto;
    }
}

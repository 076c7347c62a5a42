using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Automat.Bench;

/// <summary>A broker in a process of its own on one core, and the load on it in another on the next.</summary>
internal sealed class BrokerPeer : IAsyncDisposable
{
    private readonly Process broker;
    private readonly int port;

    private BrokerPeer(string name, Process broker, int port) => (Name, this.broker, this.port) = (name, broker, port);

    public string Name { get; }

    /// <summary>Resident memory of the broker, in bytes.</summary>
    public long Resident
    {
        get
        {
            var line = File.ReadLines($"/proc/{broker.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return long.Parse(words[^2], CultureInfo.InvariantCulture) * 1024;
        }
    }

    public static async Task<BrokerPeer> StartOursAsync()
    {
        var process = Start(core: 0, "dotnet", [typeof(BrokerPeer).Assembly.Location, "mqtt-broker"]);
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new IOException("Our broker did not start.");
        return new BrokerPeer("Automat", process, int.Parse(line, CultureInfo.InvariantCulture));
    }

    /// <summary>Null where it is not installed.</summary>
    public static async Task<BrokerPeer?> StartMosquittoAsync(DirectoryInfo folder)
    {
        var program = new[] { "/usr/sbin/mosquitto", "/usr/bin/mosquitto" }.FirstOrDefault(File.Exists);
        if (program is null) return null;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var free = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var settings = Path.Combine(folder.FullName, $"mosquitto-{free}.conf");
        await File.WriteAllTextAsync(
            settings, $"user root\nlistener {free} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nlog_type none\n");
        var process = Start(core: 0, program, ["-c", settings]);
        for (var i = 0; i < 200; i++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, free);
                return new BrokerPeer("Mosquitto", process, free);
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        throw new IOException("Mosquitto did not start.");
    }

    /// <summary>Puts a load on it; the figures the load prints.</summary>
    public async Task<double[]> LoadAsync(params string[] load)
    {
        using var generator = StartLoad(load);
        var line = await generator.StandardOutput.ReadLineAsync() ?? "";
        await generator.WaitForExitAsync();
        return [.. line.Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
    }

    /// <summary>Resident memory with so many idle clients, after things have settled.</summary>
    public async Task<long> ResidentWithAsync(int clients, TimeSpan settle)
    {
        using var generator = StartLoad("idle", clients.ToString(CultureInfo.InvariantCulture));
        if (await generator.StandardOutput.ReadLineAsync() != "there") throw new IOException("The clients did not get in.");
        await Task.Delay(settle);
        var resident = Resident;
        await generator.StandardInput.WriteLineAsync();
        await generator.WaitForExitAsync();
        return resident;
    }

    public async ValueTask DisposeAsync()
    {
        broker.Kill();
        await broker.WaitForExitAsync();
        broker.Dispose();
    }

    private Process StartLoad(params string[] load) => Start(
        core: 1, "dotnet",
        [typeof(BrokerPeer).Assembly.Location, "mqtt-load", load[0], port.ToString(CultureInfo.InvariantCulture), .. load[1..]]);

    /// <summary>Through a shell that allows as many sockets as it may, then gives way to the program: it keeps the process id.</summary>
    private static Process Start(int core, string program, IEnumerable<string> arguments)
    {
        var pinned = Environment.ProcessorCount > 1 && File.Exists("/usr/bin/taskset");
        var command = "ulimit -n $(ulimit -Hn); exec " + (pinned ? $"taskset -c {core} " : "") + "\"$0\" \"$@\"";
        var start = new ProcessStartInfo("/bin/bash", ["-c", command, program, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        if (core == 1) start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        return Process.Start(start)!;
    }
}

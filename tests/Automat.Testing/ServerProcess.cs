using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Automat.Testing;

/// <summary>
/// The real server in a process of its own, so that it can be killed as a power cut kills it. It works on a test's database
/// and pays at a sandbox that outlives it.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>Its own, so that an event for a server that is dead is not taken by another test's at the same port.</summary>
    public const string WebhookSecret = "whsec_of_the_server_processes";

    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();

    private ServerProcess(Process process) => this.process = process;

    /// <summary>Where customers find it.</summary>
    public Uri Http { get; private set; } = null!;

    public int MqttPort { get; private set; }

    /// <summary>All it has written to its console so far.</summary>
    public string Output => string.Join('\n', lines);

    public bool HasExited => process.HasExited;

    /// <summary>Starts it; returns when it can be used, or has died.</summary>
    /// <param name="database">Its database.</param>
    /// <param name="sandbox">Where it pays.</param>
    /// <param name="folder">Its data folder.</param>
    /// <param name="killAt">Where it is to be killed, such as <c>delivery.sent:1</c>; null lets it live.</param>
    public static async Task<ServerProcess> StartAsync(
        TestDatabase database, Uri sandbox, DirectoryInfo folder, string? killAt = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder.FullName,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "automat.dll"));
        foreach (var (name, value) in Environment(database, sandbox, folder)) start.Environment[name] = value;
        if (killAt is not null) start.Environment["Automat__Testing__KillAt"] = killAt;
        var server = new ServerProcess(Process.Start(start)!);
        server.Listen();
        await TestApp.EventuallyAsync(
            () => Task.FromResult(server.HasExited || server.Find("shop") is not null && server.Find("MQTT") is not null),
            there => there, TimeSpan.FromMinutes(4));
        if (server.Find("MQTT") is not { } mqtt) return server;
        server.Http = new Uri(server.Find("shop")!);
        server.MqttPort = new Uri(mqtt).Port;
        return server;
    }

    /// <summary>Waits until it has died.</summary>
    public async Task DiedAsync(TimeSpan within)
    {
        using var over = new CancellationTokenSource(within);
        await process.WaitForExitAsync(over.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static IEnumerable<(string Name, string Value)> Environment(
        TestDatabase database, Uri sandbox, DirectoryInfo folder) =>
    [
        ("ASPNETCORE_URLS", "http://127.0.0.1:0"),
        ("ConnectionStrings__Automat", database.Address.Serving),
        ("ConnectionStrings__AutomatOwner", database.Address.Owner),
        ("Automat__Demo", "true"), ("Automat__Demo__Simulators", "false"), ("Automat__Demo__Days", "0"),
        ("Automat__Demo__MachineSecret", TestApp.MachineSecret), ("Automat__Demo__ApiKey", TestApp.ApiKey),
        ("Automat__Demo__Password", TestApp.Password), ("Automat__DataDirectory", folder.FullName),
        ("Automat__Mqtt__Port", "0"), ("Automat__Robot__Port", "0"), ("Automat__RateLimits__Factor", "1000"),
        ("Stripe__ApiBase", sandbox.ToString().TrimEnd('/')), ("Stripe__SecretKey", TestApp.StripeKey),
        ("Stripe__WebhookSecret", WebhookSecret),
    ];

    private void Listen()
    {
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private void Keep(string? line)
    {
        if (line is not null) lines.Enqueue(line);
    }

    /// <summary>An address on the console, by the word before it.</summary>
    private string? Find(string what) => lines
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .FirstOrDefault(words => words.Length == 2 && words[0] == what)?[1].ToString(CultureInfo.InvariantCulture);
}

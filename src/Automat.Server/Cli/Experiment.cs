using System.Globalization;
using System.Net;
using Automat.Server.Data;
using Automat.Simulator.Faults;
using Automat.Simulator.Judging;
using Automat.Simulator.Machines;
using Automat.Simulator.Running;
using Automat.Simulator.Staff;

namespace Automat.Server.Cli;

/// <summary>A server that runs elsewhere, and what of it may be used.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Ids">Its machines, written <c>kind=id</c>.</param>
/// <param name="Secret">Their secret.</param>
/// <param name="Sandbox">Its Stripe sandbox.</param>
/// <param name="Chips">UIDs of chips.</param>
/// <param name="Database">Its database.</param>
/// <param name="ApiKey">The key of somebody who may register machines; null where machines are named.</param>
internal sealed record ForeignServer(
    ServerAddress Address, IReadOnlyList<string> Ids, string? Secret, string? Sandbox, IReadOnlyList<string> Chips,
    string? Database, string? ApiKey);

/// <summary>One run from the first machine to the verdict.</summary>
internal sealed record Experiment
{
    private const long ChipCredit = 2_000_000;

    public required int Machines { get; init; }

    public string? Kinds { get; init; }

    public required TimeSpan Lasts { get; init; }

    public required int Seed { get; init; }

    public required TimeSpan Pace { get; init; }

    public required TimeSpan SettlesWithin { get; init; }

    public required FaultRates Rates { get; init; }

    public bool Json { get; init; }

    public bool Keep { get; init; }

    public ForeignServer? Target { get; init; }

    /// <summary>Runs it; returns the exit code.</summary>
    /// <exception cref="FormatException">What was asked for makes no sense; the message says why.</exception>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var progress = Json ? Console.Error : Console.Out;
        await progress.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"seed {Seed}"));
        var summary = Target is { } target ? await AtAsync(target, progress, ct) : await AtOwnAsync(progress, ct);
        await Console.Out.WriteLineAsync(Json ? summary.ToJson() : summary.ToText());
        return summary.Verdict.Holds ? ExitCodes.Done : ExitCodes.Broken;
    }

    private async Task<Summary> AtOwnAsync(TextWriter progress, CancellationToken ct)
    {
        var participants = MachineMix.Of(Machines, Kinds, Seed);
        await using var server = await SimulationServer.StartAsync(Keep, ct);
        var dice = new Dice(Seed, "chips", "uids");
        string[] chips = [.. Enumerable.Range(0, Math.Max(4, Machines / 2)).Select(_ => dice.Hex()[..14])];
        await server.RegisterAsync(participants, ct);
        await server.IssueChipsAsync(chips, ChipCredit, ct);
        await using var books = new SimulationBooks(server.Database);
        return await RunAsync(server.Address, participants, chips, server.Sandbox, books, progress, ct);
    }

    private async Task<Summary> AtAsync(ForeignServer target, TextWriter progress, CancellationToken ct)
    {
        if (target.ApiKey is { } key) return await AtAsStaffAsync(target, key, progress, ct);
        var participants = MachineMix.Named(target.Ids, target.Secret);
        await using var books = target.Database is { } database ? new SimulationBooks(new DatabaseAddress(database, database)) : null;
        var sandbox = target.Sandbox is { } url ? new Uri(url) : null;
        return await RunAsync(target.Address, participants, target.Chips, sandbox, books, progress, ct);
    }

    /// <summary>Registers machines and chips over the API, and retires the machines at the end unless they are to be kept.</summary>
    private async Task<Summary> AtAsStaffAsync(ForeignServer target, string key, TextWriter progress, CancellationToken ct)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        var staff = new StaffApi(http, target.Address.Http, key);
        var registration = new Registration(staff, http, target.Address.Http);
        var enlisted = await registration.EnlistAsync(Machines, Kinds, Seed, ct);
        await progress.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{enlisted.Machines.Count} machines enrolled, {enlisted.Chips.Count} chips issued"));
        var address = target.Address with { MqttPort = enlisted.MqttPort ?? target.Address.MqttPort };
        await using var database = target.Database is { } given ? new SimulationBooks(new DatabaseAddress(given, given)) : null;
        IBooks books = database is not null ? database : new ApiBooks(staff, [.. enlisted.Chips.Values], enlisted.Credit);
        var summary = await RunAsync(
            address, enlisted.Machines, [.. enlisted.Chips.Keys], target.Sandbox is { } url ? new Uri(url) : null, books, progress, ct);
        if (!Keep) await registration.RetireAsync(enlisted.Machines, ct);
        return summary;
    }

    private async Task<Summary> RunAsync(
        ServerAddress server, IReadOnlyList<Participant> participants, IReadOnlyList<string> chips, Uri? sandbox, IBooks? books,
        TextWriter progress, CancellationToken ct)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false, // customers carry their own
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            AutomaticDecompression = DecompressionMethods.None,
        });
        using var logs = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Error).AddSimpleConsole(c => c.SingleLine = true));
        var world = new Surroundings
        {
            Server = server,
            Http = http,
            Seed = Seed,
            Weather = new Weather(Rates),
            Log = logs.CreateLogger("Simulator"),
        };
        var plan = new SimulationPlan
        {
            Machines = participants,
            Chips = chips,
            Lasts = Lasts,
            Pace = Pace,
            SettlesWithin = SettlesWithin,
            SellsOnline = sandbox is not null,
        };
        await using var simulation = new Simulation(plan, world);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var saying = new ProgressLine(simulation, world, progress, !Json && !Console.IsOutputRedirected).RunAsync(over.Token);
        var quiet = await simulation.RunAsync(ct);
        var took = TimeProvider.System.GetElapsedTime(simulation.Began);
        await over.CancelAsync();
        await saying;
        var payments = sandbox is null ? null : new SandboxMoney(http, sandbox);
        var verdict = await new Judge(world.Witness, books, payments)
            .JudgeAsync([.. participants.Select(p => p.Who.Id)], quiet, ct);
        return Summary.Of(plan, world, took, verdict);
    }
}

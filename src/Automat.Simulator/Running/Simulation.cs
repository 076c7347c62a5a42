using Automat.Simulator.Customers;
using Automat.Simulator.Faults;
using Automat.Simulator.Kinds;
using Automat.Simulator.Machines;

namespace Automat.Simulator.Running;

/// <summary>A machine that takes part in a run.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Who">Who it is.</param>
/// <param name="Number">Its number in the run.</param>
public sealed record Participant(IMachineKind Kind, MachineIdentity Who, int Number);

/// <summary>What is to be run.</summary>
public sealed record SimulationPlan
{
    /// <summary>The machines.</summary>
    public required IReadOnlyList<Participant> Machines { get; init; }

    /// <summary>The chips customers hold, by UID.</summary>
    public IReadOnlyList<string> Chips { get; init; } = [];

    /// <summary>How long customers come.</summary>
    public TimeSpan Lasts { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Time between two customers at one machine, on average.</summary>
    public TimeSpan Pace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long everything may take to come to rest afterwards.</summary>
    public TimeSpan SettlesWithin { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>Whether customers buy on the web, which needs a pay page that takes test cards.</summary>
    public bool SellsOnline { get; init; }
}

/// <summary>
/// Machines and customers for a while. Nobody has a thread of their own: everything waits on timers and sockets, so that a
/// thousand machines fit beside the server they try.
/// </summary>
/// <param name="plan">What is to be run.</param>
/// <param name="world">Where.</param>
public sealed class Simulation(SimulationPlan plan, Surroundings world) : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly List<ISimulatedMachine> machines =
        [.. plan.Machines.Select(m => m.Kind.Create(m.Who, m.Number, world))];

    /// <summary>Where the run is.</summary>
    public string Phase { get; private set; } = "starting";

    /// <summary>When it began.</summary>
    public long Began { get; } = world.Time.GetTimestamp();

    /// <summary>Machines the server could reach now.</summary>
    public int Online => machines.Count(m => m.IsOnline);

    /// <summary>Machines in all.</summary>
    public int All => machines.Count;

    /// <summary>Runs; returns who did not come to rest in time, or null.</summary>
    public async Task<string?> RunAsync(CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await StartAsync(ct);
        Phase = "selling";
        var customers = Task.WhenAll(plan.Machines.Zip(machines, (who, machine) => SendCustomersAsync(who, machine, over.Token, end.Token)));
        await Task.Delay(plan.Lasts, world.Time, ct);

        Phase = "settling";
        await over.CancelAsync();
        world.Weather.Calm();
        end.CancelAfter(plan.SettlesWithin);
        await customers;
        return await SettleAsync(end.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(machines.Select(machine => machine.DisposeAsync().AsTask()));
        Phase = "over";
    }

    /// <summary>A fleet does not come in one moment, and nobody waits for the last machine.</summary>
    private async Task StartAsync(CancellationToken ct)
    {
        var atOnce = Math.Max(8, machines.Count / 20);
        foreach (var some in machines.Chunk(atOnce))
        {
            foreach (var machine in some) machine.Start();
            await Task.Delay(TimeSpan.FromMilliseconds(250), world.Time, ct);
        }

        for (var looks = 0; looks < 40 && Online < machines.Count * 9 / 10; looks++) await Task.Delay(Look, world.Time, ct);
    }

    private async Task SendCustomersAsync(
        Participant who, ISimulatedMachine machine, CancellationToken over, CancellationToken end)
    {
        var dice = new Dice(world.Seed, who.Who.Id, "customers");
        var served = new List<Task>();
        try
        {
            for (var number = 1; ; number++)
            {
                await Task.Delay(dice.Until(plan.Pace), world.Time, over);
                served.RemoveAll(task => task.IsCompletedSuccessfully);
                served.Add(SendCustomerAsync(who, machine, number, dice.Below(10), over, end));
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Closing time: whoever is being served is served.
        }

        await Task.WhenAll(served);
    }

    private async Task SendCustomerAsync(
        Participant who, ISimulatedMachine machine, int number, int wish, CancellationToken over, CancellationToken end)
    {
        await Task.Yield();
        var dice = new Dice(world.Seed, who.Who.Id, $"customer {number}");
        try
        {
            if (machine is IWalkUpMachine front && (wish < 6 || !plan.SellsOnline))
            {
                if (wish < 4 && plan.Chips.Count > 0) await front.ServeChipAsync(dice.OneOf(plan.Chips), over);
                else await front.ServeCashAsync(over);
                return;
            }

            if (!plan.SellsOnline) return;
            await new WebCustomer($"{who.Who.Id}-{number}@customers.example", world, dice).BuyAsync(who.Who.Id, over, end);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested || end.IsCancellationRequested)
        {
            // Closing time.
        }
        catch (Exception bug) when (bug is not OperationCanceledException)
        {
            world.Witness.SawBreach($"A simulated customer of {who.Who.Id} broke: {bug}");
        }
    }

    /// <summary>Waits until all machines have told everything.</summary>
    private async Task<string?> SettleAsync(CancellationToken ct)
    {
        // Customers have just been waited for: what is still open on a page took all the time there was.
        if (world.Witness.Online.FirstOrDefault(p => !p.IsOver) is { } waiting)
        {
            return $"{waiting.Email} paid at {waiting.Machine} ({waiting.Session}) and their page still says '{waiting.Stage}'";
        }

        // Heartbeats go on, so among a thousand machines somebody always has something to tell: each is to be seen with
        // nothing left to tell once. What it owes from the run is told before that.
        var waitedFor = machines.ToList();
        try
        {
            while (waitedFor.Count > 0)
            {
                await Task.Delay(Look, world.Time, ct);
                waitedFor.RemoveAll(m => m.IsQuiet);
            }
        }
        catch (OperationCanceledException)
        {
            return $"{waitedFor[0].Id} still has something to tell";
        }

        return null;
    }
}

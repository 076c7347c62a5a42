using System.Collections.Concurrent;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>
/// Hands waiting commands to their machines: one at a time to each machine, in the order they were paid, many machines side
/// by side. A lane runs when something is to be done and the machine can be reached; the table is the queue.
/// </summary>
internal sealed class DeliveryLanes : BackgroundService
{
    private const int MostAttempts = 5;

    private const int MostFresh = 16;

    /// <summary>Every so many looks at what waits, what dead nodes had in hand is looked for.</summary>
    private const int LooksBetweenRecoveries = 3;

    private static readonly TimeSpan KeepAgain = TimeSpan.FromSeconds(1);

    private readonly IServiceScopeFactory scopes;
    private readonly Journal.Journal journal;
    private readonly MachineDirectory machines;
    private readonly DriverRegistry drivers;
    private readonly VendSignals signals;
    private readonly MachineStatuses statuses;
    private readonly MachineChanges changes;
    private readonly VendCounters counters;
    private readonly Node node;
    private readonly TimeProvider clock;
    private readonly ILogger<DeliveryLanes> log;
    private readonly HandOver handOver;
    private readonly ForcedCommands urgent;
    private readonly LostDeliveries lost;
    private readonly IReadOnlyList<IHeldSales> held;
    private readonly ConcurrentDictionary<MachineId, TaskCompletionSource> running = new();
    private readonly ConcurrentDictionary<MachineId, bool> again = new();
    private readonly ConcurrentDictionary<MachineId, ConcurrentQueue<MachineCommand>> fresh = new();
    private readonly ConcurrentDictionary<MachineId, bool> behind = new();

    public DeliveryLanes(IServiceProvider services, ILogger<DeliveryLanes> log)
    {
        this.log = log;
        scopes = services.GetRequiredService<IServiceScopeFactory>();
        journal = services.GetRequiredService<Journal.Journal>();
        machines = services.GetRequiredService<MachineDirectory>();
        drivers = services.GetRequiredService<DriverRegistry>();
        signals = services.GetRequiredService<VendSignals>();
        statuses = services.GetRequiredService<MachineStatuses>();
        changes = services.GetRequiredService<MachineChanges>();
        counters = services.GetRequiredService<VendCounters>();
        node = services.GetRequiredService<Node>();
        clock = services.GetRequiredService<TimeProvider>();
        held = [.. services.GetServices<IHeldSales>()];
        handOver = new HandOver(journal, signals, node, clock);
        urgent = new ForcedCommands(scopes, handOver, machines, drivers, clock, log);
        lost = new LostDeliveries(scopes, services.GetRequiredService<Nodes>(), machines, drivers, EndLostAsync);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        statuses.WhenChanged((machine, status) =>
        {
            if (status.Online) signals.LaneReady(machine);
        });
        changes.WhenCommanded(machine =>
        {
            if (machine is { } one) signals.LaneReady(one);
        });
        var looking = Task.CompletedTask;
        try
        {
            await lost.LookAsync(sure: true, stoppingToken);
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2), clock);
            looking = LookAsync(timer, stoppingToken);
            await foreach (var (machine, command) in signals.Lanes.Reader.ReadAllAsync(stoppingToken))
            {
                Note(machine, command);
                if (command is null) urgent.Wake(machine, stoppingToken);
                Wake(machine, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Lanes end with their deliveries; what is open stays in the table.
        }

        await looking;
        await urgent.EndAsync();
        await Task.WhenAll(running.Values.Select(lane => lane.Task)); // what they work with must not go before them
    }

    /// <summary>
    /// A command just written down is kept at hand; a lane that may be behind looks at the table instead, oldest first.
    /// </summary>
    private void Note(MachineId machine, MachineCommand? command)
    {
        var queue = fresh.GetOrAdd(machine, _ => new ConcurrentQueue<MachineCommand>());
        if (command is null || queue.Count >= MostFresh) behind[machine] = true;
        else queue.Enqueue(command);
    }

    private void Wake(MachineId machine, CancellationToken ct)
    {
        again[machine] = true;
        var lane = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (running.TryAdd(machine, lane)) _ = RunAsync(machine, lane, ct);
    }

    private async Task RunAsync(MachineId machine, TaskCompletionSource lane, CancellationToken ct)
    {
        try
        {
            while (again.TryRemove(machine, out _)) await DrainAsync(machine, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Stopping: the command in hand was written down as being sent, so its doubt is settled after the restart.
        }
        catch (Exception error)
        {
            log.LogError(error, "The lane of machine {Machine} failed; it is looked at again", machine);
        }
        finally
        {
            running.TryRemove(machine, out _);
            if (again.ContainsKey(machine) && !ct.IsCancellationRequested) signals.LaneReady(machine);
            lane.SetResult();
        }
    }

    private async Task DrainAsync(MachineId id, CancellationToken ct)
    {
        if (await machines.FindAsync(id, ct) is not { } machine || drivers.Of(machine) is not { } driver) return;
        var terms = driver.TermsOf(machine);
        while (true)
        {
            if (driver.Fetches(machine) || !driver.CanReach(id))
            {
                behind[id] = true; // whatever waits is found in the table when it is back
                return;
            }

            if (await TakeNextAsync(id, driver, ct) is not { } command) return;
            if (command.VendId is null)
            {
                if (await handOver.RunAsync(machine, driver, command, ct)) continue;
                behind[id] = true;
                return; // until it is back
            }

            var turn = await journal.ExecuteAsync(
                new BeginDelivery(command, node.Number, terms, signals) { Organization = command.OrganizationId }, ct);
            if (turn is HandOverTurn.NotNow)
            {
                behind[id] = true;
                return; // until the machine has said that it restarted
            }

            if (turn is HandOverTurn.Never) continue; // settled, too late, or another node's: the sweep ends it
            Platform.Steps.Passed("delivery.begun");
            await counters.NoteAsync(machine, command.VendId!.Value, ct);
            var sent = command with
            {
                State = CommandState.Sending,
                Attempts = command.Attempts + 1,
                SentAt = clock.GetUtcNow(),
                SentBy = node.Number,
            };
            var result = await driver.DeliverAsync(machine, sent, ct);
            Platform.Steps.Passed("delivery.sent");
            if (result.Outcome is DeliveryOutcome.MaybeSent && sent.Attempts >= MostAttempts)
            {
                result = result with { Outcome = DeliveryOutcome.Unknown };
            }

            await KeepAsync(sent, result, terms, ct);
            if (result.Outcome is not (DeliveryOutcome.NotSent or DeliveryOutcome.MaybeSent)) continue;
            behind[id] = true;
            return; // until it is back
        }
    }

    private async Task<MachineCommand?> TakeNextAsync(MachineId id, IMachineDriver driver, CancellationToken ct)
    {
        if (driver.WaitsForCustomer) behind[id] = true; // whose customer is there stands in the table
        var queue = fresh.GetOrAdd(id, _ => new ConcurrentQueue<MachineCommand>());
        if (!behind.ContainsKey(id)) return queue.TryDequeue(out var command) ? command : null;

        queue.Clear();
        behind.TryRemove(id, out _);
        var next = await NextAsync(id, driver, ct);
        if (next is not null) behind[id] = true; // there may be more
        return next;
    }

    /// <summary>What the machine did is known only here: it is told the journal until the journal has it.</summary>
    private async Task KeepAsync(MachineCommand command, DeliveryResult result, DeliveryTerms terms, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                await EndAsync(command, result, terms);
                return;
            }
            catch (Exception error) when (MayPass(error) && !ct.IsCancellationRequested)
            {
                log.LogError(error, "The end of command {Command} could not be booked; tried again", command.Id);
                await Task.Delay(KeepAgain, clock, ct);
            }
        }
    }

    /// <summary>Whether trying again can help: a broken rule stays broken, a full or absent journal comes back.</summary>
    private static bool MayPass(Exception error) =>
        error is not RuleException { Code: not ("journal_full" or "database_unreachable") };

    private Task<VendStatus> EndAsync(MachineCommand command, DeliveryResult result, DeliveryTerms terms) =>
        journal.ExecuteAsync(
            new EndDelivery(command, result.Outcome, result.Evidence, terms, signals)
            {
                Organization = command.OrganizationId,
            },
            CancellationToken.None);

    private async Task<MachineCommand?> NextAsync(MachineId machine, IMachineDriver driver, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("commands wait for all machines");
        var now = clock.GetUtcNow();
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var waiting = new HashSet<Id<Vend>>();
        if (driver.WaitsForCustomer)
        {
            foreach (var sales in held) waiting.UnionWith(await sales.AtAsync(db, machine, ct));
        }

        var next = await db.Set<MachineCommand>().AsNoTracking()
            .Where(c => c.MachineId == machine && c.State == CommandState.Waiting && c.Deadline > now
                && (c.VendId != null || (!c.Forced && !db.Set<Vend>().Any(v => v.Machine == machine
                    && (v.Status == VendStatus.Reserved || v.Status == VendStatus.Delivering)))))
            .OrderBy(c => c.Id).Take(waiting.Count + 1).ToListAsync(ct);
        return next.Find(c => c.VendId is not { } sale || !waiting.Contains(sale));
    }

    private Task EndLostAsync(MachineCommand command, DeliveryResult result, DeliveryTerms terms) =>
        command.VendId is not null ? EndAsync(command, result, terms) : handOver.EndAsync(command, result);

    private async Task LookAsync(PeriodicTimer timer, CancellationToken ct)
    {
        try
        {
            for (var look = 1; await timer.WaitForNextTickAsync(ct); look++)
            {
                try
                {
                    if (look % LooksBetweenRecoveries == 0) await lost.LookAsync(sure: false, ct);
                    await using var scope = scopes.CreateScopeAcross("commands wait for all machines");
                    var waiting = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<MachineCommand>()
                        .Where(c => c.State == CommandState.Waiting).Select(c => c.MachineId).Distinct().ToListAsync(ct);
                    foreach (var machine in waiting) signals.LaneReady(machine);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    log.LogError(error, "Waiting commands could not be read; tried again");
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Stopping.
        }
    }
}

using System.Collections.Concurrent;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Machines;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>Hands a command that moves no money to its machine, and writes down what became of it.</summary>
internal sealed class HandOver(Journal.Journal journal, VendSignals signals, Node node, TimeProvider clock)
{
    private const int MostAttempts = 5;

    /// <summary>Whether the machine can be given more now.</summary>
    public async Task<bool> RunAsync(Machine machine, IMachineDriver driver, MachineCommand command, CancellationToken ct)
    {
        if (!driver.Understands(machine, command.Kind))
        {
            await EndAsync(command, new DeliveryResult(DeliveryOutcome.Refused, "command_unsupported"));
            return true;
        }

        var turn = await journal.ExecuteAsync(
            new BeginCommand(command, node.Number, MostAttempts) { Organization = command.OrganizationId }, ct);
        if (turn is HandOverTurn.NotNow) return false; // somebody began to buy
        if (turn is HandOverTurn.Never)
        {
            if (command.Attempts >= MostAttempts) await EndAsync(command, new DeliveryResult(DeliveryOutcome.Unknown, "no_answer"));
            return true; // called off, too late, or another node's
        }

        var sent = command with
        {
            State = CommandState.Sending,
            Attempts = command.Attempts + 1,
            SentAt = clock.GetUtcNow(),
            SentBy = node.Number,
        };
        var result = await driver.DeliverAsync(machine, sent, ct);
        if (result.Outcome is DeliveryOutcome.MaybeSent && sent.Attempts >= MostAttempts)
        {
            result = result with { Outcome = DeliveryOutcome.Unknown };
        }

        await EndAsync(sent, result);
        return result.Outcome is not (DeliveryOutcome.NotSent or DeliveryOutcome.MaybeSent);
    }

    /// <summary>Writes down what became of a command.</summary>
    public Task EndAsync(MachineCommand command, DeliveryResult result) => journal.ExecuteAsync(
        new EndCommand(command, result.Outcome, result.Evidence, signals) { Organization = command.OrganizationId },
        CancellationToken.None);
}

/// <summary>Forced commands do not wait behind the sale that is being delivered: they go beside the machine's lane.</summary>
internal sealed class ForcedCommands(
    IServiceScopeFactory scopes, HandOver handOver, MachineDirectory machines, DriverRegistry drivers, TimeProvider clock,
    ILogger log)
{
    private readonly ConcurrentDictionary<MachineId, TaskCompletionSource> running = new();

    public void Wake(MachineId machine, CancellationToken ct)
    {
        var lane = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (running.TryAdd(machine, lane)) _ = RunAsync(machine, lane, ct);
    }

    /// <summary>Ends when nothing is being handed over any more.</summary>
    public Task EndAsync() => Task.WhenAll(running.Values.Select(lane => lane.Task));

    private async Task RunAsync(MachineId id, TaskCompletionSource lane, CancellationToken ct)
    {
        try
        {
            if (await machines.FindAsync(id, ct) is not { State: not MachineState.Retired } machine) return;
            if (drivers.Of(machine) is not { } driver) return;
            while (!driver.Fetches(machine) && driver.CanReach(id) && await NextAsync(id, ct) is { } command)
            {
                if (!await handOver.RunAsync(machine, driver, command, ct)) return;
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Stopping: what was being handed over is looked at after the restart.
        }
        catch (Exception error)
        {
            log.LogError(error, "Forced commands of machine {Machine} could not be handed over; tried again", id);
        }
        finally
        {
            running.TryRemove(id, out _);
            lane.SetResult();
        }
    }

    private async Task<MachineCommand?> NextAsync(MachineId machine, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("commands wait for all machines");
        var now = clock.GetUtcNow();
        return await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<MachineCommand>().AsNoTracking()
            .Where(c => c.MachineId == machine && c.State == CommandState.Waiting && c.Forced && c.VendId == null
                && c.Deadline > now)
            .OrderBy(c => c.Id).FirstOrDefaultAsync(ct);
    }
}

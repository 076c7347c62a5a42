using System.Globalization;
using Automat.Protocol;
using Automat.Simulator.Faults;
using Automat.Simulator.Running;

namespace Automat.Simulator.Machines.Native;

/// <summary>Tells the server what the machine has written down, until the server has said that it knows.</summary>
internal sealed class DeviceOutbox(string machine, DeviceMemory memory, Surroundings world, FaultPlan faults)
{
    private const int MostEvents = 50;

    /// <summary>Tells all that is due, once.</summary>
    /// <exception cref="OperationCanceledException">The power went.</exception>
    public async Task TellAsync(IDeviceLine line, DateTimeOffset now, CancellationToken ct)
    {
        foreach (var request in Copy(memory.Abandoned)) await TryAsync(() => GiveUpAsync(line, request, ct));
        foreach (var end in Copy(memory.Ends)) await TryAsync(() => EndAsync(line, end, ct));
        foreach (var settlement in Copy(memory.Settlements))
        {
            if (settlement.Due <= now) await TryAsync(() => SettleAsync(line, settlement, ct));
        }

        await TryAsync(() => TellEventsAsync(line, ct));
    }

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (SilenceException)
        {
            // It stays written down, and is told again.
        }
        catch (RefusalException refused)
        {
            world.Witness.SawBreach($"What {machine} tells is refused: {refused.Message}");
        }
    }

    private List<T> Copy<T>(List<T> written)
    {
        lock (memory.Gate) return [.. written];
    }

    private void Forget<T>(List<T> written, T what)
    {
        lock (memory.Gate) written.Remove(what);
    }

    /// <summary>Nobody waits for this sale any more: the same question gets the same vend, which is cancelled.</summary>
    private async Task GiveUpAsync(IDeviceLine line, ReserveRequest request, CancellationToken ct)
    {
        try
        {
            var vend = await line.ReserveAsync(request, ct);
            if (vend.Status is DeviceVendStatus.Reserved)
            {
                lock (memory.Gate)
                {
                    memory.Settlements.Add(new Settlement(
                        vend.ReservationId, Delivered: false, "customer_left", DateTimeOffset.MinValue, Proof: null));
                }
            }
            else
            {
                world.Figures.Closed();
            }
        }
        catch (RefusalException)
        {
            world.Figures.Closed(); // nothing was held
        }

        Forget(memory.Abandoned, request);
    }

    private async Task SettleAsync(IDeviceLine line, Settlement settlement, CancellationToken ct)
    {
        var began = world.Time.GetTimestamp();
        try
        {
            var answer = settlement.Delivered
                ? await line.CommitAsync(settlement.Reservation, new CommitRequest { Evidence = settlement.Word }, ct)
                : await line.CancelAsync(settlement.Reservation, new CancelRequest { Reason = settlement.Word }, ct);
            if (settlement.Delivered) Committed(settlement, answer, world.Time.GetElapsedTime(began));
        }
        catch (RefusalException refused)
        {
            world.Witness.SawBreach(string.Create(CultureInfo.InvariantCulture,
                $"{machine} was refused to {(settlement.Delivered ? "commit" : "cancel")} its vend {settlement.Reservation}: {refused.Message}"));
        }

        Forget(memory.Settlements, settlement);
        world.Figures.Closed();
    }

    private void Committed(Settlement settlement, VendAnswer answer, TimeSpan took)
    {
        world.Figures.Commit.Add(took);
        settlement.Proof?.Told();
        if (answer.Late) world.Figures.Add(Count.Late);
        if (answer.Status is DeviceVendStatus.Committed or DeviceVendStatus.Refunded) return;
        world.Witness.SawBreach($"{machine} committed {settlement.Reservation} and was answered {answer.Status}.");
    }

    private async Task EndAsync(IDeviceLine line, CommandEnd end, CancellationToken ct)
    {
        try
        {
            await line.AcknowledgeAsync(
                end.Command, new Acknowledgement { Outcome = end.Outcome, Detail = end.Detail }, ct);
            end.Proof?.Told();
        }
        catch (RefusalException refused) when (end.Outcome is CommandOutcome.Done && end.Proof is not null)
        {
            world.Witness.SawBreach($"{machine} was refused to acknowledge {end.Command}, which it did: {refused.Message}");
        }
        catch (RefusalException)
        {
            // Settled without it meanwhile.
        }

        Forget(memory.Ends, end);
    }

    private async Task TellEventsAsync(IDeviceLine line, CancellationToken ct)
    {
        var waiting = Copy(memory.Events);
        if (waiting.Count == 0) return;
        var batch = waiting.Take(MostEvents).ToList();
        if (batch.Count > 1 && faults.Strikes(FaultKind.Reorder))
        {
            // The newer half comes first: the server sees a gap and asks for the rest.
            batch.RemoveRange(0, batch.Count / 2);
            batch.Reverse();
        }

        var answer = await line.TellAsync(new EventBatch { Events = [.. batch.Select(e => e.Event)] }, ct);
        foreach (var refused in answer.Refused)
        {
            world.Figures.Refuse("event_" + refused.Code);
            world.Witness.SawBreach($"Event {refused.Sequence} of {machine} was refused: {refused.Code} {refused.Detail}");
        }

        lock (memory.Gate)
        {
            memory.Events.RemoveAll(batch.Contains);
            foreach (var told in batch) told.Proof?.Told();
            foreach (var gap in answer.Missing)
            {
                if (memory.Events.Exists(e => e.Event.Sequence >= gap.From && e.Event.Sequence <= gap.To)) continue;
                world.Witness.SawBreach($"The server asks {machine} for events {gap.From} to {gap.To}, which it had confirmed.");
            }
        }
    }
}

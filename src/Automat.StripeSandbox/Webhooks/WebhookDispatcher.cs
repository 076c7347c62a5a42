using System.Threading.Channels;
using Automat.StripeSandbox.Misbehaviour;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;
using Microsoft.Extensions.Logging;

namespace Automat.StripeSandbox.Webhooks;

/// <summary>
/// Brings events to their destinations: those of one payment in order, different payments side by side, failures
/// again and again with growing pauses. What is not delivered is in the journal and survives a restart.
/// </summary>
internal sealed class WebhookDispatcher : IAsyncDisposable
{
    private const int Lanes = 16;
    private readonly Store store;
    private readonly FaultSwitches faults;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly WebhookSender sender;
    private readonly DeliverySchedule schedule;
    private readonly IReadOnlyList<TimeSpan> pauses;
    private readonly TimeSpan giveUpAfter;
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Channel<Waiting>[] lanes =
        [.. Enumerable.Range(0, Lanes).Select(_ => Channel.CreateUnbounded<Waiting>())]; // bounded by Limits.Events
    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;
    private int underWay;

    public WebhookDispatcher(Store store, FaultSwitches faults, SandboxOptions options, ILogger logger)
    {
        (this.store, this.faults, time, this.logger) = (store, faults, options.TimeProvider, logger);
        (pauses, giveUpAfter) = (options.RetryPauses, options.GiveUpAfter);
        sender = new WebhookSender(store, faults, time);
        schedule = new DeliverySchedule(time);
    }

    public bool Paused
    {
        get => schedule.Paused;
        set
        {
            schedule.Paused = value;
            Wake();
        }
    }

    /// <summary>Deliveries not yet sent or still to be tried again.</summary>
    public int Backlog => schedule.Count + Volatile.Read(ref underWay);

    /// <summary>Takes up what an earlier run left undelivered, and begins.</summary>
    public void Start()
    {
        var left = store.Run(tx => tx.Shelves.Newest<Delivery>()
            .Where(delivery => delivery.Status is DeliveryStatus.Waiting).Reverse().ToList());
        Enqueue(left);
        store.Sending = Enqueue;
        running = Task.WhenAll([PumpAsync(stopping.Token), .. lanes.Select(lane => SendAsync(lane, stopping.Token))]);
    }

    /// <summary>Sends everything that waits, whatever it waits for, and returns when each was tried once.</summary>
    public async Task DeliverNowAsync(CancellationToken ct)
    {
        foreach (var waiting in schedule.TakeAll()) Dispatch(waiting);
        while (Volatile.Read(ref underWay) > 0 || schedule.HasDue)
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, ct);
    }

    public async ValueTask DisposeAsync()
    {
        store.Sending = _ => { };
        await stopping.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // That is how it stops.
        }
        sender.Dispose();
        stopping.Dispose();
    }

    private void Enqueue(IReadOnlyList<Delivery> deliveries)
    {
        var now = faults.Now.Webhooks;
        foreach (var delivery in deliveries)
        {
            var delay = FaultSwitches.Applies(now, delivery.EventType) ? now.DelayMs : 0;
            schedule.Add(
                new Waiting(delivery.Id, delivery.Lane, delivery.EventType), TimeSpan.FromMilliseconds(delay));
        }
        Wake();
    }

    private void Wake() => signal.Writer.TryWrite(true);

    private async Task PumpAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            foreach (var waiting in schedule.TakeDue()) Release(waiting);
            using var until = schedule.UntilNext() is { } pause
                ? new CancellationTokenSource(pause, time) : new CancellationTokenSource();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, until.Token);
            try
            {
                await signal.Reader.ReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                // The next delivery is due.
            }
        }
    }

    private void Release(Waiting waiting)
    {
        var now = faults.Now.Webhooks;
        if (now.Reorder < 2 || !FaultSwitches.Applies(now, waiting.Type))
        {
            Dispatch(waiting);
            return;
        }
        foreach (var free in schedule.Hold(waiting, now.Reorder)) Dispatch(free with { Lane = "reordered" });
    }

    private void Dispatch(Waiting waiting)
    {
        Interlocked.Increment(ref underWay);
        var lane = (string.GetHashCode(waiting.Lane, StringComparison.Ordinal) & int.MaxValue) % Lanes;
        lanes[lane].Writer.TryWrite(waiting);
    }

    private async Task SendAsync(Channel<Waiting> lane, CancellationToken ct)
    {
        await foreach (var waiting in lane.Reader.ReadAllAsync(ct))
        {
            try
            {
                var (status, attempts) = await sender.TryAsync(waiting.Delivery, giveUpAfter, ct);
                if (status is not DeliveryStatus.Waiting) continue;
                schedule.Add(waiting, pauses[Math.Min(attempts, pauses.Count) - 1]);
                Wake();
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                logger.LogError(failure, "Webhook delivery {Delivery} failed", waiting.Delivery);
            }
            finally
            {
                Interlocked.Decrement(ref underWay);
            }
        }
    }
}

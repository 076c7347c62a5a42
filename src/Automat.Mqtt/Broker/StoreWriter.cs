using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Automat.Mqtt.Broker;

/// <summary>Brings back what a store has kept before the first client comes, and tells it what changes from then on.
/// Nothing waits for the store: where it fails, the next time carries all that is different.</summary>
internal sealed class StoreWriter(MqttBroker broker, IMqttStore store) : BackgroundService
{
    private static readonly TimeSpan LastTry = TimeSpan.FromSeconds(10);

    private readonly SessionKeeper sessions = new(broker.Sessions);
    private readonly HashSet<string> topics = new(StringComparer.Ordinal);
    private bool failing;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var now = broker.Time.GetUtcNow();
        var stored = await store.LoadAsync(cancellationToken);
        foreach (var (session, copies) in stored.Sessions)
        {
            // Who has no rights any more has no session; the next save forgets it.
            if (await broker.Gate.RecallAsync(session.Key.Identity, cancellationToken) is { } identity)
                sessions.Restore(session, copies, identity, now);
            else await store.SaveAsync(new MqttChanges([], [session.Key], [], [], [], []), cancellationToken);
        }

        foreach (var message in stored.Retained) broker.Retained.Keep(SessionKeeper.Publish(message, now));
        broker.Retained.Track();
        broker.Log.LogInformation(
            "{Sessions} sessions and {Retained} retained messages were kept", broker.Sessions.Count, broker.Retained.Count);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var limit = new CancellationTokenSource(LastTry, broker.Time);
        await SaveAsync(limit.Token);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(broker.Options.SaveInterval, broker.Time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await SaveAsync(stoppingToken);
    }

    private async Task SaveAsync(CancellationToken ct)
    {
        var (changed, ended) = (new List<MqttStoredSession>(), new List<MqttSessionKey>());
        var copies = new List<(MqttSessionKey, MqttStoredCopy)>();
        var done = new List<(MqttSessionKey, long)>();
        try
        {
            sessions.Collect(changed, ended, copies, done);
            topics.UnionWith(broker.Retained.TakeChanges());
            var retained = new List<MqttStoredMessage>();
            var cleared = new List<string>();
            foreach (var topic in topics)
            {
                if (broker.Retained.Of(topic) is { } there) retained.Add(SessionKeeper.Store(there));
                else cleared.Add(topic);
            }

            var changes = new MqttChanges(changed, ended, copies, done, retained, cleared);
            if (changes.IsEmpty) return;
            await store.SaveAsync(changes, ct);
            sessions.Commit();
            topics.Clear();
            failing = false;
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            // Said once, not at every try.
            if (!failing) broker.Log.LogError(e, "Sessions could not be kept; they are tried again");
            failing = true;
        }
    }
}

using Automat.Mqtt.Broker;

namespace Automat.Mqtt.Tests;

/// <summary>A store that outlives brokers within a test, and fails when told to.</summary>
internal sealed class MemoryStore : IMqttStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<MqttSessionKey, MqttStoredSession> sessions = [];
    private readonly Dictionary<(MqttSessionKey Key, long Sequence), MqttStoredCopy> copies = [];
    private readonly Dictionary<string, MqttStoredMessage> retained = new(StringComparer.Ordinal);

    /// <summary>It throws, keeping nothing.</summary>
    public bool Fails { get; set; }

    public int Saves { get; private set; }

    public int Copies
    {
        get
        {
            lock (gate) return copies.Count;
        }
    }

    public int Sessions
    {
        get
        {
            lock (gate) return sessions.Count;
        }
    }

    public Task<MqttStored> LoadAsync(CancellationToken ct)
    {
        lock (gate)
        {
            return Task.FromResult(new MqttStored(
                [.. sessions.Select(s => (s.Value, (IReadOnlyList<MqttStoredCopy>)[.. copies
                    .Where(c => c.Key.Key == s.Key).OrderBy(c => c.Key.Sequence).Select(c => c.Value)]))],
                [.. retained.Values]));
        }
    }

    public Task SaveAsync(MqttChanges changes, CancellationToken ct)
    {
        lock (gate)
        {
            Saves++;
            if (Fails) throw new IOException("The disk is full.");
            foreach (var key in changes.Ended)
            {
                sessions.Remove(key);
                foreach (var copy in copies.Keys.Where(c => c.Key == key).ToList()) copies.Remove(copy);
            }

            foreach (var session in changes.Sessions) sessions[session.Key] = session;
            foreach (var done in changes.Done) Assert.True(copies.Remove(done), "It was not there.");
            foreach (var (key, copy) in changes.Copies) copies[(key, copy.Sequence)] = copy;
            foreach (var message in changes.Retained) retained[message.Message.Topic] = message;
            foreach (var topic in changes.Cleared) retained.Remove(topic);
        }

        return Task.CompletedTask;
    }
}

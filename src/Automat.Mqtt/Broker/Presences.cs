using System.Collections.Concurrent;

namespace Automat.Mqtt.Broker;

/// <summary>Who is here: the connected sessions of every identity, and when each was last heard.</summary>
internal sealed class Presences
{
    private readonly ConcurrentDictionary<string, Presence> all = new(StringComparer.Ordinal);

    public Presence? Find(string identity) => all.GetValueOrDefault(identity);

    public Presence Of(string identity) => all.GetOrAdd(identity, static _ => new Presence());
}

/// <summary>The connected sessions of one identity. It stays when they go, to remember when it was last
/// heard.</summary>
internal sealed class Presence
{
    /// <summary>One for all: connections come and go rarely, and there are many of them.</summary>
    private static readonly Lock Gate = new();

    private Session[] sessions = [];
    private long heardTicks;

    /// <summary>A snapshot; replaced as a whole.</summary>
    public IReadOnlyList<Session> Sessions => Volatile.Read(ref sessions);

    public DateTimeOffset? LastHeard
    {
        get
        {
            var ticks = Volatile.Read(ref heardTicks);
            return ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
        }
    }

    public void Heard(DateTimeOffset now) => Volatile.Write(ref heardTicks, now.UtcTicks);

    public void Add(Session session)
    {
        lock (Gate) Volatile.Write(ref sessions, [.. sessions, session]);
    }

    public void Remove(Session session)
    {
        lock (Gate) Volatile.Write(ref sessions, Array.FindAll(sessions, s => s != session));
    }
}

using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Client;

/// <summary>The QoS 2 messages that came and were not released yet. They outlive the connection: what comes again is
/// not handled again. Thread-safe.</summary>
internal sealed class ReceivedOnce
{
    private readonly Lock gate = new();
    private readonly Dictionary<ushort, Entry> entries = [];

    /// <summary>Did more than this many come over the link without being released? That is beyond the receive
    /// maximum.</summary>
    public bool Exceeds(int limit, ClientLink link)
    {
        lock (gate) return entries.Count > limit && entries.Values.Count(e => e.Link == link) > limit;
    }

    /// <summary>A PUBLISH came over this link; true if it is new. Otherwise it is answered as soon as the first was
    /// handled.</summary>
    public async ValueTask<bool> ArriveAsync(ushort id, ClientLink link)
    {
        bool handled;
        lock (gate)
        {
            if (!entries.TryGetValue(id, out var known))
            {
                entries.Add(id, new Entry(link));
                return true;
            }

            known.Link = link;
            handled = known.Handled;
        }

        if (handled) await AnswerAsync(id, link);
        return false;
    }

    /// <summary>The application has it: PUBREC, over the link it last came by. If that is gone, the broker sends it
    /// again and hears it then.</summary>
    public ValueTask HandledAsync(ushort id)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(id, out var entry)) return ValueTask.CompletedTask;
            entry.Handled = true;
            return AnswerAsync(id, entry.Link);
        }
    }

    /// <summary>The application failed: if it comes again, it is new.</summary>
    public void Fail(ushort id)
    {
        lock (gate) entries.Remove(id);
    }

    /// <summary>PUBREL; false if there is nothing to release.</summary>
    public bool Release(ushort id)
    {
        lock (gate) return entries.Remove(id);
    }

    /// <summary>The broker has forgotten the session.</summary>
    public void Clear()
    {
        lock (gate) entries.Clear();
    }

    private static ValueTask AnswerAsync(ushort id, ClientLink link) =>
        link.SendAsync(new AckPacket(PacketType.PubRec, id));

    private sealed class Entry(ClientLink link)
    {
        public ClientLink Link { get; set; } = link;

        public bool Handled { get; set; }
    }
}

namespace Automat.StripeSandbox.Webhooks;

/// <summary>A delivery and the lane it must be sent in.</summary>
internal readonly record struct Waiting(string Delivery, string Lane, string Type);

/// <summary>Which deliveries wait for what: their time, the end of a pause, or company to be reordered with.</summary>
internal sealed class DeliverySchedule(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<Waiting, (long Due, long Order)> queue = new();
    private readonly List<Waiting> held = [];
    private long order;
    private bool paused;

    public bool Paused
    {
        get
        {
            lock (gate) return paused;
        }
        set
        {
            lock (gate) paused = value;
        }
    }

    /// <summary>Deliveries waiting, held ones included.</summary>
    public int Count
    {
        get
        {
            lock (gate) return queue.Count + held.Count;
        }
    }

    public bool HasDue
    {
        get
        {
            lock (gate) return !paused && queue.TryPeek(out _, out var at) && at.Due <= Now;
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public void Add(Waiting waiting, TimeSpan after)
    {
        lock (gate) queue.Enqueue(waiting, (Now + (long)after.TotalMilliseconds, order++));
    }

    /// <summary>Keeps an event back; with the last one of a batch all come out, newest first.</summary>
    public IReadOnlyList<Waiting> Hold(Waiting waiting, int batch)
    {
        lock (gate)
        {
            held.Add(waiting);
            return held.Count < batch ? [] : LetGo();
        }
    }

    /// <summary>Takes what is due, in order.</summary>
    public IReadOnlyList<Waiting> TakeDue()
    {
        var due = new List<Waiting>();
        lock (gate)
        {
            while (!paused && queue.TryPeek(out var waiting, out var at) && at.Due <= Now)
            {
                queue.Dequeue();
                due.Add(waiting);
            }
        }
        return due;
    }

    /// <summary>Takes everything, due or not, paused or not.</summary>
    public IReadOnlyList<Waiting> TakeAll()
    {
        var all = new List<Waiting>();
        lock (gate)
        {
            while (queue.TryDequeue(out var waiting, out _)) all.Add(waiting);
            all.AddRange(LetGo());
        }
        return all;
    }

    /// <summary>How long until the next is due; null when nothing is.</summary>
    public TimeSpan? UntilNext()
    {
        lock (gate)
        {
            if (paused || !queue.TryPeek(out _, out var at)) return null;
            return TimeSpan.FromMilliseconds(Math.Max(0, at.Due - Now));
        }
    }

    private List<Waiting> LetGo()
    {
        List<Waiting> free = [.. Enumerable.Reverse(held)];
        held.Clear();
        return free;
    }
}

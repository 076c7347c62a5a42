using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Storage;

/// <summary>The door to all the sandbox holds: one lock orders requests, the journal makes them durable.</summary>
internal sealed class Store : IDisposable
{
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly Journal journal = Journal.InMemory();
    private readonly FileStream? ownership;
    private readonly Shelves shelves = new();
    private readonly Dictionary<string, StoredAnswer> answers = new(StringComparer.Ordinal);
    private readonly Queue<string> answersByAge = new();
    private readonly PriorityQueue<string, long> due = new();

    /// <summary>Opens the store, with what an earlier run left in the file.</summary>
    /// <exception cref="IOException">The data file belongs to another process, or cannot be written.</exception>
    /// <exception cref="InvalidDataException">The data file is broken.</exception>
    public Store(TimeProvider time, string? dataFile)
    {
        this.time = time;
        if (dataFile is null) return;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(dataFile))!);
        ownership = new FileStream(dataFile + ".lock", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        try
        {
            JournalFile.Read(dataFile, Apply);
            shelves.Relink();
            foreach (var item in shelves.All.SelectMany(shelf => shelf.Newest(shelf.Count))) WakeFor(item);
            JournalFile.Compact(dataFile, shelves.All, answers.Values);
            journal = Journal.Append(dataFile);
        }
        catch
        {
            ownership.Dispose();
            throw;
        }
    }

    /// <summary>Called after each transaction that sends events, with their deliveries.</summary>
    public Action<IReadOnlyList<Delivery>> Sending { get; set; } = _ => { };

    /// <summary>
    /// Runs one request's work alone, writes what it changed to the journal, and returns when that is safe.
    /// </summary>
    public T Run<T>(Func<Transaction, T> work, string? requestId = null, string? idempotencyKey = null)
    {
        var transaction = new Transaction(shelves, time.GetUtcNow(), requestId, idempotencyKey);
        long position = 0;
        try
        {
            lock (gate)
            {
                try
                {
                    return work(transaction);
                }
                finally
                {
                    position = Commit(transaction);
                }
            }
        }
        finally
        {
            journal.Flush(position);
            if (transaction.Deliveries.Count > 0) Sending(transaction.Deliveries);
        }
    }

    public StoredAnswer? AnswerTo(string key)
    {
        lock (gate) return answers.GetValueOrDefault(key);
    }

    /// <summary>Objects whose time has come, each once; what they become is up to the caller.</summary>
    public IReadOnlyList<string> TakeDue(int most)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var taken = new List<string>();
        lock (gate)
        {
            while (taken.Count < most && due.TryPeek(out var id, out var at) && at <= now)
            {
                due.Dequeue();
                taken.Add(id);
            }
        }
        return taken;
    }

    public void Dispose()
    {
        journal.Dispose();
        ownership?.Dispose();
    }

    private long Commit(Transaction transaction)
    {
        if (transaction.Changed.Count == 0 && transaction.Deleted.Count == 0 && transaction.Answer is null) return 0;
        foreach (var item in transaction.Changed) WakeFor(item);
        if (transaction.Answer is { } answer) Remember(answer);
        shelves.Trim();
        return journal.IsKept
            ? journal.Append(JournalFile.Line(transaction.Changed, transaction.Deleted, transaction.Answer))
            : 0;
    }

    private void WakeFor(StripeObject item)
    {
        if (item.DueAt is { } at) due.Enqueue(item.Id, at);
    }

    private void Apply(JournalEntry entry)
    {
        foreach (var item in entry.Put) shelves.Put(item);
        foreach (var id in entry.Deleted) shelves.Forget(id);
        if (entry.Answer is { } answer) Remember(answer);
    }

    private void Remember(StoredAnswer answer)
    {
        if (answers.TryAdd(answer.Key, answer)) answersByAge.Enqueue(answer.Key);
        var oldest = (time.GetUtcNow() - Limits.AnswersKept).ToUnixTimeSeconds();
        while (answersByAge.TryPeek(out var key)
            && (answers.Count > Limits.StoredAnswers || answers[key].At < oldest))
        {
            answers.Remove(answersByAge.Dequeue());
        }
    }
}

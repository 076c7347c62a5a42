using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Automat.Domain;
using Automat.Server.Data;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Automat.Server.Journal;

/// <summary>Limits of the journal.</summary>
public sealed record JournalOptions
{
    /// <summary>Commands that may wait; beyond it callers are told to come back.</summary>
    public int QueueLimit { get; init; } = 10_000;

    /// <summary>Commands that share one commit at the most.</summary>
    public int BatchLimit { get; init; } = 256;

    /// <summary>How often a batch is tried again after the connection or a lock was lost.</summary>
    public int Retries { get; init; } = 5;
}

/// <summary>
/// The one writer of everything that moves money. Commands queue; a loop takes whatever waits, without an artificial delay,
/// and commits it together. Many vends share one wait for the disk.
/// </summary>
public sealed class Journal : BackgroundService
{
    private readonly Channel<IJournalWork> queue;
    private readonly NpgsqlDataSource database;
    private readonly Func<IEnumerable<IJournalTable>> tables;
    private readonly JournalOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<Journal> log;
    private readonly Histogram<int> sizes;
    private readonly Counter<long> accepted;
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Makes the journal; it starts with the host.</summary>
    public Journal(
        JournalDataSource database, IEnumerable<JournalTableFactory> factories, IOptions<JournalOptions> options,
        TimeProvider clock, IMeterFactory meters, ILogger<Journal> log)
    {
        this.database = database.Source;
        this.options = options.Value;
        this.clock = clock;
        this.log = log;
        JournalTableFactory[] all = [.. factories];
        tables = () => all.Select(f => f.Create());
        queue = Channel.CreateBounded<IJournalWork>(
            new BoundedChannelOptions(this.options.QueueLimit) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        var meter = meters.Create("Automat.Journal");
        sizes = meter.CreateHistogram<int>("automat.journal.batch_size", "{command}", "Commands that shared a commit");
        accepted = meter.CreateCounter<long>("automat.journal.commands", "{command}", "Commands committed or refused");
        meter.CreateObservableGauge("automat.journal.waiting", () => queue.Reader.Count, "{command}", "Commands waiting");
    }

    /// <summary>Commands waiting now.</summary>
    public int Waiting => queue.Reader.Count;

    /// <summary>Whether it takes commands.</summary>
    public bool IsRunning => !stopped.Task.IsCompleted && ExecuteTask is { IsCompleted: false };

    /// <summary>Has a command decided and committed.</summary>
    /// <returns>The command's answer, after the commit; for a repeat the first answer.</returns>
    /// <exception cref="RuleException">
    /// A rule refused the command; <c>journal_full</c> when too many wait (nothing was done: come back in a second);
    /// <c>database_unreachable</c> (an earlier try may have been booked: repeat under the same key).
    /// </exception>
    public async Task<TAnswer> ExecuteAsync<TAnswer>(JournalCommand<TAnswer> command, CancellationToken ct = default)
    {
        if (!queue.Writer.TryWrite(command))
        {
            throw new RuleException(
                stopped.Task.IsCompleted ? "shutting_down" : "journal_full",
                "Too much is waiting to be booked. Nothing was done; try again in a second.");
        }

        return await command.Answer.WaitAsync(ct);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var waiting = new List<IJournalWork>(options.BatchLimit);
        try
        {
            while (await queue.Reader.WaitToReadAsync(stoppingToken))
            {
                while (waiting.Count < options.BatchLimit && queue.Reader.TryRead(out var work)) waiting.Add(work);
                await CommitAsync(waiting);
                waiting.Clear();
                // Who was just answered may have more to say, and is let speak before the next batch is closed: no time
                // is waited, only the queue of this thread is worked off, and the batches become twice as large.
                await Task.Yield();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Asked to stop: what already waits is still committed below, later callers are turned away.
        }

        stopped.TrySetResult();
        queue.Writer.TryComplete();
        while (queue.Reader.TryRead(out var rest)) waiting.Add(rest);
        foreach (var chunk in waiting.Chunk(options.BatchLimit)) await CommitAsync(chunk);
    }

    private async Task CommitAsync(IReadOnlyList<IJournalWork> commands)
    {
        for (var attempt = 0; ; attempt++)
        {
            var reached = false;
            try
            {
                // Not cancelled by shutdown: an answer is given for every command that was taken.
                await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
                reached = true;
                await new JournalBatch(commands, tables()).RunAsync(connection, clock.GetUtcNow(), CancellationToken.None);
                sizes.Record(commands.Count);
                accepted.Add(commands.Count);
                return;
            }
            catch (NpgsqlException error) when (error.IsTransient && attempt < options.Retries)
            {
                // Whether the commit arrived is not known; the keys make a second try safe.
                log.LogWarning("Journal batch of {Count} is tried again: {Reason}", commands.Count, error.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(20 << attempt), clock, CancellationToken.None);
            }
            catch (NpgsqlException error) when (!reached)
            {
                // No command's fault: trying the halves would only keep everybody waiting.
                log.LogError(error, "The database cannot be reached; {Count} commands are given back", commands.Count);
                foreach (var command in commands) command.Fail(Unreachable());
                return;
            }
            catch (Exception error) when (commands.Count > 1)
            {
                log.LogWarning("Journal batch of {Count} failed, its halves are tried: {Reason}",
                    commands.Count, error.Message);
                var half = commands.Count / 2;
                await CommitAsync([.. commands.Take(half)]);
                await CommitAsync([.. commands.Skip(half)]);
                return;
            }
            catch (Exception error)
            {
                log.LogError(error, "Journal command {Key} failed", commands[0].Key);
                commands[0].Fail(Explain(error));
                return;
            }
        }
    }

    private static RuleException Unreachable() => new(
        "database_unreachable", "The books cannot be reached at the moment. Please repeat the same request in a while.");

    private static Exception Explain(Exception error) => error is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
        ? new RuleException("changed_meanwhile", "Somebody else changed this at the same moment. Please repeat.")
        : error;
}

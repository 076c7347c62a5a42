using System.Threading.Channels;
using Automat.Domain;
using Automat.Server.Data;
using Npgsql;

namespace Automat.Server.Devices;

/// <summary>
/// Every nonce is used once. What changes something waits until its nonce is in the database, where all nodes and the next
/// start find it; many share one commit. What only reads is checked in memory and written down afterwards.
/// </summary>
internal sealed class NonceBook(CrossingDataSource database, TimeProvider clock, ILogger<NonceBook> log) : BackgroundService
{
    private const int QueueLimit = 5_000;
    private const int BatchLimit = 500;

    private readonly RecentNonces recent = new(clock);
    private readonly Channel<Waiting> queue =
        Channel.CreateBounded<Waiting>(new BoundedChannelOptions(QueueLimit) { SingleReader = true });
    private readonly Channel<SpentNonce> behind =
        Channel.CreateBounded<SpentNonce>(new BoundedChannelOptions(QueueLimit) { SingleReader = true });

    /// <summary>Spends the nonce of a request that changes something; returns when it is durable.</summary>
    public async ValueTask<Spending> SpendAsync(SpentNonce nonce, CancellationToken ct)
    {
        var waiting = new Waiting(nonce);
        return queue.Writer.TryWrite(waiting) ? await waiting.Answer.Task.WaitAsync(ct) : Spending.Full;
    }

    /// <summary>
    /// Spends the nonce of a request that only reads. Writing it down may be skipped under load: a replay would show again
    /// what was shown, and nothing else.
    /// </summary>
    public Spending SpendInMemory(SpentNonce nonce)
    {
        var spent = recent.Add(nonce);
        if (spent is Spending.Fresh) behind.Writer.TryWrite(nonce);
        return spent;
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // What was only read within the last minutes stays spent over a restart.
        var since = clock.GetUtcNow() - NonceSweep.Kept;
        await using var command = database.Source.CreateCommand(
            "select machine_id, nonce, signed_at from device_nonces where seen_at > $1 order by seen_at desc limit 200000");
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = since });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            recent.Add(new SpentNonce(
                MachineId.Parse(reader.GetString(0)), default, reader.GetGuid(1),
                reader.GetFieldValue<DateTimeOffset>(2).ToUnixTimeSeconds()));
        }

        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(WriteAsync(stoppingToken), WriteBehindAsync(stoppingToken));

    private async Task WriteAsync(CancellationToken ct)
    {
        var batch = new List<Waiting>(BatchLimit);
        try
        {
            while (await queue.Reader.WaitToReadAsync(ct))
            {
                while (batch.Count < BatchLimit && queue.Reader.TryRead(out var waiting)) batch.Add(waiting);
                await SpendAsync(batch);
                batch.Clear();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            queue.Writer.TryComplete();
            while (queue.Reader.TryRead(out var rest)) rest.Answer.TrySetResult(Spending.Full);
        }
    }

    private async Task SpendAsync(List<Waiting> batch)
    {
        try
        {
            var fresh = await InsertAsync([.. batch.Select(w => w.Nonce)]);
            // The first of two alike in one batch was first; the second one is a repeat.
            foreach (var waiting in batch)
            {
                var first = fresh.Remove((waiting.Nonce.Machine.Value, waiting.Nonce.Nonce));
                waiting.Answer.TrySetResult(first ? Spending.Fresh : Spending.Reused);
            }
        }
        catch (NpgsqlException error)
        {
            log.LogError(error, "{Count} nonces could not be written down; their requests are refused", batch.Count);
            foreach (var waiting in batch) waiting.Answer.TrySetResult(Spending.Unreachable);
        }
    }

    /// <summary>
    /// At most so many every quarter of a second: reading costs the database next to nothing, however much is read.
    /// </summary>
    private async Task WriteBehindAsync(CancellationToken ct)
    {
        var batch = new List<SpentNonce>(BatchLimit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                while (batch.Count < BatchLimit && behind.Reader.TryRead(out var nonce)) batch.Add(nonce);
                await KeepAsync(batch);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            while (behind.Reader.TryRead(out var nonce)) batch.Add(nonce);
            await KeepAsync(batch);
        }
    }

    private async Task KeepAsync(List<SpentNonce> batch)
    {
        if (batch.Count == 0) return;
        try
        {
            await InsertAsync(batch);
            batch.Clear();
        }
        catch (NpgsqlException error)
        {
            log.LogWarning("{Count} nonces of readers could not be written down: {Reason}", batch.Count, error.Message);
        }
    }

    private async Task<HashSet<(string, Guid)>> InsertAsync(IReadOnlyList<SpentNonce> nonces)
    {
        await using var connection = await database.Source.OpenConnectionAsync(CancellationToken.None);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(
            Sql.Of("insert into device_nonces (machine_id, nonce, organization_id, signed_at, seen_at) "
                    + "select m, n, o, s, $5 from unnest($1, $2, $3, $4) as x(m, n, o, s) order by m, n "
                    + "on conflict do nothing returning machine_id, nonce")
                .Column(NpgsqlTypes.NpgsqlDbType.Text, nonces, n => n.Machine.Value)
                .Column(NpgsqlTypes.NpgsqlDbType.Uuid, nonces, n => n.Nonce)
                .Column(NpgsqlTypes.NpgsqlDbType.Uuid, nonces, n => n.Organization.Value)
                .Column(NpgsqlTypes.NpgsqlDbType.TimestampTz, nonces, n => DateTimeOffset.FromUnixTimeSeconds(n.Time))
                .Value(clock.GetUtcNow().ToUniversalTime()));
        var fresh = new HashSet<(string, Guid)>();
        await using var reader = await batch.ExecuteReaderAsync();
        while (await reader.ReadAsync()) fresh.Add((reader.GetString(0), reader.GetGuid(1)));
        return fresh;
    }

    private sealed record Waiting(SpentNonce Nonce)
    {
        public TaskCompletionSource<Spending> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

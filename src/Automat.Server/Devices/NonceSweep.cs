using Automat.Server.Data;
using Automat.Server.Platform;
using Npgsql;

namespace Automat.Server.Devices;

/// <summary>Removes nonces that can no longer be replayed, in small batches.</summary>
internal sealed class NonceSweep(CrossingDataSource database, TimeProvider clock, ILogger<NonceSweep> log) : BackgroundService
{
    /// <summary>How long a nonce is kept: longer than the two minutes in which its timestamp can pass.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(300);

    private const int BatchSize = 1_000;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunLaterAsync(
        clock, TimeSpan.FromSeconds(20),
        async ct =>
        {
            while (await SweepAsync(ct) == BatchSize)
            {
                // A full batch: there may be more.
            }
        },
        error => log.LogWarning("Old nonces could not be removed; tried again: {Reason}", error.Message), stoppingToken);

    /// <summary>Removes one batch; returns how many there were.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(
            "delete from device_nonces where (machine_id, nonce) in "
                + $"(select machine_id, nonce from device_nonces where seen_at < $1 limit {BatchSize} for update skip locked)");
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() - Kept });
        return await command.ExecuteNonQueryAsync(ct);
    }
}

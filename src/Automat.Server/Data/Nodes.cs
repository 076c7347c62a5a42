using System.Security.Cryptography;
using Npgsql;

namespace Automat.Server.Data;

/// <summary>This process among the nodes that work on one database.</summary>
/// <param name="Number">Its number, drawn anew at each start.</param>
public sealed record Node(int Number)
{
    /// <summary>The session setting that carries the number, for triggers that say who did something.</summary>
    internal const string Setting = "automat.node";

    /// <summary>A node that was just started.</summary>
    public static Node Draw() => new(RandomNumberGenerator.GetInt32(1, int.MaxValue));
}

/// <summary>
/// Which nodes live. Each holds a lock under its number on a connection of its own; the database takes the lock away when the
/// process or its machine is gone, so nobody has to keep a clock or a list.
/// </summary>
public sealed class Nodes : BackgroundService
{
    /// <summary>The first half of the lock's key; the second is the node's number.</summary>
    private const int LockClass = 0x6E6F6465;

    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(1);

    private readonly ServingDataSource database;
    private readonly Node own;
    private readonly TimeProvider clock;
    private readonly ILogger<Nodes> log;
    private readonly TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Made by the container.</summary>
    public Nodes(ServingDataSource database, Node own, TimeProvider clock, ILogger<Nodes> log)
    {
        this.database = database;
        this.own = own;
        this.clock = clock;
        this.log = log;
    }

    /// <summary>Returns once the others can see this node: before that it must take nothing in hand.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        await held.Task.WaitAsync(cancellationToken);
    }

    /// <summary>The numbers of all nodes that live now.</summary>
    public async Task<IReadOnlySet<int>> AliveAsync(CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(
            "select objid::bigint::integer from pg_locks where locktype = 'advisory' and classid = $1::bigint::oid "
            + "and objsubid = 2 and granted and database = (select oid from pg_database where datname = current_database())");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = LockClass });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var alive = new HashSet<int> { own.Number };
        while (await reader.ReadAsync(ct)) alive.Add(reader.GetInt32(0));
        return alive;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await HoldAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost) when (lost is NpgsqlException or IOException or TimeoutException)
            {
                log.LogWarning("The other nodes cannot see this one: {Reason}", lost.Message);
            }

            try
            {
                await Task.Delay(TryAgain, clock, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task HoldAsync(CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        await using (var hold = new NpgsqlCommand(
            // The network has to tell the database when this machine is gone; over a local socket these say nothing.
            "select set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false), "
            + $"set_config('tcp_keepalives_count', '3', false), pg_advisory_lock_shared({LockClass}, {own.Number})",
            connection))
        {
            await hold.ExecuteNonQueryAsync(ct);
        }

        held.TrySetResult();
        while (true) await connection.WaitAsync(ct); // ends with the connection, and the lock with it
    }
}

using Automat.Domain;
using Automat.Server.Data;
using Npgsql;

namespace Automat.Server.Machines;

/// <summary>
/// Tells this node which machines were changed or have something to do, on whichever node: the database announces it with the
/// change itself. Once it can be heard again after a break, everything remembered is forgotten; until then it ages by itself
/// within seconds.
/// </summary>
public sealed class MachineChanges : BackgroundService
{
    internal const string Changed = "machines_changed";
    internal const string ToBeClosed = "machines_closed";
    internal const string Commanded = "machines_commanded";

    private static readonly TimeSpan ListenAgain = TimeSpan.FromSeconds(1);

    private readonly ServingDataSource database;
    private readonly TimeProvider clock;
    private readonly ILogger<MachineChanges> log;
    private readonly List<Action<MachineId?>> changed = [];
    private readonly List<Action<MachineId>> closed = [];
    private readonly List<Action<MachineId?>> commanded = [];
    private readonly string own;
    private volatile bool hears;

    /// <summary>Made by the container.</summary>
    public MachineChanges(ServingDataSource database, Node node, TimeProvider clock, ILogger<MachineChanges> log)
    {
        own = node.Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        this.database = database;
        this.clock = clock;
        this.log = log;
    }

    /// <summary>Counts the changes heard of: what was read before one must not be remembered after it.</summary>
    internal long Count => Interlocked.Read(ref count);

    private long count;

    /// <summary>Has somebody told which machine was changed; null when any may have been. Listeners are quick.</summary>
    public void WhenChanged(Action<MachineId?> listener)
    {
        lock (changed) changed.Add(listener);
    }

    /// <summary>Has somebody told which machine lost its right to be connected. Listeners are quick.</summary>
    public void WhenClosed(Action<MachineId> listener)
    {
        lock (closed) closed.Add(listener);
    }

    /// <summary>Whether what other nodes do is heard of right now.</summary>
    public bool Hears => hears;

    /// <summary>
    /// Has somebody told for which machine another node wrote a command down; null when for any it may have. Listeners are
    /// quick.
    /// </summary>
    public void WhenCommanded(Action<MachineId?> listener)
    {
        lock (commanded) commanded.Add(listener);
    }

    /// <summary>This node has just changed a machine: it need not wait for the database to say so.</summary>
    public void Tell(MachineId? machine)
    {
        Interlocked.Increment(ref count);
        Action<MachineId?>[] all;
        lock (changed) all = [.. changed];
        foreach (var listener in all) listener(machine);
    }

    /// <summary>This node has just taken a machine's right to be connected.</summary>
    public void TellClosed(MachineId machine)
    {
        Tell(machine);
        Action<MachineId>[] all;
        lock (closed) all = [.. closed];
        foreach (var listener in all) listener(machine);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception lost) when (lost is NpgsqlException or IOException or TimeoutException)
            {
                hears = false;
                // What is remembered stays for its few seconds: a machine must not be a stranger because the database is gone.
                log.LogWarning("Changes of machines cannot be heard of: {Reason}", lost.Message);
                try
                {
                    await Task.Delay(ListenAgain, clock, stoppingToken);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        }
    }

    private async Task ListenAsync(CancellationToken ct)
    {
        await using var connection = await database.Source.OpenConnectionAsync(ct);
        connection.Notification += (_, told) =>
        {
            // "machine" or, where the teller is to be known, "machine node".
            var words = told.Payload.Split(' ');
            if (!MachineId.TryParse(words[0], out var machine)) return;
            if (told.Channel == ToBeClosed) TellClosed(machine);
            else if (told.Channel == Changed) Tell(machine);
            else if (words is not [_, var node] || node != own) TellCommanded(machine);
        };
        await using (var listen = new NpgsqlCommand(
            $"listen {Changed}; listen {ToBeClosed}; listen {Commanded}", connection))
        {
            await listen.ExecuteNonQueryAsync(ct);
        }

        hears = true;
        Tell(null); // whatever changed before we listened
        TellCommanded(null);
        while (true) await connection.WaitAsync(ct);
    }

    private void TellCommanded(MachineId? machine)
    {
        Action<MachineId?>[] all;
        lock (commanded) all = [.. commanded];
        foreach (var listener in all) listener(machine);
    }
}

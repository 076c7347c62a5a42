using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Automat.Server.Vends;

/// <summary>What a machine's own counter of sales said before a sale began.</summary>
internal sealed record NotedCounter
{
    public required Id<Vend> VendId { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required MachineId MachineId { get; init; }

    public required long Value { get; init; }

    /// <summary>When the machine said so.</summary>
    public required DateTimeOffset ToldAt { get; init; }
}

/// <summary>
/// Clears up doubts by the machine's counter of sales: one more than before the sale, and nothing else was sold meanwhile,
/// means delivered; the same although the machine is idle again means not. Anything else leaves the doubt.
/// </summary>
public sealed class VendCounters
{
    /// <summary>The counter that is looked at: sales since the machine was made.</summary>
    public const string Counter = "vends";

    private readonly CrossingDataSource database;
    private readonly IServiceScopeFactory scopes;
    private readonly Journal.Journal journal;
    private readonly MachineStatuses statuses;
    private readonly VendSignals signals;

    /// <summary>Made by the container.</summary>
    public VendCounters(IServiceProvider services)
    {
        database = services.GetRequiredService<CrossingDataSource>();
        scopes = services.GetRequiredService<IServiceScopeFactory>();
        journal = services.GetRequiredService<Journal.Journal>();
        statuses = services.GetRequiredService<MachineStatuses>();
        signals = services.GetRequiredService<VendSignals>();
    }

    /// <summary>A sale begins: what the machine's counter last said is kept. Nothing for machines that do not count.</summary>
    public async Task NoteAsync(Machine machine, Id<Vend> vend, CancellationToken ct)
    {
        if (statuses.Of(machine.Id).Counted(Counter) is not var (value, told)) return;
        await using var command = database.Source.CreateCommand(
            "insert into vend_counters (vend_id, organization_id, machine_id, value, told_at) values ($1, $2, $3, $4, $5) "
            + "on conflict (vend_id) do nothing");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = vend.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = machine.OrganizationId.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = machine.Id.Value });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = value });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = told });
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>A machine told its counters.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="counters">By name.</param>
    /// <param name="idle">It serves nobody at this moment.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The sale that was cleared up; null when none was.</returns>
    public async Task<Id<Vend>?> HeardAsync(
        Machine machine, IReadOnlyDictionary<string, long> counters, bool idle, CancellationToken ct)
    {
        if (!counters.TryGetValue(Counter, out var value)) return null;
        await using var scope = scopes.CreateScopeOf(machine.OrganizationId);
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var open = await db.Set<Vend>().AsNoTracking()
            .Where(v => v.Machine == machine.Id && v.Status == VendStatus.Unknown).Take(2).ToListAsync(ct);
        if (open is not [var vend]) return null; // of two doubts a counter cannot tell which it counted
        var noted = await db.Set<NotedCounter>().AsNoTracking().SingleOrDefaultAsync(n => n.VendId == vend.Id, ct);
        if (noted is null) return null;
        var sold = await db.Set<Vend>().CountAsync(
            v => v.Machine == machine.Id && v.Id != vend.Id && v.Delivered > 0 && v.SettledAt >= noted.ToldAt, ct);
        var more = value - noted.Value - sold;
        Settlement? settlement = more switch
        {
            1 when vend.Lines.Sum(l => l.Pieces) == 1 => Settlement.Commit,
            0 when idle => Settlement.Cancel,
            _ => null,
        };
        if (settlement is not { } how) return null;
        var command = await db.Set<MachineCommand>().Where(c => c.VendId == vend.Id).Select(c => (Id<MachineCommand>?)c.Id)
            .FirstOrDefaultAsync(ct);
        await journal.ExecuteAsync(
            new SettleVend(vend.Id, how, "counted", signals) { Organization = vend.Organization, Command = command }, ct);
        return vend.Id;
    }
}

using System.Collections.Concurrent;
using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines;

/// <summary>
/// Machines by their id, remembered for a short while: every message of a machine asks for it, and a machine changes rarely.
/// </summary>
public sealed class MachineDirectory(IServiceScopeFactory scopes, TimeProvider clock)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<MachineId, (Machine Machine, DateTimeOffset Until)> known = new();

    /// <summary>A machine; null when there is none of that id.</summary>
    public async ValueTask<Machine?> FindAsync(MachineId id, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (known.TryGetValue(id, out var entry) && entry.Until > now) return entry.Machine;

        await using var scope = scopes.CreateAsyncScope();
        var machine = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Machine>().AsNoTracking()
            .SingleOrDefaultAsync(m => m.Id == id, ct);
        if (machine is null) known.TryRemove(id, out _);
        else known[id] = (machine, now + Remembered);
        return machine;
    }

    /// <summary>A machine.</summary>
    /// <exception cref="RuleException"><c>machine_unknown</c> when there is none of that id.</exception>
    public async ValueTask<Machine> GetAsync(MachineId id, CancellationToken ct) =>
        await FindAsync(id, ct) ?? throw new RuleException("machine_unknown", $"There is no machine '{id}'.");

    /// <summary>All machines of a driver.</summary>
    public async Task<IReadOnlyList<Machine>> OfDriverAsync(string driver, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Machine>().AsNoTracking()
            .Where(m => m.Driver == driver && m.State != MachineState.Retired).OrderBy(m => m.CreatedAt).ThenBy(m => m.Id)
            .ToListAsync(ct);
    }
}

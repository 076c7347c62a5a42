using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>Which configuration a machine was last sent; what it works with it says itself.</summary>
internal sealed record SentConfig
{
    /// <summary>The machine.</summary>
    public required MachineId MachineId { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Names the configuration.</summary>
    public required string Version { get; init; }

    /// <summary>When it was sent.</summary>
    public required DateTimeOffset SentAt { get; init; }
}

/// <summary>Notes which configuration went to which machine: one row for each, written when one is really sent.</summary>
internal sealed class SentConfigs(CrossingDataSource database, IServiceScopeFactory scopes, TimeProvider clock)
{
    /// <summary>The last one a machine was sent; null when none was.</summary>
    public async Task<SentConfig?> LastAsync(Machine machine, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeOf(machine.OrganizationId);
        return await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<SentConfig>().AsNoTracking()
            .SingleOrDefaultAsync(c => c.MachineId == machine.Id, ct);
    }

    /// <summary>The configuration is on its way.</summary>
    public async Task NoteAsync(Machine machine, ConfigDocument document, CancellationToken ct)
    {
        await using var command = database.Source.CreateCommand(
            "insert into machine_configs_sent (machine_id, organization_id, version, sent_at) values ($1, $2, $3, $4) "
            + "on conflict (machine_id) do update set version = excluded.version, sent_at = excluded.sent_at");
        command.Parameters.Add(new Npgsql.NpgsqlParameter<string> { TypedValue = machine.Id.Value });
        command.Parameters.Add(new Npgsql.NpgsqlParameter<Guid> { TypedValue = machine.OrganizationId.Value });
        command.Parameters.Add(new Npgsql.NpgsqlParameter<string> { TypedValue = document.Version });
        command.Parameters.Add(new Npgsql.NpgsqlParameter<DateTime> { TypedValue = clock.GetUtcNow().UtcDateTime });
        await command.ExecuteNonQueryAsync(ct);
    }
}

using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.Arcade;

/// <summary>Whether a game is running at a cabinet, as far as it told us.</summary>
internal sealed class Cabinet
{
    /// <summary>The cabinet.</summary>
    public required MachineId MachineId { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>When the last game ended; null when none has yet.</summary>
    public DateTimeOffset? GameOverAt { get; private set; }

    /// <summary>A game has ended.</summary>
    public void GameOver(DateTimeOffset now) => GameOverAt = now;
}

internal sealed class ArcadeTables : ITables
{
    public void Map(ModelBuilder model) => model.Entity<Cabinet>(cabinet =>
    {
        cabinet.ToTable("cabinets");
        cabinet.IsNotAudited("What a cabinet tells of itself.");
        cabinet.HasKey(c => c.MachineId);
        cabinet.Property(c => c.OrganizationId).IsId();
    });
}

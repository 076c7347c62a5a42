using Microsoft.EntityFrameworkCore;

namespace Automat.Architecture.Tests.Twins.Island;

/// <summary>An entity of this module.</summary>
public sealed record Note(int Id, string Text);

/// <summary>Climbs where it must not.</summary>
public static class Climber
{
    public static object Climb() => Roof.Beam.Build();
}

/// <summary>Its mapping.</summary>
internal static class NoteTables
{
    public static void Map(ModelBuilder model) => model.Entity<Note>(note => note.ToTable("island_notes", t => t.HasComment("-")));
}

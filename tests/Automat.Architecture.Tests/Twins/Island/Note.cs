using Microsoft.EntityFrameworkCore;

namespace Automat.Architecture.Tests.Twins.Island;

/// <summary>An entity of this module.</summary>
public sealed record Note(int Id, string Text);

/// <summary>Its mapping.</summary>
internal static class NoteTables
{
    public static void Map(ModelBuilder model) => model.Entity<Note>(note => note.ToTable("island_notes", t => t.HasComment("-")));
}

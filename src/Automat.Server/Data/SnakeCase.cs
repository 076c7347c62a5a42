using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Automat.Server.Data;

/// <summary>Names tables, columns, keys and indexes the way PostgreSQL people write them.</summary>
internal static class SnakeCase
{
    public static void Apply(ModelBuilder model)
    {
        foreach (var entity in model.Model.GetEntityTypes())
        {
            if (entity.IsMappedToJson()) continue; // a document inside a column, not columns
            if (entity.GetTableName() is { } table) entity.SetTableName(Of(table));
            Name(entity);
            foreach (var key in entity.GetKeys()) key.SetName(Of(key.GetName()!));
            foreach (var key in entity.GetForeignKeys()) key.SetConstraintName(Of(key.GetConstraintName()!));
            foreach (var index in entity.GetIndexes()) index.SetDatabaseName(Of(index.GetDatabaseName()!));
        }
    }

    public static string Of(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            var startsWord = char.IsUpper(c) && i > 0 && name[i - 1] != '_'
                && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (startsWord) text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }

    private static void Name(IMutableTypeBase type)
    {
        foreach (var property in type.GetProperties())
        {
            // A column named by hand keeps its name.
            if (property.FindAnnotation(RelationalAnnotationNames.ColumnName) is null)
            {
                property.SetColumnName(Of(property.Name));
            }
        }

        foreach (var complex in type.GetComplexProperties()) Name(complex.ComplexType);
    }
}

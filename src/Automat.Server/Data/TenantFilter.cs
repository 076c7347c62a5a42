using System.Linq.Expressions;
using System.Reflection;
using Automat.Domain;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Data;

/// <summary>
/// Gives every entity with an organisation a filter on it. Found by the type of the property, so that a new table cannot be
/// forgotten.
/// </summary>
internal static class TenantFilter
{
    /// <summary>Lays the filter over the whole model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="seesAll">Whether the context at hand sees all rows; a member of the context, read at each query.</param>
    /// <param name="organization">Whose rows it sees; likewise.</param>
    public static void Apply(
        ModelBuilder model, Expression<Func<bool>> seesAll, Expression<Func<Id<Organization>>> organization)
    {
        foreach (var entity in model.Model.GetEntityTypes())
        {
            if (entity.ClrType.IsDefined(typeof(BelongsToNoTenantAttribute), inherit: false)) continue;
            if (OwnerOf(entity.ClrType) is not { } owner) continue;
            var row = Expression.Parameter(entity.ClrType, "row");
            var own = Expression.Equal(
                Expression.Property(row, owner), Expression.Convert(organization.Body, owner.PropertyType));
            entity.SetQueryFilter(Expression.Lambda(Expression.OrElse(seesAll.Body, own), row));
        }
    }

    /// <summary>The property that says whose a row is; an organisation's own row is its own.</summary>
    private static PropertyInfo? OwnerOf(Type entity) => entity
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .SingleOrDefault(p => p.PropertyType == typeof(Id<Organization>) || p.PropertyType == typeof(Id<Organization>?));
}

using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Catalog;

/// <summary>A shelf products stand on. Products, sales and the limits of chips know it by its name.</summary>
internal sealed record Category
{
    public required Id<Category> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Unique in the organisation.</summary>
    public required string Name { get; init; }

    /// <summary>When it was put away; null while products can be put on it.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }
}

/// <summary>Makes sure that the shelf a product is put on is there.</summary>
internal static class Shelves
{
    /// <summary>
    /// Adds the category where there is none of that name, and brings an archived one back. The organisation is locked, so
    /// that two at once do not make two of it. Saved with the caller's own save, in the caller's transaction.
    /// </summary>
    public static async Task EnsureCategoryAsync(
        this AutomatDb db, Id<Organization> organization, string name, DateTimeOffset now, CancellationToken ct)
    {
        if (db.Set<Category>().Local.Any(c => c.Name == name)) return;
        if (await db.Set<Category>().AsNoTracking().SingleOrDefaultAsync(c => c.OrganizationId == organization && c.Name == name, ct)
            is { } known)
        {
            if (known.ArchivedAt is not null) db.Replace(known, known with { ArchivedAt = null });
            return;
        }

        await db.LockCatalogAsync(organization, ct);
        if (await db.Set<Category>().AnyAsync(c => c.OrganizationId == organization && c.Name == name, ct)) return;
        db.Add(new Category { Id = Id<Category>.New(now), OrganizationId = organization, Name = name });
    }

    /// <summary>Until the caller's transaction ends nobody else numbers products or names categories here.</summary>
    public static Task LockCatalogAsync(this AutomatDb db, Id<Organization> organization, CancellationToken ct) =>
        db.Database.ExecuteSqlAsync($"select 1 from organizations where id = {organization.Value} for update", ct);
}

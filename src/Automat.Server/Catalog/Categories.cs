using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Automat.Server.Catalog;

/// <summary>Whatever else knows categories by their names: such a one must not get another name behind its back.</summary>
public interface ICategoryUse
{
    /// <summary>Whether the category's name stands anywhere there.</summary>
    Task<bool> NamesAsync(Id<Organization> organization, string category, CancellationToken ct);
}

/// <summary>A category as staff write it.</summary>
/// <param name="Name">At most 60 characters.</param>
/// <param name="Archived">Whether products can no longer be put on it.</param>
internal sealed record CategoryRequest(string? Name = null, bool? Archived = null);

/// <summary>A category as staff see it.</summary>
public sealed record CategoryAnswer(Guid Id, string Name, bool Archived, int Products);

/// <summary>What staff do with categories.</summary>
internal sealed class Categories(AutomatDb db, IEnumerable<ICategoryUse> uses, TimeProvider clock)
{
    /// <summary>An organisation has at most so many.</summary>
    public const int Most = 500;

    public static void Map(IEndpointRouteBuilder categories)
    {
        categories.MapGet("", async (Categories all, ClaimsPrincipal caller, CancellationToken ct) =>
                TypedResults.Ok(new { items = await all.ListAsync(caller.OrganizationOf(), ct) }))
            .RequirePermission(Permission.CatalogRead).WithName("ListCategories").WithSummary("List the categories of products");
        categories.MapPost("", async (CategoryRequest request, Categories all, ClaimsPrincipal caller, CancellationToken ct) =>
            {
                var id = await all.AddAsync(caller.OrganizationOf(), request.Name, ct);
                return TypedResults.Created($"/api/v1/categories/{id}", new { id = id.Value });
            })
            .RequirePermission(Permission.CatalogWrite).WithName("NewCategory").WithSummary("Add a category");
        categories.MapPatch("/{id:guid}", async (
                Guid id, CategoryRequest request, Categories all, ClaimsPrincipal caller, CancellationToken ct) =>
            {
                await all.ChangeAsync(caller.OrganizationOf(), id, request, ct);
                return TypedResults.NoContent();
            })
            .RequirePermission(Permission.CatalogWrite).WithName("ChangeCategory").WithSummary("Rename a category, or put it away");
        categories.MapDelete("/{id:guid}", async (Guid id, Categories all, ClaimsPrincipal caller, CancellationToken ct) =>
            {
                await all.RemoveAsync(caller.OrganizationOf(), id, ct);
                return TypedResults.NoContent();
            })
            .RequirePermission(Permission.CatalogWrite).WithName("RemoveCategory").WithSummary("Remove a category no product stands on");
    }

    /// <summary>All of them by name, with how many products each has.</summary>
    public async Task<IReadOnlyList<CategoryAnswer>> ListAsync(Id<Organization> organization, CancellationToken ct)
    {
        var all = await db.Set<Category>().AsNoTracking().Where(c => c.OrganizationId == organization)
            .OrderBy(c => c.Name).Take(Most).ToListAsync(ct);
        var counts = await db.Set<Product>().Where(p => p.OrganizationId == organization)
            .GroupBy(p => p.Category).Select(g => new { Category = g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Category, g => g.Count, StringComparer.Ordinal, ct);
        return [.. all.Select(c => new CategoryAnswer(c.Id.Value, c.Name, c.ArchivedAt is not null, counts.GetValueOrDefault(c.Name)))];
    }

    /// <summary>Adds one.</summary>
    /// <exception cref="FieldsException"><c>category_invalid</c>.</exception>
    public async Task<Id<Category>> AddAsync(Id<Organization> organization, string? name, CancellationToken ct)
    {
        var plain = Sound(name);
        if (await db.Set<Category>().CountAsync(c => c.OrganizationId == organization, ct) >= Most)
        {
            throw Wrong($"There are at most {Most} categories.");
        }

        var category = new Category { Id = Id<Category>.New(clock.GetUtcNow()), OrganizationId = organization, Name = plain };
        db.Add(category);
        db.Note(organization, "category.added", "category", category.Id.ToString());
        await SaveAsync(ct);
        return category.Id;
    }

    /// <summary>Renames one with all its products, puts it away or takes it back.</summary>
    /// <exception cref="RuleException">
    /// <c>category_unknown</c>; <c>category_named</c> where limits of chips name it: they would no longer hold.
    /// </exception>
    /// <exception cref="FieldsException"><c>category_invalid</c>.</exception>
    public async Task ChangeAsync(Id<Organization> organization, Guid id, CategoryRequest request, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockCatalogAsync(organization, ct);
        var category = await FindAsync(organization, id, ct);
        var name = request.Name is null ? category.Name : Sound(request.Name);
        if (name != category.Name)
        {
            foreach (var use in uses)
            {
                if (await use.NamesAsync(organization, category.Name, ct))
                {
                    throw new RuleException("category_named", $"Limits of chips name {category.Name}: change them first.");
                }
            }

            var products = await db.Set<Product>().Where(p => p.OrganizationId == organization && p.Category == category.Name).ToListAsync(ct);
            foreach (var product in products) db.Entry(product).Property(p => p.Category).CurrentValue = name;
        }

        db.Entry(category).CurrentValues.SetValues(category with
        {
            Name = name,
            ArchivedAt = request.Archived switch
            {
                null => category.ArchivedAt,
                true => category.ArchivedAt ?? clock.GetUtcNow().ToUniversalTime(),
                false => null,
            },
        });
        if (db.ChangeTracker.HasChanges())
        {
            db.Note(organization, "category.changed", "category", category.Id.ToString());
            await SaveAsync(ct);
        }

        await transaction.CommitAsync(ct);
    }

    /// <summary>Removes one no product stands on.</summary>
    /// <exception cref="RuleException"><c>category_unknown</c>, <c>category_in_use</c>.</exception>
    public async Task RemoveAsync(Id<Organization> organization, Guid id, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockCatalogAsync(organization, ct); // so that no product is put on it meanwhile
        var category = await FindAsync(organization, id, ct);
        if (await db.Set<Product>().AnyAsync(p => p.OrganizationId == organization && p.Category == category.Name, ct))
        {
            throw new RuleException("category_in_use", $"Products stand on {category.Name}.");
        }

        db.Remove(category);
        db.Note(organization, "category.removed", "category", category.Id.ToString());
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private async Task<Category> FindAsync(Id<Organization> organization, Guid id, CancellationToken ct)
    {
        var wanted = new Id<Category>(id);
        return await db.Set<Category>().SingleOrDefaultAsync(c => c.Id == wanted && c.OrganizationId == organization, ct)
            ?? throw new RuleException("category_unknown", "There is no such category.");
    }

    private async Task SaveAsync(CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException taken) when (taken.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw Wrong("There is a category of this name.");
        }
    }

    private static string Sound(string? name) => name?.Trim() is { Length: > 0 and <= 60 } plain && !plain.Any(char.IsControl)
        ? plain
        : throw Wrong("Between 1 and 60 characters in one line.");

    private static FieldsException Wrong(string sentence) =>
        new("category_invalid", new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = sentence });
}

using System.Globalization;
using Automat.Domain;
using Automat.Domain.Goods;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Panel;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Stock;

/// <summary>What the forms about stock offer to choose from.</summary>
internal static class Choices
{
    private const int Most = 1_000;

    /// <summary>Places that are not given up, by name.</summary>
    public static async Task<IReadOnlyList<Choice>> PlaceChoicesAsync(this AutomatDb db, Id<Organization> organization, CancellationToken ct) =>
        [.. (await db.Set<StockPlace>().AsNoTracking().Where(p => p.OrganizationId == organization && p.ArchivedAt == null)
            .OrderBy(p => p.Kind).ThenBy(p => p.Name).Take(Most).ToListAsync(ct)).Select(p => new Choice(p.Id.ToString(), p.Name))];

    /// <summary>Machines that are not retired, by name.</summary>
    public static async Task<IReadOnlyList<Choice>> MachineChoicesAsync(this AutomatDb db, Id<Organization> organization, CancellationToken ct) =>
        [.. (await db.Set<Machine>().AsNoTracking().Where(m => m.OrganizationId == organization && m.State != MachineState.Retired)
            .OrderBy(m => m.Name).Take(Most).Select(m => new { m.Id, m.Name }).ToListAsync(ct)).Select(m => new Choice(m.Id.Value, m.Name))];

    /// <summary>Products of the range, by name.</summary>
    public static async Task<IReadOnlyList<Choice>> ProductChoicesAsync(this AutomatDb db, Id<Organization> organization, CancellationToken ct) =>
        [.. (await db.Set<Product>().AsNoTracking().Where(p => p.OrganizationId == organization && p.ArchivedAt == null)
            .OrderBy(p => p.Name).Take(Most).Select(p => new { p.Number, p.Name }).ToListAsync(ct))
            .Select(p => new Choice(p.Number.ToString(CultureInfo.InvariantCulture), p.Name))];

    /// <summary>The slots of a machine whose goods are weighed.</summary>
    public static async Task<IReadOnlySet<string>> WeighedSlotsAsync(
        this AutomatDb db, Id<Organization> organization, string machine, CancellationToken ct)
    {
        if (!MachineId.TryParse(machine, out var id)) return new HashSet<string>(StringComparer.Ordinal);
        var codes = await (from slot in db.Set<Slot>().AsNoTracking()
                           join product in db.Set<Product>().AsNoTracking() on slot.ProductId equals product.Id
                           where slot.OrganizationId == organization && slot.MachineId == id && product.Measure == Measure.Weight
                           select slot.Code).ToListAsync(ct);
        return codes.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Whole pieces as typed; null when it is none.</summary>
    public static int? PiecesOf(string? typed) =>
        int.TryParse(typed?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pieces) ? pieces : null;
}

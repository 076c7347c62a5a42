using System.Globalization;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Catalog;

/// <summary>
/// Takes in a file of products: first every line is looked at and nothing done, then, once somebody has seen that and said yes,
/// all good lines are done at once or none. What was looked at is looked at again then: others may have changed things.
/// </summary>
internal sealed class ImportProducts(AutomatDb db, Products products, TimeProvider clock)
{
    /// <summary>The largest file.</summary>
    public const int LargestFile = 2 * 1024 * 1024;

    private const int MostLines = 5_000;

    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    /// <summary>Keeps a file until somebody says yes.</summary>
    /// <exception cref="RuleException"><c>csv_invalid</c>, <c>csv_empty</c>, <c>rows_too_many</c>.</exception>
    public async Task<Id<ProductImport>> KeepAsync(Id<Organization> organization, string fileName, byte[] file, CancellationToken ct)
    {
        if (file.Length > LargestFile) throw new RuleException("rows_too_many", $"A file has at most {LargestFile / 1024 / 1024} MB.");
        var text = CsvText.Decode(file);
        await LookAsync(organization, text, ct);
        var now = clock.GetUtcNow().ToUniversalTime();
        var import = new ProductImport
        {
            Id = Id<ProductImport>.New(now),
            OrganizationId = organization,
            FileName = new string([.. fileName.Where(c => !char.IsControl(c)).Take(100)]),
            Text = text,
            CreatedAt = now,
        };
        var old = now - KeptFor;
        await db.Set<ProductImport>().Where(i => i.OrganizationId == organization && i.CreatedAt < old).ExecuteDeleteAsync(ct);
        db.Add(import);
        db.Note(organization, "product_import.looked_at", "product_import", import.Id.ToString());
        await db.SaveChangesAsync(ct);
        return import.Id;
    }

    /// <summary>The file somebody sent.</summary>
    /// <exception cref="RuleException"><c>import_unknown</c>.</exception>
    public async Task<ProductImport> FindAsync(Id<Organization> organization, Guid id, CancellationToken ct)
    {
        var wanted = new Id<ProductImport>(id);
        return await db.Set<ProductImport>().AsNoTracking().SingleOrDefaultAsync(i => i.Id == wanted && i.OrganizationId == organization, ct)
            ?? throw new RuleException("import_unknown", "There is no such file any more.");
    }

    /// <summary>What each line would do.</summary>
    public async Task<IReadOnlyList<ImportLine>> LookAsync(Id<Organization> organization, string text, CancellationToken ct)
    {
        using var records = CsvText.Read(text, CsvText.SeparatorOf(text)).GetEnumerator();
        if (!records.MoveNext()) throw new RuleException("csv_empty", "There is nothing in this file.");
        var columns = ImportColumns.Of(records.Current);
        var currency = await db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);
        var all = await db.Set<Product>().AsNoTracking().Where(p => p.OrganizationId == organization).ToListAsync(ct);
        var byNumber = all.ToDictionary(p => p.Number);
        var byBarcode = all.Where(p => p is { Barcode: not null, ArchivedAt: null }).ToDictionary(p => p.Barcode!, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var lines = new List<ImportLine>();
        while (records.MoveNext())
        {
            if (lines.Count == MostLines) throw new RuleException("rows_too_many", $"A file has at most {MostLines} products.");
            lines.Add(Look(columns, records.Current, currency, byNumber, byBarcode, seen));
        }

        return lines;
    }

    /// <summary>Does what the good lines say, all or nothing; done before, it stays done.</summary>
    /// <exception cref="RuleException"><c>import_unknown</c>.</exception>
    /// <exception cref="FieldsException"><c>product_invalid</c> where something has changed since.</exception>
    public async Task<ProductImport> DoAsync(Id<Organization> organization, Guid id, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockCatalogAsync(organization, ct); // twice at once is once after the other, and the second finds it done
        var import = await FindAsync(organization, id, ct);
        if (import.DoneAt is not null) return import;
        var lines = await LookAsync(organization, import.Text, ct);
        var numbers = lines.Where(l => l.Fate is ImportFate.Change).Select(l => l.Number!.Value).ToList();
        var known = await db.Set<Product>().Where(p => p.OrganizationId == organization && numbers.Contains(p.Number)).ToDictionaryAsync(p => p.Number, ct);
        foreach (var line in lines)
        {
            if (line.Fate is ImportFate.Add) await products.NewAsync(organization, line.Request!, ct);
            else if (line.Fate is ImportFate.Change) await products.ApplyAsync(known[line.Number!.Value], line.Request!, ct);
        }

        var done = import with
        {
            DoneAt = clock.GetUtcNow().ToUniversalTime(),
            Added = lines.Count(l => l.Fate is ImportFate.Add),
            Changed = lines.Count(l => l.Fate is ImportFate.Change),
        };
        db.Replace(import, done);
        db.Note(organization, "product_import.done", "product_import", import.Id.ToString());
        await products.SaveAsync(ct);
        await transaction.CommitAsync(ct);
        return done;
    }

    private static ImportLine Look(
        ImportColumns columns, CsvRecord record, Currency currency, Dictionary<int, Product> byNumber,
        Dictionary<string, Product> byBarcode, HashSet<string> seen)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        var request = columns.Read(record, currency, faults);
        var number = columns.Field(record, "number");
        Product? known = null;
        if (!string.IsNullOrEmpty(number))
        {
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var named) || !byNumber.TryGetValue(named, out known))
            {
                faults["number"] = "There is no product of this number; leave it empty for a new one.";
            }
        }
        else if (Automat.Domain.Goods.Gtin.Of(request.Barcode) is { } code)
        {
            byBarcode.TryGetValue(code, out known);
        }

        if (known is null && faults.Count == 0)
        {
            if (string.IsNullOrWhiteSpace(request.Name)) faults["name"] = "A product has a name.";
            if (request.Price is null) faults["price"] = "A product has a price.";
        }

        var name = known is null ? request.Name?.Trim() ?? "" : request.Name?.Trim() ?? known.Name;
        var key = known is null ? $"new {Automat.Domain.Goods.Gtin.Of(request.Barcode) ?? name}" : $"number {known.Number.ToString(CultureInfo.InvariantCulture)}";
        if (!seen.Add(key)) faults.TryAdd("number", "The same product stands in a line above.");
        if (faults.Count > 0)
        {
            var (field, message) = faults.OrderBy(f => f.Key, StringComparer.Ordinal).First();
            return new ImportLine(record.Line, ImportFate.Wrong, known?.Number, name, field, message, null);
        }

        var fate = known is null ? ImportFate.Add : request.Apply(known, known.ArchivedAt ?? default) == known ? ImportFate.Same : ImportFate.Change;
        return new ImportLine(record.Line, fate, known?.Number, name, null, null, request);
    }
}

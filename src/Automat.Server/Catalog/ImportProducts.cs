using System.Globalization;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Jobs;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Catalog;

/// <summary>
/// Takes in a file of products: first every line is looked at and nothing done, then, once somebody has seen that and said yes,
/// the good lines are done in the background, until the end or until somebody ends it. What was looked at is looked at again
/// then: others may have changed things.
/// </summary>
internal sealed class ImportProducts(AutomatDb db, Products products, Actor actor, TimeProvider clock)
{
    /// <summary>The largest file.</summary>
    public const int LargestFile = 4 * 1024 * 1024;

    private const int MostLines = 10_000;

    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    /// <summary>Keeps a file until somebody says yes.</summary>
    /// <exception cref="RuleException"><c>csv_invalid</c>, <c>csv_empty</c>, <c>rows_too_many</c>.</exception>
    public async Task<Id<ProductImport>> KeepAsync(Id<Organization> organization, string fileName, byte[] file, CancellationToken ct)
    {
        if (file.Length > LargestFile) throw new RuleException("rows_too_many", $"A file has at most {LargestFile / 1024 / 1024} MB.");
        var text = CsvText.Decode(file);
        var lines = await LookAsync(organization, text, ct);
        var now = clock.GetUtcNow().ToUniversalTime();
        var import = new ProductImport
        {
            Id = Id<ProductImport>.New(now),
            OrganizationId = organization,
            FileName = new string([.. fileName.Where(c => !char.IsControl(c)).Take(100)]),
            Text = text,
            Lines = lines.Count,
            CreatedAt = now,
        };
        var old = now - KeptFor;
        await db.Set<ProductImport>().Where(i => i.OrganizationId == organization && i.CreatedAt < old && i.State != JobState.Running).ExecuteDeleteAsync(ct);
        db.Add(import);
        db.Note(organization, "product_import.looked_at", "product_import", import.Id.ToString());
        await db.SaveChangesAsync(ct);
        return import.Id;
    }

    /// <summary>The file somebody sent.</summary>
    /// <exception cref="RuleException"><c>import_unknown</c>.</exception>
    public async Task<ProductImport> FindAsync(Id<Organization> organization, Guid id, CancellationToken ct) =>
        await TryFindAsync(organization, id, ct) ?? throw new RuleException("import_unknown", "There is no such file any more.");

    /// <summary>The file somebody sent; null when it is not there any more.</summary>
    public Task<ProductImport?> TryFindAsync(Id<Organization> organization, Guid id, CancellationToken ct)
    {
        var wanted = new Id<ProductImport>(id);
        return db.Set<ProductImport>().AsNoTracking().SingleOrDefaultAsync(i => i.Id == wanted && i.OrganizationId == organization, ct);
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

    /// <summary>Somebody has seen it and said yes: it begins. Again it changes nothing.</summary>
    /// <exception cref="RuleException"><c>import_unknown</c>, <c>job_cancelled</c>.</exception>
    public async Task BeginAsync(Id<Organization> organization, Guid id, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockCatalogAsync(organization, ct);
        var import = await FindAsync(organization, id, ct);
        if (import.State is JobState.Cancelled) throw new RuleException("job_cancelled", "This file was called off; send it again.");
        if (import.State is not JobState.Checked) return;
        await MoveAsync(
            import, import with { State = JobState.Running, ActorKind = actor.Kind, Actor = actor.Id, OnBehalfOf = actor.OnBehalfOf },
            "product_import.confirmed", ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Somebody ends it. What was done stays done, what was not is not; again it changes nothing.</summary>
    /// <exception cref="RuleException"><c>import_unknown</c>, <c>job_done</c>.</exception>
    public async Task CancelAsync(Id<Organization> organization, Guid id, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockCatalogAsync(organization, ct); // after the batch at hand, whose counts stay
        var import = await FindAsync(organization, id, ct);
        if (import.State is JobState.Done) throw new RuleException("job_done", "This file is taken in already.");
        if (import.State is JobState.Cancelled) return;
        await MoveAsync(
            import, import with { State = JobState.Cancelled, DoneAt = clock.GetUtcNow().ToUniversalTime() }, "product_import.cancelled", ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>
    /// Does what lines say, in the caller's transaction, which saves the rest. What cannot be any more is told of and left out.
    /// </summary>
    public async Task<(int Added, int Changed, IReadOnlyList<ImportFault> Faults)> DoAsync(
        Id<Organization> organization, IReadOnlyList<ImportLine> lines, CancellationToken ct)
    {
        var numbers = lines.Where(l => l.Fate is ImportFate.Change).Select(l => l.Number!.Value).ToList();
        var known = await db.Set<Product>().Where(p => p.OrganizationId == organization && numbers.Contains(p.Number)).ToDictionaryAsync(p => p.Number, ct);
        var (added, changed, faults) = (0, 0, new List<ImportFault>());
        foreach (var line in lines)
        {
            switch (line.Fate)
            {
                case ImportFate.Wrong:
                    faults.Add(new ImportFault(line.Line, line.Name, line.Field!));
                    break;
                case ImportFate.Add:
                    await products.NewAsync(organization, line.Request!, ct);
                    added++;
                    break;
                case ImportFate.Change:
                    await products.ApplyAsync(known[line.Number!.Value], line.Request!, ct);
                    changed++;
                    break;
                case ImportFate.Same:
                    break;
            }
        }

        return (added, changed, faults);
    }

    /// <summary>Saves a batch.</summary>
    /// <exception cref="FieldsException"><c>product_invalid</c>.</exception>
    public Task SaveAsync(CancellationToken ct) => products.SaveAsync(ct);

    /// <summary>Says in the audit that a file was taken in.</summary>
    public void NoteEnd(ProductImport import) => db.Note(import.OrganizationId, "product_import.done", "product_import", import.Id.ToString());

    private async Task MoveAsync(ProductImport before, ProductImport after, string word, CancellationToken ct)
    {
        db.Replace(before, after);
        db.Note(before.OrganizationId, word, "product_import", before.Id.ToString());
        await db.SaveChangesAsync(ct);
    }

    private static ImportLine Look(
        ImportColumns columns, CsvRecord record, Currency currency, Dictionary<int, Product> byNumber,
        Dictionary<string, Product> byBarcode, HashSet<string> seen)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        var request = columns.Read(record, currency, faults);
        var number = columns.Field(record, "number");
        var code = Automat.Domain.Goods.Gtin.Of(request.Barcode);
        Product? known = null;
        if (!string.IsNullOrEmpty(number))
        {
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var named) || !byNumber.TryGetValue(named, out known))
            {
                faults["number"] = "There is no product of this number; leave it empty for a new one.";
            }
        }
        else if (code is not null)
        {
            byBarcode.TryGetValue(code, out known);
        }

        if (known is not null && code is not null && byBarcode.TryGetValue(code, out var other) && other.Number != known.Number)
            faults["barcode"] = "Another product of the range has this bar code.";

        if (known is null && faults.Count == 0)
        {
            if (string.IsNullOrWhiteSpace(request.Name)) faults["name"] = "A product has a name.";
            if (request.Price is null) faults["price"] = "A product has a price.";
        }

        var name = known is null ? request.Name?.Trim() ?? "" : request.Name?.Trim() ?? known.Name;
        var key = known is null ? $"new {code ?? name}" : $"number {known.Number.ToString(CultureInfo.InvariantCulture)}";
        if (!seen.Add(key)) faults.TryAdd("number", "The same product stands in a line above.");
        else if (code is not null && !seen.Add("code " + code)) faults.TryAdd("barcode", "This bar code stands in a line above.");
        if (faults.Count > 0)
        {
            return new ImportLine(record.Line, ImportFate.Wrong, known?.Number, name, faults.Keys.Order(StringComparer.Ordinal).First(), null);
        }

        var fate = known is null ? ImportFate.Add : request.Apply(known, known.ArchivedAt ?? default) == known ? ImportFate.Same : ImportFate.Change;
        return new ImportLine(record.Line, fate, known?.Number, name, null, request);
    }
}

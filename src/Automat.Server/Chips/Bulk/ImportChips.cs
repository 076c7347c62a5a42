using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.OpenApi;

namespace Automat.Server.Chips.Bulk;

/// <summary>
/// Takes in a file of chips and looks at every row; nothing is issued yet. The answer is a job that says what would become of
/// each row, and what to send back so that it begins. The file is not kept, and no UID in clear.
/// </summary>
internal sealed class ImportChips(AutomatDb db, ChipKeys keys, Actor actor, TimeProvider clock)
{
    /// <summary>A file has at most so many bytes.</summary>
    public const long LargestFile = 32 * 1024 * 1024;

    private const int MostRows = 100_000;
    private const int BatchSize = 1_000;

    private static readonly SemaphoreSlim AtOnce = new(2); // each is in memory as a whole while it is read

    /// <summary>Reads a file and looks at it, when its turn has come.</summary>
    /// <exception cref="RuleException"><c>csv_invalid</c>, <c>csv_empty</c>, <c>rows_too_many</c>, <c>forbidden</c>.</exception>
    public async Task<Id<ChipJob>> ReadAsync(ClaimsPrincipal caller, Stream sent, CancellationToken ct)
    {
        await AtOnce.WaitAsync(ct);
        try
        {
            using var file = new MemoryStream();
            await sent.CopyToAsync(file, ct);
            return await RunAsync(caller.OrganizationOf(), file.ToArray(), caller.Allows(Permission.ChipTopUp), ct);
        }
        finally
        {
            AtOnce.Release();
        }
    }

    /// <summary>Looks at a file.</summary>
    /// <exception cref="RuleException"><c>csv_invalid</c>, <c>csv_empty</c>, <c>rows_too_many</c>, <c>forbidden</c>.</exception>
    public async Task<Id<ChipJob>> RunAsync(Id<Organization> organization, byte[] file, bool mayGiveCredit, CancellationToken ct)
    {
        var text = CsvText.Decode(file);
        using var records = CsvText.Read(text, CsvText.SeparatorOf(text)).GetEnumerator();
        if (!records.MoveNext()) throw new RuleException("csv_empty", "There is nothing in this file.");
        var rows = ImportRows.Of(records.Current);
        if (rows.GivesCredit && !mayGiveCredit) throw new RuleException("forbidden", "Giving credit takes the permission chip.topup.");

        var ring = await keys.LookAsync(organization, ct);
        var groups = await db.Set<ChipGroup>().AsNoTracking().Select(g => g.Name).ToHashSetAsync(ct);
        var job = ChipJob.Of(organization, JobKind.Import, ring.Newest, actor, clock.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        db.Add(job);
        db.Note(organization, "chip_job.created", "chip_job", job.Id.ToString(), "import");
        await db.SaveChangesAsync(ct);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var batch = new List<(ChipJobRow Row, byte[][] Hashes)>(BatchSize);
        while (records.MoveNext())
        {
            batch.Add(Look(job, rows, records.Current, ring, groups, seen));
            if (seen.Count > MostRows) throw new RuleException("rows_too_many", $"A file has at most {MostRows} chips.");
            if (batch.Count == BatchSize) await KeepAsync(batch, ct);
        }

        await KeepAsync(batch, ct);
        await transaction.CommitAsync(ct);
        return job.Id;
    }

    public static void Map(IEndpointRouteBuilder chips) => chips
        .MapPost("/jobs/import", async (HttpContext http, ImportChips import, ChipJobs jobs, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = LargestFile;
            var id = await import.ReadAsync(caller, http.Request.Body, ct);
            return TypedResults.Created($"/api/v1/chips/jobs/{id}", await jobs.ShowAsync(id, ct));
        })
        // Said to readers of the description only: who may not do this is told so, whatever the content.
        .AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType> { ["text/csv"] = new() },
            };
            return Task.CompletedTask;
        })
        .RequirePermission(Permission.ChipWrite)
        .WithName(nameof(ImportChips)).WithSummary("Look at a CSV file of chips; what it says is done once it was confirmed");

    private static (ChipJobRow Row, byte[][] Hashes) Look(
        ChipJob job, ImportRows rows, CsvRecord record, ChipKeyRing ring, HashSet<string> groups, Dictionary<string, int> seen)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        var request = rows.Read(record, faults);
        if (!string.IsNullOrEmpty(request.Group) && !groups.Contains(request.Group)) faults["group"] = "There is no group of chips of this name.";
        var uid = ChipFields.Uid(faults, request.Uid);
        byte[][] hashes = uid is { } read ? ring.Hashes(read) : [];
        var name = hashes.Length > 0 ? Convert.ToHexString(hashes[0]) : string.Create(CultureInfo.InvariantCulture, $"line {record.Line}");
        if (!seen.TryAdd(name, record.Line)) faults["uid"] = string.Create(CultureInfo.InvariantCulture, $"The same chip as in line {seen[name]}.");
        var fault = faults.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => (KeyValuePair<string, string>?)f).FirstOrDefault();
        return (new ChipJobRow
        {
            JobId = job.Id,
            Line = record.Line,
            OrganizationId = job.OrganizationId,
            Fate = fault is null ? RowFate.Waiting : RowFate.Wrong,
            Field = fault?.Key,
            Message = fault?.Value,
            UidHash = fault is null ? hashes[0] : null,
            Content = fault is null ? JsonSerializer.Serialize(request with { Uid = null }, LimitsBody.Stored) : null,
            Email = fault is null ? ChipFields.Trimmed(request.HolderEmail) : null,
        }, hashes);
    }

    /// <summary>Writes rows down; those whose chip is there already have nothing to do.</summary>
    private async Task KeepAsync(List<(ChipJobRow Row, byte[][] Hashes)> batch, CancellationToken ct)
    {
        var hashes = batch.Where(b => b.Row.Fate is RowFate.Waiting).SelectMany(b => b.Hashes).ToList();
        var there = (await db.Set<Chip>().AsNoTracking().Where(c => hashes.Contains(c.UidHash)).Select(c => new { c.UidHash, c.Id }).ToListAsync(ct))
            .ToDictionary(c => Convert.ToHexString(c.UidHash), c => c.Id, StringComparer.Ordinal);
        foreach (var (row, own) in batch)
        {
            var found = own.Select(Convert.ToHexString).Where(there.ContainsKey).Select(h => (Id<Chip>?)there[h]).FirstOrDefault();
            db.Add(row.Fate is not RowFate.Waiting || found is null ? row : row with
            {
                Fate = RowFate.Unchanged,
                ChipId = found,
                Content = null,
                Email = null,
                UidHash = null,
                Message = "This chip is registered already.",
            });
        }

        await db.SaveChangesAsync(ct);
        db.ChangeTracker.Clear();
        batch.Clear();
    }
}

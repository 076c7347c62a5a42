using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Jobs;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips.Bulk;

/// <summary>What is to be done to many chips.</summary>
/// <param name="Action"><c>lock</c>, <c>unlock</c>, <c>retire</c> or <c>top_up</c>.</param>
/// <param name="Chips">To these; else to all the filter leaves.</param>
/// <param name="State">Only those in this state.</param>
/// <param name="Reference">Only those another system knows by this.</param>
/// <param name="Group">Only those of this group.</param>
/// <param name="Amount">Of a top-up: minor units for each.</param>
/// <param name="Reason">Why; never personal data.</param>
internal sealed record BulkRequest(
    string? Action, IReadOnlyList<Guid>? Chips, string? State, string? Reference, string? Group, long? Amount, string? Reason);

/// <summary>Somebody's word that a job may begin.</summary>
/// <param name="Confirm">What the job was shown with.</param>
internal sealed record RunJobRequest(string? Confirm);

/// <summary>A job, how far it is, and what to send back so that it begins.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Kind"><c>import</c>, <c>lock</c>, <c>unlock</c>, <c>retire</c>, <c>top_up</c>.</param>
/// <param name="State"><c>checked</c>, <c>running</c>, <c>done</c>, <c>cancelled</c>.</param>
/// <param name="Waiting">Rows still to be done.</param>
/// <param name="Done">Rows done.</param>
/// <param name="Unchanged">Rows with nothing to do.</param>
/// <param name="Wrong">Rows that cannot be; an import with any does not begin.</param>
/// <param name="Refused">Rows that were refused when their turn came.</param>
/// <param name="Confirm">To be sent back to begin it; null once it has begun.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="EndedAt">Until when.</param>
internal sealed record ChipJobAnswer(
    Guid Id, string Kind, string State, int Waiting, int Done, int Unchanged, int Wrong, int Refused, string? Confirm,
    DateTimeOffset CreatedAt, DateTimeOffset? EndedAt);

/// <summary>What becomes of a row.</summary>
internal sealed record ChipJobRowAnswer(int Line, string Fate, string? Column, string? Message, Guid? Chip);

/// <summary>Rows of a job, in their order.</summary>
internal sealed record ChipJobRowsAnswer(IReadOnlyList<ChipJobRowAnswer> Items, int? NextCursor);

/// <summary>Jobs: made, shown, confirmed, cancelled.</summary>
internal sealed class ChipJobs(AutomatDb db, Actor actor, TimeProvider clock)
{
    private const int MostChips = 100_000;
    private const int MostRows = 1_000;
    private const int BatchSize = 1_000;

    /// <summary>Says what would be done to which chips; nothing is done yet.</summary>
    /// <exception cref="FieldsException"><c>bulk_invalid</c>.</exception>
    public async Task<Id<ChipJob>> CreateAsync(Id<Organization> organization, BulkRequest request, CancellationToken ct)
    {
        var (kind, reason) = Check(request);
        var query = ListChips.Of(db, organization, new ChipFilter(request.State, request.Reference, request.Group));
        if (request.Chips is { } named)
        {
            var ids = named.Select(n => new Id<Chip>(n)).ToList();
            query = query.Where(c => ids.Contains(c.Id));
        }

        var chips = await query.OrderBy(c => c.Id).Take(MostChips + 1).Select(c => new { c.Id, c.State }).ToListAsync(ct);
        if (chips.Count > MostChips) throw new RuleException("rows_too_many", $"At most {MostChips} chips at once.");
        var now = clock.GetUtcNow();
        var job = ChipJob.Of(organization, kind, keyVersion: 0, actor, now) with { Reason = reason, Amount = request.Amount ?? 0 };
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        db.Add(job);
        db.Note(organization, "chip_job.created", "chip_job", job.Id.ToString(), WordOf(kind));
        await db.SaveChangesAsync(ct);
        for (var at = 0; at < chips.Count; at += BatchSize)
        {
            for (var line = at; line < Math.Min(chips.Count, at + BatchSize); line++)
            {
                var (fate, message) = FateOf(kind, chips[line].State);
                db.Add(new ChipJobRow
                {
                    JobId = job.Id,
                    Line = line + 1,
                    OrganizationId = organization,
                    ChipId = chips[line].Id,
                    Fate = fate,
                    Message = message,
                });
            }

            await db.SaveChangesAsync(ct);
            db.ChangeTracker.Clear();
        }

        await transaction.CommitAsync(ct);
        return job.Id;
    }

    /// <summary>How far it is.</summary>
    /// <exception cref="RuleException"><c>job_unknown</c>.</exception>
    public async Task<ChipJobAnswer> ShowAsync(Id<ChipJob> id, CancellationToken ct)
    {
        var job = await db.Set<ChipJob>().AsNoTracking().SingleOrDefaultAsync(j => j.Id == id, ct) ?? throw Unknown();
        var counts = await db.Set<ChipJobRow>().Where(r => r.JobId == id).GroupBy(r => r.Fate)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var waiting = counts.GetValueOrDefault(RowFate.Waiting);
        return new ChipJobAnswer(
            id.Value, WordOf(job.Kind), WordOf(job.State), waiting, counts.GetValueOrDefault(RowFate.Done),
            counts.GetValueOrDefault(RowFate.Unchanged), counts.GetValueOrDefault(RowFate.Wrong), counts.GetValueOrDefault(RowFate.Refused),
            job.State is JobState.Checked ? job.ConfirmationOf(waiting) : null, job.CreatedAt, job.EndedAt);
    }

    /// <summary>Lets it begin. Again it changes nothing.</summary>
    /// <exception cref="RuleException"><c>job_unknown</c>, <c>confirm_mismatch</c>, <c>rows_wrong</c>, <c>job_cancelled</c>.</exception>
    public async Task<ChipJobAnswer> RunAsync(Id<Organization> organization, Id<ChipJob> id, string? confirm, bool mayGiveCredit, CancellationToken ct)
    {
        var job = await db.Set<ChipJob>().AsNoTracking().SingleOrDefaultAsync(j => j.Id == id, ct) ?? throw Unknown();
        var shown = await ShowAsync(id, ct);
        if (job.State is JobState.Cancelled) throw new RuleException("job_cancelled", "This job was cancelled; make a new one.");
        if (job.State is not JobState.Checked) return shown;
        if (shown.Wrong > 0) throw new RuleException("rows_wrong", $"{shown.Wrong} rows cannot be; mend the file and send it again.");
        if (confirm != shown.Confirm) throw new RuleException("confirm_mismatch", $"Send \"confirm\": \"{shown.Confirm}\" to do this to {shown.Waiting} chips.");
        if (job.Kind is JobKind.TopUp && !mayGiveCredit) throw new RuleException("forbidden", "Giving credit takes the permission chip.topup.");
        await MoveAsync(organization, job, JobState.Running, "chip_job.confirmed", ct);
        return await ShowAsync(id, ct);
    }

    /// <summary>Ends it. What was done stays done, what was not is not; again it changes nothing.</summary>
    /// <exception cref="RuleException"><c>job_unknown</c>, <c>job_done</c>.</exception>
    public async Task<ChipJobAnswer> CancelAsync(Id<Organization> organization, Id<ChipJob> id, CancellationToken ct)
    {
        var job = await db.Set<ChipJob>().AsNoTracking().SingleOrDefaultAsync(j => j.Id == id, ct) ?? throw Unknown();
        if (job.State is JobState.Done) throw new RuleException("job_done", "This job is done already.");
        if (job.State is not JobState.Cancelled) await MoveAsync(organization, job, JobState.Cancelled, "chip_job.cancelled", ct);
        return await ShowAsync(id, ct);
    }

    /// <summary>What becomes of its rows.</summary>
    /// <exception cref="RuleException"><c>job_unknown</c>.</exception>
    public async Task<ChipJobRowsAnswer> RowsAsync(Id<ChipJob> id, string? fate, int? cursor, int? limit, CancellationToken ct)
    {
        var size = PageSize.Of(limit, MostRows);
        if (!await db.Set<ChipJob>().AnyAsync(j => j.Id == id, ct)) throw Unknown();
        var query = db.Set<ChipJobRow>().AsNoTracking().Where(r => r.JobId == id && r.Line > (cursor ?? 0));
        if (fate is not null)
        {
            var wanted = Enum.TryParse<RowFate>(fate, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed)
                ? parsed
                : throw new FieldsException("query_invalid", new Dictionary<string, string> { ["fate"] = "One of waiting, wrong, unchanged, done, refused." });
            query = query.Where(r => r.Fate == wanted);
        }

        var rows = await query.OrderBy(r => r.Line).Take(size + 1).ToListAsync(ct);
        return new ChipJobRowsAnswer(
            [.. rows.Take(size).Select(r => new ChipJobRowAnswer(r.Line, WordOf(r.Fate), r.Field, r.Message, r.ChipId?.Value))],
            rows.Count > size ? rows[size - 1].Line : null);
    }

    public static void Map(IEndpointRouteBuilder chips)
    {
        chips.MapPost("/jobs", async (BulkRequest request, ChipJobs jobs, ClaimsPrincipal caller, CancellationToken ct) =>
            {
                var id = await jobs.CreateAsync(caller.OrganizationOf(), request, ct);
                return TypedResults.Created($"/api/v1/chips/jobs/{id}", await jobs.ShowAsync(id, ct));
            })
            .RequirePermission(Permission.ChipWrite)
            .WithName("CreateChipJob").WithSummary("Say what is to be done to many chips; it is done once it was confirmed");
        chips.MapGet("/jobs/{id:guid}", async (Guid id, ChipJobs jobs, CancellationToken ct) =>
                TypedResults.Ok(await jobs.ShowAsync(new Id<ChipJob>(id), ct)))
            .RequirePermission(Permission.ChipRead).WithName("GetChipJob").WithSummary("How far a job is");
        chips.MapGet("/jobs/{id:guid}/rows", async (
                Guid id, string? fate, int? cursor, int? limit, ChipJobs jobs, CancellationToken ct) =>
                TypedResults.Ok(await jobs.RowsAsync(new Id<ChipJob>(id), fate, cursor, limit, ct)))
            .RequirePermission(Permission.ChipRead).WithName("ListChipJobRows").WithSummary("What becomes of each row of a job");
        chips.MapPost("/jobs/{id:guid}/run", async (
                Guid id, RunJobRequest request, ChipJobs jobs, ClaimsPrincipal caller, CancellationToken ct) =>
                TypedResults.Ok(await jobs.RunAsync(
                    caller.OrganizationOf(), new Id<ChipJob>(id), request.Confirm, caller.Allows(Permission.ChipTopUp), ct)))
            .RequirePermission(Permission.ChipWrite).WithName("RunChipJob").WithSummary("Confirm a job, so that it begins");
        chips.MapPost("/jobs/{id:guid}/cancellation", async (Guid id, ChipJobs jobs, ClaimsPrincipal caller, CancellationToken ct) =>
                TypedResults.Ok(await jobs.CancelAsync(caller.OrganizationOf(), new Id<ChipJob>(id), ct)))
            .RequirePermission(Permission.ChipWrite).WithName("CancelChipJob").WithSummary("End a job; what was done stays done");
    }

    private static (JobKind Kind, string? Reason) Check(BulkRequest request)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        JobKind? kind = request.Action switch
        {
            "lock" => JobKind.Lock,
            "unlock" => JobKind.Unlock,
            "retire" => JobKind.Retire,
            "top_up" => JobKind.TopUp,
            _ => null,
        };
        if (kind is null) faults["action"] = "One of lock, unlock, retire, top_up.";
        if (kind is JobKind.TopUp && request.Amount is not (>= 1 and <= TopUpChip.Most)) faults["amount"] = $"From 1 to {TopUpChip.Most} minor units.";
        if (request.Chips?.Count > MostRows) faults["chips"] = $"At most {MostRows} by name; more by a filter.";
        // Everything at once takes a filter that says so: nobody locks a whole organisation by leaving something out.
        if (request is { Chips: null, State: null, Reference: null, Group: null }) faults["chips"] = "Name chips, or a state, reference or group.";
        if (request.Reason?.Trim().Length > 150) faults["reason"] = "At most 150 characters.";
        FieldsException.ThrowIfAny("bulk_invalid", faults);
        return (kind!.Value, ChipFields.Trimmed(request.Reason));
    }

    private static (RowFate Fate, string? Message) FateOf(JobKind kind, ChipState state) => (kind, state) switch
    {
        (JobKind.Retire, ChipState.Retired) or (JobKind.Lock, ChipState.Locked) or (JobKind.Unlock, ChipState.Active) => (RowFate.Unchanged, "It is so already."),
        (_, ChipState.Retired) => (RowFate.Unchanged, "This chip is retired."),
        _ => (RowFate.Waiting, null),
    };

    private async Task MoveAsync(Id<Organization> organization, ChipJob job, JobState next, string word, CancellationToken ct)
    {
        DateTimeOffset? ended = next is JobState.Cancelled ? clock.GetUtcNow().ToUniversalTime() : null;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var moved = await db.Set<ChipJob>().Where(j => j.Id == job.Id && j.State == job.State).ExecuteUpdateAsync(
            set => set.SetProperty(j => j.State, next).SetProperty(j => j.EndedAt, ended), ct);
        if (moved == 0) throw new RuleException("changed_meanwhile", "Somebody else changed this at the same moment. Please repeat.");
        if (next is JobState.Cancelled)
        {
            await db.Set<ChipJobRow>().Where(r => r.JobId == job.Id).ExecuteUpdateAsync(
                set => set.SetProperty(r => r.Content, (string?)null).SetProperty(r => r.Email, (string?)null).SetProperty(r => r.UidHash, (byte[]?)null), ct);
        }

        db.Note(organization, word, "chip_job", job.Id.ToString(), job.Reason);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private static string WordOf<T>(T word)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString());

    private static RuleException Unknown() => new("job_unknown", "There is no such job.");
}

using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Planograms;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Planograms;

/// <summary>A layout as somebody works at it.</summary>
/// <param name="Slots">All slots; what is left out goes when it is published.</param>
internal sealed record PutDraftRequest(IReadOnlyList<PlannedSlotRequest>? Slots);

/// <summary>One slot of a draft.</summary>
/// <param name="Code">Such as <c>A1</c>.</param>
/// <param name="Product">The product's number.</param>
/// <param name="Price">Minor units of the machine's currency, tax included; the product's usual price when absent.</param>
/// <param name="Capacity">How many fit; absent where nothing can run out.</param>
/// <param name="ParLevel">How many are meant to be there after a visit.</param>
/// <param name="MinLevel">With fewer than these it is time for a visit.</param>
internal sealed record PlannedSlotRequest(string? Code, int? Product, long? Price, int? Capacity, int? ParLevel, int? MinLevel);

/// <summary>What to remember about a publication.</summary>
internal sealed record PublishPlanogramRequest(string? Note);

/// <summary>A draft as programs see it.</summary>
/// <param name="Slots">The layout as it is to be.</param>
/// <param name="Changes">What publishing would change.</param>
/// <param name="ChangedMeanwhile">Whether the machine's layout is no longer what the draft was begun with.</param>
/// <param name="Errors">What is wrong with it, by field.</param>
internal sealed record DraftAnswer(
    IReadOnlyList<PlannedSlot> Slots, IReadOnlyList<SlotDifference> Changes, bool ChangedMeanwhile, IReadOnlyDictionary<string, string> Errors)
{
    public static DraftAnswer Of(DraftState state) => new(
        state.Slots, state.Difference, state.Meanwhile.Count > 0, LayoutProducts.Sentences(state.Faults));
}

/// <summary>A version as programs see it.</summary>
internal sealed record VersionAnswer(
    int Number, string Origin, int? Source, string? PublishedBy, DateTimeOffset PublishedAt, string? Note, IReadOnlyList<PlannedSlot> Slots)
{
    public static VersionAnswer Of(PlanogramVersion version) => new(
        version.Number, JsonNamingPolicy.SnakeCaseLower.ConvertName(version.Origin.ToString()), version.Source, version.PublishedBy,
        version.PublishedAt, version.Note, StoredLayout.Read(version.Slots));
}

/// <summary>Drafts and versions of a machine's layout, for programs.</summary>
internal static class PlanogramApi
{
    private const int Most = 100;

    public static void Map(IEndpointRouteBuilder machines)
    {
        machines.MapGet("/{id}/planogram/draft", async (
            string id, EditDraft edit, ClaimsPrincipal caller, HttpResponse response, CancellationToken ct) =>
            Answer(await edit.LookAsync(caller, id, ct), response))
            .RequirePermission(Permission.CatalogRead).WithName("GetPlanogramDraft")
            .WithSummary("The draft of a machine's layout, what it changes and what is wrong with it; the present layout while there is none");
        machines.MapPut("/{id}/planogram/draft", PutAsync)
            .RequirePermission(Permission.CatalogWrite).WithName("PutPlanogramDraft").WithSummary("Write the draft of a machine's layout");
        machines.MapDelete("/{id}/planogram/draft", async (string id, EditDraft edit, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            await edit.DiscardAsync(caller, id, ct);
            return TypedResults.NoContent();
        }).RequirePermission(Permission.CatalogWrite).WithName("DiscardPlanogramDraft").WithSummary("Throw the draft away");
        machines.MapPost("/{id}/planogram/publication", async (
            string id, PublishPlanogramRequest request, PublishPlanogram publish, ClaimsPrincipal caller, HttpRequest http, CancellationToken ct) =>
            await publish.RunAsync(caller, id, RevisionIn(http), request.Note, ct) is { } version
                ? Results.Json(VersionAnswer.Of(version), statusCode: StatusCodes.Status201Created)
                : Results.NoContent())
            .RequirePermission(Permission.CatalogWrite).WithName(nameof(PublishPlanogram))
            .WithSummary("Publish the draft whose ETag is sent in If-Match; 204 when it changed nothing");
        machines.MapGet("/{id}/planogram/versions", ListAsync)
            .RequirePermission(Permission.CatalogRead).WithName("ListPlanogramVersions").WithSummary("Layouts a machine had, newest first");
        machines.MapPost("/{id}/planogram/versions/{number:int}/roll-back", async (
            string id, int number, PublishPlanogram publish, ClaimsPrincipal caller, CancellationToken ct) =>
            await publish.RollBackAsync(caller, id, number, ct) is { } version
                ? Results.Json(VersionAnswer.Of(version), statusCode: StatusCodes.Status201Created)
                : Results.NoContent())
            .RequirePermission(Permission.CatalogWrite).WithName("RollBackPlanogram")
            .WithSummary("Bring an earlier layout back, as a new version; 204 when the machine has it already");
    }

    private static async Task<IResult> PutAsync(
        string id, PutDraftRequest request, EditDraft edit, AutomatDb db, ClaimsPrincipal caller, HttpResponse response, CancellationToken ct)
    {
        if (request.Slots is not { Count: <= Layout.MostSlots } slots)
        {
            throw new FieldsException(
                "planogram_invalid", new Dictionary<string, string> { ["slots"] = $"Needed: a list of up to {Layout.MostSlots} slots." });
        }

        var machine = await db.OwnMachineAsync(caller, id, ct);
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < slots.Count; i++)
        {
            if (slots[i] is not { Code: { } code, Product: not null } || !SlotCode.IsOne(code)) faults[$"slots[{i}]"] = "Needed: a code and a product.";
            else if (slots.Take(i).Any(s => s?.Code == code)) faults[$"slots[{i}].code"] = $"Slot {code} is listed twice.";
        }

        FieldsException.ThrowIfAny("planogram_invalid", faults);
        var named = slots.Select(s => new PlannedSlot(s.Code!, s.Product!.Value, s.Price ?? 0, s.Capacity, s.ParLevel, s.MinLevel)).ToList();
        var products = await LayoutProducts.OfAsync(db, machine, named, ct);
        var layout = Layout.Sorted(named.Zip(slots, (slot, given) => given.Price is null
            ? slot with { Price = products.GetValueOrDefault(slot.Product)?.Price ?? 0 }
            : slot));
        await edit.RunAsync(caller, id, _ => layout, ct);
        return Answer(await edit.LookAsync(caller, id, ct), response);
    }

    private static async Task<IResult> ListAsync(
        string id, int? cursor, int? limit, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct)
    {
        var size = PageSize.Of(limit, Most);
        var machine = await db.OwnMachineAsync(caller, id, ct);
        var query = db.Set<PlanogramVersion>().AsNoTracking().Where(v => v.MachineId == machine.Id);
        if (cursor is { } before) query = query.Where(v => v.Number < before);
        var page = await query.OrderByDescending(v => v.Number).Take(size + 1).ToListAsync(ct);
        return TypedResults.Ok(new
        {
            items = page.Take(size).Select(VersionAnswer.Of),
            next_cursor = page.Count > size ? page[size - 1].Number : (int?)null,
        });
    }

    private static Microsoft.AspNetCore.Http.HttpResults.Ok<DraftAnswer> Answer(DraftState state, HttpResponse response)
    {
        if (state.Draft is { } draft) response.Headers.ETag = $"\"{draft.Revision.ToString(CultureInfo.InvariantCulture)}\"";
        return TypedResults.Ok(DraftAnswer.Of(state));
    }

    private static int RevisionIn(HttpRequest request)
    {
        var match = request.Headers.IfMatch.ToString();
        if (match.Length == 0) throw new RuleException("etag_missing", "Send the draft's ETag in If-Match.");
        return int.TryParse(match.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : throw new RuleException("etag_mismatch", "This is no ETag of a draft.");
    }
}

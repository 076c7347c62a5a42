using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips.Registrar;

/// <summary>
/// The interface for programs that hand out chips: a desk with a reader, a personnel system. Whoever has a token with the
/// scopes <c>chip.read</c>, <c>chip.write</c>, <c>chip.topup</c> uses it; the use cases are those of staff.
/// </summary>
internal static class RegistrarApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var registrar = routes.MapGroup("/api/v1/registrar").DisableAntiforgery().WithTags("Registrar");
        registrar.MapGet("/me", MeAsync)
            .ChecksItself("tells whoever shows a token what it may do")
            .WithName("RegistrarMe").WithSummary("Check a token").MayFail(401);
        registrar.MapPost("/chips", IssueAsync)
            .RequirePermission(Permission.ChipWrite)
            .WithName("RegistrarIssueChip").WithSummary("Issue a chip, with its first credit in the same step")
            .WithExamples(RegistrarExamples.Issue, RegistrarExamples.Issued).TakesIdempotencyKey().MayFail(400, 401, 403, 409, 422, 503);
        registrar.MapGet("/chips", ListAsync)
            .RequirePermission(Permission.ChipRead)
            .WithName("RegistrarListChips").WithSummary("List chips").MayFail(401, 403, 422);
        registrar.MapPost("/chips/resolve", ResolveAsync)
            .RequirePermission(Permission.ChipRead)
            .WithName("RegistrarResolveChip").WithSummary("Find a chip by its UID")
            .WithExamples(RegistrarExamples.Resolve, RegistrarExamples.Chip).MayFail(401, 403, 404, 422);
        registrar.MapGet("/chips/{id:guid}", async (Guid id, ChipReader reader, ClaimsPrincipal caller, CancellationToken ct) =>
                TypedResults.Ok(RegistrarChip.Of(await reader.OneAsync(caller.OrganizationOf(), new Id<Chip>(id), ct))))
            .RequirePermission(Permission.ChipRead)
            .WithName("RegistrarGetChip").WithSummary("Show a chip and its credit")
            .WithExamples(null, RegistrarExamples.Chip).MayFail(401, 403, 404);
        registrar.MapPatch("/chips/{id:guid}", ChangeAsync)
            .RequirePermission(Permission.ChipWrite)
            .WithName("RegistrarChangeChip").WithSummary("Change limits, locks, status, flags or holder of a chip")
            .WithExamples(RegistrarExamples.Change, RegistrarExamples.Chip).MayFail(401, 403, 404, 409, 422);
        registrar.MapPost("/chips/{id:guid}/top-ups", async (
                Guid id, TopUpChipRequest request, TopUpChip topUp, HttpContext http, ClaimsPrincipal caller, CancellationToken ct) =>
            TypedResults.Ok(await topUp.RunAsync(
                caller.OrganizationOf(), new Id<Chip>(id), request, http.Request.Headers["Idempotency-Key"], ct)))
            .RequirePermission(Permission.ChipTopUp)
            .WithName("RegistrarTopUpChip").WithSummary("Add credit to a chip")
            .WithExamples(RegistrarExamples.TopUp, RegistrarExamples.ToppedUp).TakesIdempotencyKey().MayFail(400, 401, 403, 404, 409, 422, 503);
        registrar.MapPost("/chips/{id:guid}/replacement", ReplaceAsync)
            .RequirePermission(Permission.ChipWrite)
            .WithName("RegistrarReplaceChip").WithSummary("Put a new chip in the place of a lost one; its credit moves")
            .WithExamples(RegistrarExamples.Replace, RegistrarExamples.Issued).TakesIdempotencyKey().MayFail(400, 401, 403, 404, 409, 422, 503);
    }

    private static async Task<Ok<RegistrarMe>> MeAsync(
        AutomatDb db, Tenant tenant, ClaimsPrincipal caller, TimeProvider clock, CancellationToken ct)
    {
        if (caller.Identity?.IsAuthenticated is not true || !caller.HasClaim(c => c.Type == Callers.OrganizationClaim))
        {
            throw new RuleException("unauthorized", "Send a token that is valid, as a bearer token.");
        }

        var id = caller.OrganizationOf();
        tenant.Enter(id);
        var organization = await db.Set<Organization>().AsNoTracking().SingleAsync(o => o.Id == id, ct);
        Guid? token = Guid.TryParse(caller.FindFirstValue(Callers.TokenClaim), out var known) ? known : null;
        return TypedResults.Ok(new RegistrarMe(
            token, new RegistrarOrganization(id.Value, organization.Name), organization.Currency.Code,
            [.. Permissions.All.Where(caller.Allows).Select(Permissions.NameOf)], clock.GetUtcNow()));
    }

    private static async Task<Created<IssuedChip>> IssueAsync(
        IssueChipRequest request, IssueChip issue, HttpContext http, ClaimsPrincipal caller, CancellationToken ct)
    {
        var issued = await issue.ServeAsync(http, caller, request, ct);
        return TypedResults.Created($"/api/v1/registrar/chips/{issued.ChipId}", issued);
    }

    private static async Task<Ok<RegistrarChips>> ListAsync(
        string? status, string? reference, string? group, Guid? cursor, int? limit, ListChips list, ClaimsPrincipal caller,
        CancellationToken ct)
    {
        var page = await list.RunAsync(caller.OrganizationOf(), new ChipFilter(status, reference, group), cursor, limit, ct);
        return TypedResults.Ok(new RegistrarChips([.. page.Items.Select(RegistrarChip.Of)], page.NextCursor));
    }

    private static async Task<Ok<RegistrarChip>> ResolveAsync(
        ResolveChipRequest request, ChipDirectory directory, ChipReader reader, ClaimsPrincipal caller, CancellationToken ct)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        var uid = ChipFields.Uid(faults, request.Uid);
        ChipFields.ThrowIfAny(faults);
        var found = await directory.FindAsync(caller.OrganizationOf(), uid!.Value, ct);
        if (found.Chip is not { } chip) throw new RuleException("chip_unknown", "No chip was issued with this UID.");
        return TypedResults.Ok(RegistrarChip.Of(await reader.OneAsync(caller.OrganizationOf(), chip.Id, ct)));
    }

    private static async Task<Ok<RegistrarChip>> ChangeAsync(
        Guid id, RegistrarChangeRequest request, ChangeChip change, ChipReader reader, ClaimsPrincipal caller, CancellationToken ct)
    {
        await change.ServeAsync(caller, new Id<Chip>(id), request.AsChange(), ct);
        return TypedResults.Ok(RegistrarChip.Of(await reader.OneAsync(caller.OrganizationOf(), new Id<Chip>(id), ct)));
    }

    private static async Task<Created<IssuedChip>> ReplaceAsync(
        Guid id, ReplaceChipRequest request, ReplaceChip replace, HttpContext http, ClaimsPrincipal caller, CancellationToken ct)
    {
        var issued = await replace.RunAsync(
            caller.OrganizationOf(), new Id<Chip>(id), request, http.Request.Headers["Idempotency-Key"], ct);
        return TypedResults.Created($"/api/v1/registrar/chips/{issued.ChipId}", issued);
    }
}

using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines;

/// <summary>How long the secrets before a new one stay good.</summary>
/// <param name="OverlapSeconds">0 to 604800 (a week); a day when absent.</param>
/// <param name="Secret">A secret the machine was given elsewhere, where its driver takes such; it takes the place of all others at
/// once. Ours when absent.</param>
internal sealed record RotateSecretRequest(int? OverlapSeconds, string? Secret = null);

/// <summary>A new secret; shown this once.</summary>
internal sealed record RotateSecretReply(Guid Id, string Secret);

/// <summary>What is known of a secret; never the secret itself.</summary>
internal sealed record SecretView(
    Guid Id, DateTimeOffset CreatedAt, DateTimeOffset? ValidUntil, DateTimeOffset? RevokedAt, bool Live);

/// <summary>A machine's secrets: listed, replaced with an overlap, taken back at once.</summary>
internal sealed class RotateSecret(AutomatDb db, MachineKeys keys, DriverRegistry drivers, MachineChanges changes)
{
    private const int LongestOverlap = 7 * 86_400;
    private const int UsualOverlap = 86_400;
    private const int MostListed = 100;

    public async Task<IssuedSecret> RunAsync(ClaimsPrincipal caller, string id, RotateSecretRequest request, CancellationToken ct)
    {
        var overlap = request.OverlapSeconds ?? UsualOverlap;
        if (overlap is < 0 or > LongestOverlap)
        {
            throw new FieldsException("overlap_invalid", new Dictionary<string, string>
            {
                ["overlap_seconds"] = $"Between 0 and {LongestOverlap}.",
            });
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var machine = await db.LockedMachineAsync(caller, id, ct);
        if (machine.State is MachineState.Retired) throw new RuleException("machine_retired", $"{machine.Name} is retired.");
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        MachineFields.Secret(faults, drivers.Of(machine), request.Secret);
        FieldsException.ThrowIfAny("secret_invalid", faults);
        var issued = request.Secret is { } given
            ? await keys.TakeAsync(db, machine, given, ct)
            : await keys.IssueAsync(db, machine, TimeSpan.FromSeconds(overlap), ct);
        db.Note(machine.OrganizationId, "machine.secret_issued", "machine_secret", issued.Id.ToString());
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        changes.Tell(machine.Id);
        return issued;
    }

    public async Task RevokeAsync(ClaimsPrincipal caller, string id, Guid? secret, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var machine = await db.LockedMachineAsync(caller, id, ct);
        var named = secret is { } one ? new Id<MachineSecret>(one) : (Id<MachineSecret>?)null;
        if (named is { } known && !await db.Set<MachineSecret>().AnyAsync(s => s.Id == known && s.MachineId == machine.Id, ct))
        {
            throw new RuleException("secret_unknown", $"{machine.Name} has no such secret.");
        }

        if (await keys.RevokeAsync(db, machine.Id, named, ct) == 0) return;
        db.Note(machine.OrganizationId, "machine.secret_revoked", "machine", machine.Id.Value);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        changes.TellClosed(machine.Id);
    }

    public static void Map(IEndpointRouteBuilder machines)
    {
        machines.MapGet("/{id}/secrets", async (string id, AutomatDb db, TimeProvider clock, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            var machine = await db.OwnMachineAsync(caller, id, ct);
            var now = clock.GetUtcNow();
            var rows = await db.Set<MachineSecret>().AsNoTracking().Where(s => s.MachineId == machine.Id)
                .OrderByDescending(s => s.Id).Take(MostListed).ToListAsync(ct);
            return TypedResults.Ok(new
            {
                items = rows.Select(s => new SecretView(s.Id.Value, s.CreatedAt, s.ValidUntil, s.RevokedAt, s.IsLive(now))),
            });
        }).RequirePermission(Permission.MachineRead).WithName("ListSecrets").WithSummary("A machine's secrets: when made, until when good; never the secrets themselves");
        machines.MapPost("/{id}/secrets", async (
            string id, RotateSecretRequest request, RotateSecret rotate, ClaimsPrincipal caller, HttpResponse response,
            CancellationToken ct) =>
        {
            response.Headers.CacheControl = "no-store";
            var issued = await rotate.RunAsync(caller, id, request, ct);
            return TypedResults.Json(
                new RotateSecretReply(issued.Id.Value, issued.Secret), statusCode: StatusCodes.Status201Created);
        }).RequirePermission(Permission.MachineWrite).WithName(nameof(RotateSecret)).WithSummary("Make a new secret; those before stay good for the overlap");
        machines.MapDelete("/{id}/secrets/{secret:guid}", async (
            string id, Guid secret, RotateSecret rotate, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            await rotate.RevokeAsync(caller, id, secret, ct);
            return TypedResults.NoContent();
        }).RequirePermission(Permission.MachineWrite).WithName("RevokeSecret").WithSummary("Take a secret back at once; open connections are ended");
        machines.MapDelete("/{id}/secrets", async (string id, RotateSecret rotate, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            await rotate.RevokeAsync(caller, id, secret: null, ct);
            return TypedResults.NoContent();
        }).RequirePermission(Permission.MachineWrite).WithName("RevokeSecrets").WithSummary("Take all of a machine's secrets back at once; open connections are ended");
    }
}

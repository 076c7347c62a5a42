using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines;

/// <summary>What somebody typed at a machine.</summary>
/// <param name="Code">Such as <c>K7QF-2M9X</c>; case and hyphens do not matter.</param>
internal sealed record EnrolMachineRequest(string? Code);

/// <summary>What a machine needs to sign in; the secret is shown this once.</summary>
internal sealed record EnrolMachineReply(string DeviceId, string Secret, string Driver, string Http, string Mqtt);

/// <summary>A code for one machine, once.</summary>
internal sealed record EnrolmentCodeReply(string Code, DateTimeOffset ExpiresAt);

/// <summary>
/// Brings a machine in: staff get a short code, somebody types it at the machine, and the machine fetches its id and secret
/// with it. The code is good once and not for long; what the machine signed in with before is good no more.
/// </summary>
internal sealed class EnrolMachine(
    AutomatDb db, Tenant tenant, Actor actor, IServiceScopeFactory scopes, MachineKeys keys, MachineChanges changes,
    TimeProvider clock)
{
    // Letters and digits nobody takes for another one.
    private const string Alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
    private const int Length = 8;
    private const int MostTyped = 32;

    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(15);

    public async Task<EnrolmentCodeReply> OfferAsync(ClaimsPrincipal caller, string id, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var machine = await db.LockedMachineAsync(caller, id, ct);
        if (machine.State is MachineState.Retired) throw new RuleException("machine_retired", $"{machine.Name} is retired.");
        var now = clock.GetUtcNow();
        foreach (var before in await db.Set<Enrolment>().Where(e => e.MachineId == machine.Id && e.EndedAt == null).ToListAsync(ct))
        {
            before.End(now);
        }

        var code = RandomNumberGenerator.GetString(Alphabet, Length);
        var enrolment = new Enrolment
        {
            Id = Id<Enrolment>.New(now),
            OrganizationId = machine.OrganizationId,
            MachineId = machine.Id,
            CodeHash = HashOf(code),
            CreatedBy = caller.ActorOf(),
            CreatedAt = now,
            ExpiresAt = now + GoodFor,
        };
        db.Add(enrolment);
        db.Note(machine.OrganizationId, "machine.enrolment_offered", "machine_enrolment", enrolment.Id.ToString());
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new EnrolmentCodeReply($"{code[..4]}-{code[4..]}", enrolment.ExpiresAt);
    }

    public async Task<(Machine Machine, IssuedSecret Secret)> RunAsync(EnrolMachineRequest request, CancellationToken ct)
    {
        var typed = request.Code is { Length: <= MostTyped } text
            ? new string([.. text.Where(char.IsAsciiLetterOrDigit).Select(char.ToUpperInvariant)])
            : "";
        if (typed.Length != Length) throw Wrong();

        var hash = HashOf(typed);
        tenant.Enter(await OwnerOfAsync(hash, ct) ?? throw Wrong());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var now = clock.GetUtcNow();
        // The row's lock lets one of two through.
        var used = await db.Set<Enrolment>().Where(e => e.CodeHash == hash && e.EndedAt == null && e.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.EndedAt, now), ct);
        if (used == 0) throw Wrong();
        var enrolment = await db.Set<Enrolment>().AsNoTracking().SingleAsync(e => e.CodeHash == hash, ct);
        var machine = await db.Set<Machine>().AsNoTracking().SingleAsync(m => m.Id == enrolment.MachineId, ct);
        if (machine.State is MachineState.Retired) throw Wrong();

        var revoked = await keys.RevokeAsync(db, machine.Id, secret: null, ct);
        var secret = await keys.IssueAsync(db, machine, overlap: TimeSpan.Zero, ct);
        actor.Is(ActorKind.Machine, machine.Id.Value);
        db.Note(machine.OrganizationId, "machine.enrolled", "machine", machine.Id.Value);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        if (revoked > 0) changes.TellClosed(machine.Id);
        else changes.Tell(machine.Id);
        return (machine, secret);
    }

    /// <summary>Maps offering a code.</summary>
    public static void Map(IEndpointRouteBuilder machines) => machines
        .MapPost("/{id}/enrolments", async (string id, EnrolMachine enrol, ClaimsPrincipal caller, HttpResponse response, CancellationToken ct) =>
        {
            response.Headers.CacheControl = "no-store";
            return TypedResults.Json(await enrol.OfferAsync(caller, id, ct), statusCode: StatusCodes.Status201Created);
        })
        .RequirePermission(Permission.MachineWrite)
        .WithName("OfferEnrolment").WithSummary("Make a one-time code a machine enrols with; ends an older one");

    /// <summary>Maps using it.</summary>
    public static void MapDevice(IEndpointRouteBuilder routes, Func<int> mqttPort) => routes
        .MapPost("/device/v1/enrolments", async (
            EnrolMachineRequest request, EnrolMachine enrol, PublicAddress address, IConfiguration configuration,
            HttpContext http, CancellationToken ct) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            var (machine, secret) = await enrol.RunAsync(request, ct);
            var reached = address.For(http.Request);
            var mqtt = configuration["Automat:Mqtt:PublicUrl"] ?? $"mqtt://{new Uri(reached).Host}:{mqttPort()}";
            return TypedResults.Json(
                new EnrolMachineReply(machine.Id.Value, secret.Secret, machine.Driver, reached, mqtt),
                statusCode: StatusCodes.Status201Created);
        })
        // The code is all a new machine has.
        .ChecksItself("the one-time code somebody typed at the machine").DisableAntiforgery().RequireRateLimiting(RateLimits.SignIn)
        .WithName(nameof(EnrolMachine)).WithSummary("Trade a one-time code for the machine's id and secret");

    /// <summary>Whose machine a code is for: only the code tells.</summary>
    private async Task<Id<Organization>?> OwnerOfAsync(byte[] hash, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("a code tells whose machine it is");
        return await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Enrolment>()
            .Where(e => e.CodeHash == hash).Select(e => (Id<Organization>?)e.OrganizationId).FirstOrDefaultAsync(ct);
    }

    private static byte[] HashOf(string code) => SHA256.HashData(Encoding.ASCII.GetBytes(code));

    private static RuleException Wrong() =>
        new("enrolment_code_invalid", "This code is wrong, used or too old. Ask for a new one.");
}

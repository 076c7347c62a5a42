using System.Security.Claims;
using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>What staff found out about a sale nobody knew the end of.</summary>
/// <param name="Outcome"><c>delivered</c> or <c>not_delivered</c>.</param>
/// <param name="Reason">How they know, in words; kept in the audit.</param>
internal sealed record ResolveVendRequest(string? Outcome, string? Reason);

/// <summary>A sale as staff see it.</summary>
internal sealed record OpenVend(
    Guid Id, string Machine, string Status, string? Reason, long Amount, string Currency, string Tender,
    IReadOnlyList<VendLine> Lines, DateTimeOffset ReservedAt, DateTimeOffset? StartedAt, DateTimeOffset Deadline)
{
    public static OpenVend Of(Vend vend) => new(
        vend.Id.Value, vend.Machine.Value, ResolveVend.Word(vend.Status), vend.Reason, vend.Amount.Amount,
        vend.Amount.Currency.Code, JsonNamingPolicy.SnakeCaseLower.ConvertName(vend.Tender.Kind.ToString()), vend.Lines,
        vend.ReservedAt, vend.StartedAt, vend.Deadline);
}

/// <summary>Staff say what became of a sale that stands in doubt; until then, or until its deadline, the money is held.</summary>
public sealed class ResolveVend
{
    private const int LongestReason = 140;
    private const int Most = 100;

    private readonly AutomatDb db;
    private readonly Journal.Journal journal;
    private readonly VendSignals signals;
    private readonly Actor actor;

    /// <summary>Made by the container.</summary>
    public ResolveVend(IServiceProvider services)
    {
        actor = services.GetRequiredService<Actor>();
        db = services.GetRequiredService<AutomatDb>();
        journal = services.GetRequiredService<Journal.Journal>();
        signals = services.GetRequiredService<VendSignals>();
    }

    /// <summary>
    /// A machine was reset between "approved" and "success": by the rule of MDB that counts as success. Only a sale the
    /// machine had been given is settled; the answer says how it stands.
    /// </summary>
    /// <exception cref="RuleException"><c>vend_unknown</c> when it is not this machine's.</exception>
    public async Task<VendStatus> AfterResetAsync(Machine machine, Id<Vend> id, CancellationToken ct)
    {
        var vend = await db.Set<Vend>().AsNoTracking().SingleOrDefaultAsync(v => v.Id == id && v.Machine == machine.Id, ct)
            ?? throw new RuleException("vend_unknown", $"There is no vend {id} at {machine.Id}.");
        var command = await CommandAsync(id, ct);
        var approved = vend.Status is VendStatus.Delivering or VendStatus.Unknown
            || (vend.Status is VendStatus.Reserved && command is null); // the machine serves by itself
        if (!approved) return vend.Status;
        return await SettleAsync(vend, Settlement.Commit, "reset_after_approval", ct);
    }

    internal async Task<VendStatus> RunAsync(
        ClaimsPrincipal caller, Guid id, ResolveVendRequest request, CancellationToken ct)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (request.Outcome is not ("delivered" or "not_delivered")) faults["outcome"] = "Either delivered or not_delivered.";
        if (request.Reason is null || request.Reason.Trim().Length is 0 or > LongestReason || request.Reason.Any(char.IsControl))
        {
            faults["reason"] = $"Say in 1 to {LongestReason} characters how you know.";
        }

        FieldsException.ThrowIfAny("resolution_invalid", faults);
        var organization = caller.OrganizationOf();
        var wanted = new Id<Vend>(id);
        var vend = await db.Set<Vend>().AsNoTracking()
            .SingleOrDefaultAsync(v => v.Id == wanted && v.Organization == organization, ct)
            ?? throw new RuleException("vend_unknown", $"There is no vend {id}.");
        if (vend.Status is not VendStatus.Unknown)
        {
            throw new RuleException("vend_status", $"Vend {id} is {Word(vend.Status)}; there is no doubt to clear up.");
        }

        return await SettleAsync(
            vend, request.Outcome == "delivered" ? Settlement.Commit : Settlement.Cancel, "staff_decided", ct,
            (audit, now) => audit.Note(
                organization, AuditSignature.Of(actor), now, $"vend.resolved_{request.Outcome}", "vend", id.ToString(), request.Reason));
    }

    internal static string Word(VendStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());

    internal static void Map(IEndpointRouteBuilder vends)
    {
        vends.MapPost("/{id:guid}/resolution", async (
            Guid id, ResolveVendRequest request, ResolveVend resolve, ClaimsPrincipal caller, CancellationToken ct) =>
            TypedResults.Ok(new { id, status = Word(await resolve.RunAsync(caller, id, request, ct)) }))
            .RequirePermission(Permission.SalesWrite).WithName(nameof(ResolveVend)).WithSummary("Say what became of a sale that stands in doubt");
        vends.MapGet("", ListAsync).RequirePermission(Permission.SalesRead)
            .WithName("ListOpenVends").WithSummary("Sales that have not ended, by status, oldest first");
    }

    private static async Task<IResult> ListAsync(
        string? status, Guid? cursor, int? limit, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct)
    {
        VendStatus? wanted = status switch
        {
            "unknown" => VendStatus.Unknown,
            "reserved" => VendStatus.Reserved,
            "delivering" => VendStatus.Delivering,
            _ => null,
        };
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (wanted is null) faults["status"] = "One of unknown, reserved, delivering.";
        if (limit is < 1 or > Most) faults["limit"] = $"A page has 1 to {Most} sales.";
        FieldsException.ThrowIfAny("query_invalid", faults);

        var organization = caller.OrganizationOf();
        var size = limit ?? 50;
        var query = db.Set<Vend>().AsNoTracking().Where(v => v.Organization == organization && v.Status == wanted);
        if (cursor is { } after) query = query.Where(v => (Guid)(object)v.Id > after);
        var page = await query.OrderBy(v => v.Id).Take(size + 1).ToListAsync(ct);
        return TypedResults.Ok(new
        {
            items = page.Take(size).Select(OpenVend.Of),
            next_cursor = page.Count > size ? page[size - 1].Id.Value : (Guid?)null,
        });
    }

    private async Task<VendStatus> SettleAsync(
        Vend vend, Settlement settlement, string reason, CancellationToken ct,
        Action<AuditRows, DateTimeOffset>? note = null) =>
        await journal.ExecuteAsync(
            new SettleVend(vend.Id, settlement, reason, signals)
            {
                Organization = vend.Organization,
                Command = await CommandAsync(vend.Id, ct),
                Note = note,
            }, ct);

    private Task<Id<MachineCommand>?> CommandAsync(Id<Vend> vend, CancellationToken ct) =>
        db.Set<MachineCommand>().AsNoTracking().Where(c => c.VendId == vend).Select(c => (Id<MachineCommand>?)c.Id)
            .FirstOrDefaultAsync(ct);
}

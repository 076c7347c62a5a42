using System.Security.Claims;
using System.Text.Json.Serialization;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>
/// What is to be different about a chip. What is absent stays; an empty text is none; limits or an allowance of <c>{}</c> are
/// taken away, so that the group's and the organisation's hold.
/// </summary>
/// <param name="Label">What it is called on lists; never personal data.</param>
/// <param name="Reference">What another system knows it by.</param>
/// <param name="Holder">Who carries it.</param>
/// <param name="HolderEmail">The holder's address.</param>
/// <param name="Group">Name of the group it belongs to.</param>
/// <param name="Flags">What it may do.</param>
/// <param name="Limits">Its own limits.</param>
/// <param name="Allowance">Its own allowance.</param>
/// <param name="CreditLine">How far its balance may go below zero, minor units.</param>
/// <param name="State"><c>active</c>, <c>locked</c> or <c>retired</c>, which is for good.</param>
/// <param name="Reason">Why the state changes; never personal data.</param>
internal sealed record ChangeChipRequest(
    string? Label = null, string? Reference = null, string? Holder = null, string? HolderEmail = null, string? Group = null,
    FlagsBody? Flags = null, LimitsBody? Limits = null, AllowanceBody? Allowance = null, long? CreditLine = null,
    string? State = null, string? Reason = null)
{
    /// <summary>Whether somebody may spend more because of it than was paid in.</summary>
    [JsonIgnore]
    public bool GivesCredit => CreditLine is > 0 || Allowance?.Amount is > 0;
}

/// <summary>Changes a chip: what it is called, who carries it, what it may do, whether it pays at all.</summary>
internal sealed class ChangeChip(AutomatDb db, Actor actor, TimeProvider clock)
{
    private const int LongestReason = 200;

    /// <summary>Changes it; the same again changes nothing.</summary>
    /// <exception cref="Platform.FieldsException"><c>chip_invalid</c>, by field.</exception>
    /// <exception cref="RuleException"><c>chip_unknown</c>; <c>chip_retired</c>, which is final.</exception>
    public async Task RunAsync(Id<Organization> organization, Id<Chip> id, ChangeChipRequest request, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var locked = await db.Set<Chip>().FromSql($"select * from chips where id = {id.Value} for update").AsNoTracking().ToListAsync(ct);
        if (locked is not [var chip] || chip.OrganizationId != organization) throw ChipReader.Unknown(id);
        var (changed, state) = await ApplyAsync(chip, request, ct);
        if (chip.State is ChipState.Retired && (state is not null and not ChipState.Retired || changed != chip))
        {
            throw new RuleException("chip_retired", "This chip is retired for good; issue another one.");
        }

        if (state is { } next && next != chip.State) changed = Become(changed, next, request.Reason);
        if (changed.State != chip.State) db.Add(ChipStateChange.Of(changed, actor.Id, clock.GetUtcNow()));
        var word = WordOf(chip, changed);
        await KeepHolderAsync(chip, request, ct);
        if (changed != chip) db.Replace(chip, changed);
        if (db.ChangeTracker.HasChanges())
        {
            db.Note(organization, word, "chip", id.ToString(), request.Reason);
            await db.SaveChangesAsync(ct);
        }

        await transaction.CommitAsync(ct);
        db.ChangeTracker.Clear(); // several may be changed in one scope
    }

    public static void Map(IEndpointRouteBuilder chips) => chips
        .MapPatch("/{id:guid}", async (
            Guid id, ChangeChipRequest request, ChangeChip change, ChipReader reader, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            await change.ServeAsync(caller, new Id<Chip>(id), request, ct);
            return TypedResults.Ok(await reader.OneAsync(caller.OrganizationOf(), new Id<Chip>(id), ct));
        })
        .RequirePermission(Permission.ChipWrite)
        .WithName(nameof(ChangeChip)).WithSummary("Change, lock, unlock or retire a chip");

    /// <summary>Changes it for a caller; giving credit takes the permission to.</summary>
    public Task ServeAsync(ClaimsPrincipal caller, Id<Chip> id, ChangeChipRequest request, CancellationToken ct)
    {
        if (request.GivesCredit && !caller.Allows(Permission.ChipTopUp))
        {
            throw new RuleException("forbidden", "Giving credit takes the permission chip.topup.");
        }

        return RunAsync(caller.OrganizationOf(), id, request, ct);
    }

    private async Task<(Chip Changed, ChipState? State)> ApplyAsync(Chip chip, ChangeChipRequest request, CancellationToken ct)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        ChipFields.Text(faults, "label", request.Label);
        ChipFields.Text(faults, "reference", request.Reference);
        ChipFields.Holder(faults, request.Holder, request.HolderEmail);
        ChipFields.CreditLine(faults, request.CreditLine);
        ChipFields.Limits(faults, request.Limits, request.Allowance);
        if (request.Reason?.Trim().Length > LongestReason) faults["reason"] = $"At most {LongestReason} characters.";
        var state = ListChips.StateOf(request.State);
        if (request.State is not null && state is null) faults["state"] = "One of active, locked, retired.";
        var group = await ChipFields.GroupAsync(db, faults, request.Group, ct);
        ChipFields.ThrowIfAny(faults);
        var allowance = request.Allowance is { Kind: null, Amount: null, Period: null } ? null : request.Allowance?.Store();
        return (chip with
        {
            Label = request.Label?.Trim() ?? chip.Label,
            Reference = request.Reference is null ? chip.Reference : ChipFields.Trimmed(request.Reference),
            GroupId = request.Group is null ? chip.GroupId : group,
            FreeVend = request.Flags?.FreeVend ?? chip.FreeVend,
            Employee = request.Flags?.Employee ?? chip.Employee,
            ProofOfAge = request.Flags?.ProofOfAge ?? chip.ProofOfAge,
            CreditLine = request.CreditLine ?? chip.CreditLine,
            Limits = request.Limits is null ? chip.Limits : request.Limits.Store(),
            Allowance = request.Allowance is null ? chip.Allowance : allowance,
        }, state);
    }

    private Chip Become(Chip chip, ChipState next, string? reason)
    {
        if (!ChipLife.After(chip.State).Contains(next))
        {
            throw new RuleException("chip_state", $"A chip that is {ChipReader.WordOf(chip.State)} cannot become {ChipReader.WordOf(next)}.");
        }

        return chip with { State = next, StateReason = ChipFields.Trimmed(reason), StateSince = clock.GetUtcNow().ToUniversalTime() };
    }

    private async Task KeepHolderAsync(Chip chip, ChangeChipRequest request, CancellationToken ct)
    {
        if (request.Holder is null && request.HolderEmail is null) return;
        var before = await db.Set<ChipHolder>().AsNoTracking().SingleOrDefaultAsync(h => h.ChipId == chip.Id, ct);
        var name = request.Holder is null ? before?.Name : ChipFields.Trimmed(request.Holder);
        var email = request.HolderEmail is null ? before?.Email : ChipFields.Trimmed(request.HolderEmail);
        var after = name is null ? null : new ChipHolder { ChipId = chip.Id, OrganizationId = chip.OrganizationId, Name = name, Email = email };
        if (before is null && after is not null) db.Add(after);
        else if (before is not null && after is null) db.Remove(before);
        else if (before is not null && after is not null && before != after) db.Replace(before, after);
    }

    private static string WordOf(Chip before, Chip after) => after.State == before.State ? "chip.changed" : after.State switch
    {
        ChipState.Active => "chip.unlocked",
        ChipState.Locked => "chip.locked",
        ChipState.Retired => "chip.retired",
    };
}

using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>What holds for a group of chips; what is absent is not set.</summary>
/// <param name="Name">What it is called; a new name makes a group.</param>
/// <param name="Limits">Limits of chips that do not have their own.</param>
/// <param name="Allowance">What its chips are given each period.</param>
internal sealed record ChipGroupRequest(string? Name, LimitsBody? Limits, AllowanceBody? Allowance);

/// <summary>A group of chips.</summary>
internal sealed record ChipGroupAnswer(string Name, LimitsBody? Limits, AllowanceBody? Allowance);

/// <summary>All groups of an organisation.</summary>
internal sealed record ChipGroupList(IReadOnlyList<ChipGroupAnswer> Items);

/// <summary>What holds for all chips of an organisation.</summary>
/// <param name="Limits">Limits of chips whose own and whose group's say nothing.</param>
/// <param name="TimeZone">IANA name of the zone weeks and months of allowances begin in.</param>
internal sealed record ChipSettingsBody(LimitsBody? Limits, string? TimeZone);

/// <summary>Keeps what holds for groups of chips and for all of them.</summary>
internal sealed class ChipGroups(AutomatDb db, TimeProvider clock)
{
    private const int Most = 500;
    private const int LongestName = 60;

    /// <summary>Sets what holds for a group; a name that is new makes one.</summary>
    /// <exception cref="FieldsException"><c>group_invalid</c>.</exception>
    public async Task<ChipGroupAnswer> PutAsync(
        Id<Organization> organization, ChipGroupRequest request, CancellationToken ct)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (request.Name?.Trim() is not { Length: >= 1 and <= LongestName } plain || plain.Any(char.IsControl))
        {
            faults["name"] = $"A group has a name of at most {LongestName} characters.";
            plain = "";
        }

        ChipFields.Limits(faults, request.Limits, request.Allowance);
        FieldsException.ThrowIfAny("group_invalid", faults);
        var before = await db.Set<ChipGroup>().AsNoTracking().SingleOrDefaultAsync(g => g.Name == plain, ct);
        var after = new ChipGroup
        {
            Id = before?.Id ?? Id<ChipGroup>.New(clock.GetUtcNow()),
            OrganizationId = organization,
            Name = plain,
            Limits = request.Limits?.Store(),
            Allowance = request.Allowance?.Store(),
        };
        if (before is null)
        {
            if (await db.Set<ChipGroup>().CountAsync(ct) >= Most) throw new RuleException("groups_too_many", $"At most {Most} groups.");
            db.Add(after);
        }
        else if (before != after)
        {
            db.Replace(before, after);
        }

        await SaveAsync(ct);
        return Show(after);
    }

    /// <summary>Sets what holds for all chips.</summary>
    /// <exception cref="FieldsException"><c>settings_invalid</c>.</exception>
    public async Task<ChipSettingsBody> PutAsync(Id<Organization> organization, ChipSettingsBody request, CancellationToken ct)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        request.Limits?.Check(faults, "limits");
        if (request.TimeZone is { } zone && (zone.Length > 64 || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)))
        {
            faults["time_zone"] = "An IANA time zone such as Europe/Berlin, or UTC.";
        }

        FieldsException.ThrowIfAny("settings_invalid", faults);
        var before = await db.Set<ChipSettings>().AsNoTracking().SingleOrDefaultAsync(ct);
        var after = new ChipSettings
        {
            OrganizationId = organization,
            Limits = request.Limits?.Store(),
            TimeZone = request.TimeZone ?? before?.TimeZone ?? "UTC",
        };
        if (before is null) db.Add(after);
        else if (before != after) db.Replace(before, after);
        await SaveAsync(ct);
        return await SettingsAsync(ct);
    }

    private async Task<ChipSettingsBody> SettingsAsync(CancellationToken ct)
    {
        var found = await db.Set<ChipSettings>().AsNoTracking().SingleOrDefaultAsync(ct);
        return new ChipSettingsBody(LimitsBody.Show(found?.Limits), found?.TimeZone ?? "UTC");
    }

    private async Task<ChipGroupList> ListAsync(CancellationToken ct) => new(
        [.. (await db.Set<ChipGroup>().AsNoTracking().OrderBy(g => g.Name).Take(Most).ToListAsync(ct)).Select(Show)]);

    private async Task SaveAsync(CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException error) when (error.InnerException is Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation })
        {
            throw new RuleException("changed_meanwhile", "Somebody else changed this at the same moment. Please repeat.");
        }
    }

    private static ChipGroupAnswer Show(ChipGroup group) =>
        new(group.Name, LimitsBody.Show(group.Limits), AllowanceBody.Show(group.Allowance));

    public static void Map(IEndpointRouteBuilder chips)
    {
        chips.MapGet("/groups", async (ChipGroups groups, CancellationToken ct) => TypedResults.Ok(await groups.ListAsync(ct)))
            .RequirePermission(Permission.ChipRead).WithName("ListChipGroups").WithSummary("List groups of chips");
        chips.MapPut("/groups", async (
                ChipGroupRequest request, ChipGroups groups, ClaimsPrincipal caller, CancellationToken ct) =>
            {
                RequireMayGive(caller, request.Allowance);
                return TypedResults.Ok(await groups.PutAsync(caller.OrganizationOf(), request, ct));
            })
            .RequirePermission(Permission.ChipWrite).WithName("PutChipGroup").WithSummary("Make a group of chips, or say what holds for it");
        chips.MapGet("/settings", async (ChipGroups groups, CancellationToken ct) => TypedResults.Ok(await groups.SettingsAsync(ct)))
            .RequirePermission(Permission.ChipRead).WithName("GetChipSettings").WithSummary("What holds for all chips");
        chips.MapPut("/settings", async (
                ChipSettingsBody request, ChipGroups groups, ClaimsPrincipal caller, CancellationToken ct) =>
            TypedResults.Ok(await groups.PutAsync(caller.OrganizationOf(), request, ct)))
            .RequirePermission(Permission.SettingsWrite).WithName("PutChipSettings").WithSummary("Say what holds for all chips");
    }

    private static void RequireMayGive(ClaimsPrincipal caller, AllowanceBody? allowance)
    {
        if (allowance?.Amount is > 0 && !caller.Allows(Permission.ChipTopUp))
        {
            throw new RuleException("forbidden", "Giving credit takes the permission chip.topup.");
        }
    }
}

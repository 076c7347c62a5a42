using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Privacy;

/// <summary>How long a kind of personal data is kept.</summary>
/// <param name="Kind">Its name.</param>
/// <param name="Usual">Days the server says.</param>
/// <param name="Own">Days the organisation says; null: as the server does.</param>
public sealed record KeptFor(string Kind, int Usual, int? Own);

/// <summary>Shows and sets how long an organisation keeps personal data. The next sweep goes by it.</summary>
public sealed class SetRetention(AutomatDb db, RetentionSettings settings, IEnumerable<IRetention> kinds)
{
    /// <summary>Every kind an organisation may decide about.</summary>
    public async Task<IReadOnlyList<KeptFor>> ShowAsync(Id<Organization> organization, CancellationToken ct)
    {
        var own = await db.Set<RetentionTerm>().AsNoTracking().Where(t => t.OrganizationId == organization)
            .ToDictionaryAsync(t => t.Kind, t => t.Days, StringComparer.Ordinal, ct);
        return
        [
            .. Kinds().Select(kind => new KeptFor(
                kind.Name, (int)settings.Of(kind).TotalDays, own.TryGetValue(kind.Name, out var days) ? days : null)),
        ];
    }

    /// <summary>Keeps what is right; nothing where one is wrong. Null is as the server says; a kind that is not named stays.</summary>
    /// <exception cref="FieldsException"><c>retention_invalid</c>, by the names of kinds.</exception>
    public async Task RunAsync(ClaimsPrincipal caller, IReadOnlyDictionary<string, int?> wanted, CancellationToken ct)
    {
        var known = Kinds().Select(kind => kind.Name).ToHashSet(StringComparer.Ordinal);
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (kind, days) in wanted)
        {
            if (!known.Contains(kind)) faults[kind] = "There is no such kind.";
            else if (days is < 1 or > RetentionSettings.Longest) faults[kind] = $"A number of days from 1 to {RetentionSettings.Longest}.";
        }

        FieldsException.ThrowIfAny("retention_invalid", faults);
        var organization = caller.OrganizationOf();
        var own = await db.Set<RetentionTerm>().AsNoTracking().Where(t => t.OrganizationId == organization)
            .ToDictionaryAsync(t => t.Kind, StringComparer.Ordinal, ct);
        foreach (var (kind, days) in wanted)
        {
            var before = own.GetValueOrDefault(kind);
            if (before?.Days == days) continue;
            if (days is not { } set) db.Remove(before!);
            else if (before is null) db.Add(new RetentionTerm { OrganizationId = organization, Kind = kind, Days = set });
            else db.Replace(before, before with { Days = set });
        }

        if (!db.ChangeTracker.HasChanges()) return;
        db.Note(organization, "organization.retention_changed", "organization", organization.ToString());
        await db.SaveChangesAsync(ct);
    }

    private IEnumerable<IRetention> Kinds() => kinds.Where(kind => kind.IsPerOrganization);
}

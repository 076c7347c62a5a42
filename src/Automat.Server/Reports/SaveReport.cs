using System.Globalization;
using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Reports;

/// <summary>What somebody wants to look at again.</summary>
/// <param name="Name">What it is to be called.</param>
/// <param name="Kind">Which report.</param>
/// <param name="Span">Which days.</param>
/// <param name="Rhythm">How often it is to come by mail.</param>
internal sealed record SaveReportRequest(string? Name, ReportKind? Kind, ReportSpan? Span, ReportRhythm? Rhythm);

/// <summary>Keeps a person's views of reports, and forgets them. Nobody sees another's.</summary>
internal sealed class SaveReport(AutomatDb db, TimeProvider clock)
{
    private const int Most = 50;
    private const int LongestName = 60;

    /// <summary>Somebody's own, in the order they were kept.</summary>
    public Task<List<SavedReport>> ListAsync(ClaimsPrincipal caller, CancellationToken ct)
    {
        var (organization, person) = (caller.OrganizationOf(), caller.PersonOf() ?? Guid.Empty);
        return db.Set<SavedReport>().AsNoTracking().Where(s => s.OrganizationId == organization && s.PersonId == person)
            .OrderBy(s => s.Id).Take(Most).ToListAsync(ct);
    }

    /// <summary>Keeps a view.</summary>
    /// <exception cref="FieldsException"><c>view_invalid</c>.</exception>
    /// <exception cref="RuleException"><c>views_too_many</c>, <c>view_person</c> for a program.</exception>
    public async Task<Id<SavedReport>> RunAsync(ClaimsPrincipal caller, SaveReportRequest request, CancellationToken ct)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        var name = request.Name?.Trim() ?? "";
        if (name.Length is 0 or > LongestName || name.Any(char.IsControl)) faults["name"] = $"A view has a name of at most {LongestName} characters.";
        if (request.Kind is null) faults["kind"] = "There is no such report.";
        if (request.Span is null) faults["span"] = "One of week, month, quarter, year.";
        if (request.Rhythm is null) faults["rhythm"] = "One of never, daily, weekly, monthly.";
        FieldsException.ThrowIfAny("view_invalid", faults);

        var organization = caller.OrganizationOf();
        var person = caller.PersonOf() ?? throw new RuleException("view_person", "Views belong to people.");
        if (await db.Set<SavedReport>().CountAsync(s => s.OrganizationId == organization && s.PersonId == person, ct) >= Most)
        {
            throw new RuleException("views_too_many", $"At most {Most} views.");
        }

        var now = clock.GetUtcNow();
        var saved = new SavedReport
        {
            Id = Id<SavedReport>.New(now),
            OrganizationId = organization,
            PersonId = person,
            Name = name,
            Kind = request.Kind!.Value,
            Span = request.Span!.Value,
            Rhythm = request.Rhythm!.Value,
            Language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName,
            CreatedAt = now.ToUniversalTime(),
        };
        db.Add(saved);
        db.Note(organization, "saved_view.kept", "saved_view", saved.Id.ToString());
        await db.SaveChangesAsync(ct);
        return saved.Id;
    }

    /// <summary>Forgets a view; one that is not the caller's own does not exist for them.</summary>
    /// <exception cref="RuleException"><c>view_unknown</c>.</exception>
    public async Task ForgetAsync(ClaimsPrincipal caller, Guid id, CancellationToken ct)
    {
        var (wanted, organization, person) = (new Id<SavedReport>(id), caller.OrganizationOf(), caller.PersonOf() ?? Guid.Empty);
        var saved = await db.Set<SavedReport>()
            .SingleOrDefaultAsync(s => s.Id == wanted && s.OrganizationId == organization && s.PersonId == person, ct)
            ?? throw new RuleException("view_unknown", $"There is no view {id}.");
        db.Remove(saved);
        db.Note(organization, "saved_view.forgotten", "saved_view", id.ToString());
        await db.SaveChangesAsync(ct);
    }
}

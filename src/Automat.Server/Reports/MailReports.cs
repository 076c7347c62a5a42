using System.Globalization;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Notifications.Mail;
using Automat.Server.Panel;
using Automat.Server.Platform;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Reports;

/// <summary>
/// Sends reports by mail when their day has come, in the zone of the organisation: each morning, each Monday, on the first. What
/// a mail tells of is noted in the same save as the mail, so that none goes out twice, however often the server starts.
/// </summary>
internal sealed class MailReports(
    IServiceScopeFactory scopes, PublicAddress address, IServer server, TimeProvider clock, ILogger<MailReports> log) : BackgroundService
{
    private const int BatchSize = 100;
    private const int MostLines = 5;

    /// <summary>Before this hour the day before is not told of: whoever sold past midnight has reported by then.</summary>
    private const int Hour = 6;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunLaterAsync(
        clock, TimeSpan.FromMinutes(5), SendDueAsync, error => log.LogError(error, "Reports could not be sent; tried again"), stoppingToken);

    /// <summary>Sends every report that is due.</summary>
    internal async Task SendDueAsync(CancellationToken ct)
    {
        List<SavedReport> all;
        Dictionary<Id<Organization>, string> zones;
        await using (var across = scopes.CreateScopeAcross("reports of all organisations go out"))
        {
            var db = across.ServiceProvider.GetRequiredService<AutomatDb>();
            all = await db.Set<SavedReport>().AsNoTracking().Where(s => s.Rhythm != ReportRhythm.Never).OrderBy(s => s.Id).ToListAsync(ct);
            zones = await db.Set<ReportMark>().AsNoTracking().ToDictionaryAsync(m => m.OrganizationId, m => m.Zone, ct);
        }

        foreach (var saved in all.Where(s => DueOf(s, zones.GetValueOrDefault(s.OrganizationId, "UTC")) is not null).Take(BatchSize))
        {
            try
            {
                await SendAsync(saved, DueOf(saved, zones.GetValueOrDefault(saved.OrganizationId, "UTC"))!, ct);
            }
            catch (Exception error) when (error is RuleException or DbUpdateException)
            {
                log.LogWarning(error, "Report {Report} could not be sent; tried again", saved.Id);
            }
        }
    }

    /// <summary>The days a mail has to tell of now; null when none is due.</summary>
    private Period? DueOf(SavedReport saved, string zone)
    {
        var here = TimeZoneInfo.ConvertTime(
            clock.GetUtcNow(), TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found : TimeZoneInfo.Utc);
        var today = DateOnly.FromDateTime(here.DateTime);
        if (here.Hour < Hour) today = today.AddDays(-1);
        var period = saved.Rhythm switch
        {
            ReportRhythm.Daily => new Period(today.AddDays(-1), today.AddDays(-1)),
            ReportRhythm.Weekly => Period.Last(7, today.AddDays(-1 - (((int)today.DayOfWeek + 6) % 7))),
            ReportRhythm.Monthly => new Period(today.AddDays(1 - today.Day).AddMonths(-1), today.AddDays(-today.Day)),
            ReportRhythm.Never => null,
        };
        // Days that were over before somebody asked for mails are not told of.
        var since = DateOnly.FromDateTime(saved.CreatedAt.UtcDateTime).AddDays(-1);
        return period is null || saved.SentThrough >= period.To || period.To < since ? null : period;
    }

    private async Task SendAsync(SavedReport saved, Period period, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeOf(saved.OrganizationId).WorkOf("reports");
        var own = scope.ServiceProvider;
        var db = own.GetRequiredService<AutomatDb>();
        var kept = await db.Set<SavedReport>().SingleOrDefaultAsync(s => s.Id == saved.Id, ct);
        if (kept is null || kept.SentThrough >= period.To) return;
        kept.SentThrough = period.To;
        var before = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(kept.Language);
            // Whoever may not read reports any more gets none; the view stays.
            if (await own.GetRequiredService<IStaffMail>().AddressOfAsync(kept.OrganizationId, kept.PersonId, Permission.ReportsRead, ct) is { } recipient)
            {
                own.GetRequiredService<MailOutbox>().Add(kept.OrganizationId, recipient, await TextAsync(own, kept, period, ct));
            }
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = before;
        }

        await db.SaveChangesAsync(ct);
    }

    private async Task<MailText> TextAsync(IServiceProvider own, SavedReport saved, Period period, CancellationToken ct)
    {
        var t = own.GetRequiredService<IStringLocalizer<Texts>>();
        var report = await own.GetRequiredService<MakeReport>().RunAsync(
            saved.OrganizationId, saved.Kind, period, day => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero), ct);
        var days = period.Days == 1
            ? period.From.ToString("D", CultureInfo.CurrentCulture)
            : $"{period.From.Written()} – {period.To.Written()}";
        return new MailText(
            $"{saved.Name}: {days}",
            [
                t["Mail.Lead", t[ReportTexts.Of(saved.Kind)], days],
                .. report.Sums.Select(s => Said(report, s, t["Reports.Sum"], t)),
                .. report.Rows.Take(MostLines).Select(r => Said(report, r, ReportCells.Text(r.Cells[0]), t)),
                .. report.Rows.Count == 0 ? new[] { t["Reports.None"].Value } : [],
            ],
            t["Mail.Link"], address.ForMails(server) + ReportAddress.Of(saved.Kind, period));
    }

    private static string Said(Report report, ReportRow row, string name, IStringLocalizer<Texts> t)
    {
        var told = row.Cells.Zip(report.Columns).Skip(1).Where(c => c.First is not null)
            .Select(c => $"{t[c.Second.Title]} {ReportCells.Text(c.First)}");
        return $"{name}: {string.Join(", ", told)}";
    }
}

using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>What happens to credit by itself: allowances come, credit whose time is over goes.</summary>
internal sealed class CreditSweep(
    IServiceScopeFactory scopes, Journal.Journal journal, TimeProvider clock, ILogger<CreditSweep> log) : BackgroundService
{
    private const int BatchSize = 200;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunAsync(
        clock, Interval,
        async ct =>
        {
            await ExpireAsync(ct);
            await GiveAsync(ct);
        },
        error => log.LogError(error, "Allowances and expiring credit could not be looked after; tried again"), stoppingToken);

    /// <summary>Takes back what is left of credit whose time is over.</summary>
    internal async Task ExpireAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("expiring credit of all goes");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        while (true)
        {
            var now = clock.GetUtcNow().ToUniversalTime();
            var due = await db.Set<ChipCredit>().AsNoTracking().Where(c => c.ClosedAt == null && c.ExpiresAt <= now)
                .OrderBy(c => c.ExpiresAt).Take(BatchSize).ToListAsync(ct);
            foreach (var credit in due)
            {
                await journal.ExecuteAsync(new ExpireCredit(credit) { Organization = credit.OrganizationId }, ct);
            }

            if (due.Count < BatchSize) return;
        }
    }

    /// <summary>Gives the allowances that are due.</summary>
    internal async Task GiveAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("allowances of all are given");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var zones = (await db.Set<ChipSettings>().AsNoTracking().ToListAsync(ct)).ToDictionary(s => s.OrganizationId, s => s.TimeZone);
        var currencies = await db.Set<Organization>().AsNoTracking().ToDictionaryAsync(o => o.Id, o => o.Currency, ct);
        Guid last = default;
        while (true)
        {
            var page = await db.Set<Chip>().AsNoTracking()
                .Where(c => c.State == ChipState.Active && (Guid)(object)c.Id > last
                    && (c.Allowance != null || db.Set<ChipGroup>().Any(g => g.Id == c.GroupId && g.Allowance != null)))
                .OrderBy(c => c.Id).Take(BatchSize)
                .Select(c => new
                {
                    Chip = c,
                    Group = db.Set<ChipGroup>().Where(g => g.Id == c.GroupId).Select(g => g.Allowance).FirstOrDefault(),
                }).ToListAsync(ct);
            foreach (var found in page)
            {
                var chip = found.Chip.With(groupLimits: null, found.Group, allLimits: null);
                await GiveAsync(chip, zones.GetValueOrDefault(chip.OrganizationId) ?? "UTC", currencies[chip.OrganizationId], ct);
            }

            if (page.Count < BatchSize) return;
            last = page[^1].Chip.Id.Value;
        }
    }

    private async Task GiveAsync(Chip chip, string zone, Currency currency, CancellationToken ct)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var place) || chip.Grant is not { Amount: > 0 } allowance) return;
        var period = allowance.PeriodAt(clock.GetUtcNow(), place);
        if (chip.AllowanceThrough == period) return;
        try
        {
            await journal.ExecuteAsync(new GiveAllowance(chip.Id, period, place, currency) { Organization = chip.OrganizationId }, ct);
        }
        catch (RuleException meanwhile) when (meanwhile.Code == "allowance_not_due")
        {
            // Somebody changed the chip since it was read.
        }
    }
}

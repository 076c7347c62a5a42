using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Ledger;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>Money that came back to a chip after another took its place follows it there.</summary>
internal sealed class FollowReplacement(Id<Chip> from, Id<Chip> to, Currency currency) : JournalCommand<long>
{
    public override string Key { get; } = $"follow:{from}:{Guid.CreateVersion7()}";

    public override void Ask(JournalRows rows)
    {
        rows.Of<ChipRows>().Ask(from);
        rows.Of<ChipRows>().Ask(to);
        rows.AskBalance(Organization, Accounts.Chip(from.ToString()), currency);
    }

    public override long Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<ChipRows>().TryGet(from, out var old) || !rows.Of<ChipRows>().TryGet(to, out var chip)) return 0;
        var balance = rows.Balance(Organization, old.Tender.Account, currency);
        if (old.ReplacedBy != to || balance <= 0) return 0;
        rows.Book(Organization, MovedCredit.Entry(old, chip, new Money(balance, currency)), now);
        return balance;
    }
}

/// <summary>What has to happen to chips by itself: money follows a replacement, keys nobody needs any more go.</summary>
internal sealed class ChipSweep(
    IServiceScopeFactory scopes, Journal.Journal journal, TimeProvider clock, ILogger<ChipSweep> log) : BackgroundService
{
    private const int BatchSize = 500;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        LookAfterAsync("money that follows a chip", SweepReplacedAsync, stoppingToken),
        LookAfterAsync("keys no chip needs", SweepKeysAsync, stoppingToken));

    /// <summary>Moves what came back to chips that were replaced.</summary>
    internal async Task SweepReplacedAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("money follows replaced chips of all");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        Guid last = default;
        while (true)
        {
            var batch = await db.Set<Chip>().AsNoTracking().Where(c => c.ReplacedBy != null && (Guid)(object)c.Id > last)
                .OrderBy(c => c.Id).Take(BatchSize).Select(c => new { c.Id, c.ReplacedBy }).ToListAsync(ct);
            var chips = batch.ToDictionary(c => Accounts.Chip(c.Id.ToString()));
            foreach (var left in await Balances.PositiveAsync(db, chips.Keys, ct))
            {
                var chip = chips[left.Account];
                await journal.ExecuteAsync(
                    new FollowReplacement(chip.Id, chip.ReplacedBy!.Value, left.Amount.Currency) { Organization = left.Organization }, ct);
            }

            if (batch.Count < BatchSize) return;
            last = batch[^1].Id.Value;
        }
    }

    /// <summary>Removes keys that no chip in use is found by any more.</summary>
    internal async Task SweepKeysAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("old keys of all go");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        await db.Database.ExecuteSqlAsync(
            $"""
             delete from chip_keys k where k.version < (select max(n.version) from chip_keys n where n.organization_id = k.organization_id)
                 and not exists (select from chips c where c.organization_id = k.organization_id and c.key_version = k.version
                     and c.state <> 'Retired')
             """, ct);
    }

    private Task LookAfterAsync(string what, Func<CancellationToken, Task> sweep, CancellationToken stopping) => Rounds.RunAsync(
        clock, Interval, sweep, error => log.LogError(error, "Chips: {What} could not be looked after; tried again", what), stopping);
}

using Automat.Server.Audit;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Server.Tests.Audit;

/// <summary>Many who change things of one organisation at once neither wait for each other for ever nor leave a gap.</summary>
public sealed class AuditParallelTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    [Trait("Accepts", "S2-19")]
    public async Task Who_has_written_and_who_has_locked_a_row_do_not_wait_for_each_other()
    {
        await using var desk = await Desk.OpenAsync();
        var shared = Desk.ProductOf(desk.Organization, 1);
        await desk.SaveAsync(db => db.Add(shared));
        await using var first = desk.Scopes.CreateScopeOf(desk.Organization).WorkOf("first");
        await using var second = desk.Scopes.CreateScopeOf(desk.Organization).WorkOf("second");
        var (one, other) = (first.ServiceProvider.GetRequiredService<AutomatDb>(), second.ServiceProvider.GetRequiredService<AutomatDb>());
        await using var ofOne = await one.Database.BeginTransactionAsync();
        await using var ofOther = await other.Database.BeginTransactionAsync();

        one.Add(Desk.ProductOf(desk.Organization, 2));
        await one.SaveChangesAsync().WaitAsync(Patience); // has written to the log
        Assert.Single(await LockedAsync(other)); // has the row
        var waits = LockedAsync(one); // the first wants the row, too
        other.Add(Desk.ProductOf(desk.Organization, 3));
        await other.SaveChangesAsync().WaitAsync(Patience); // and the second writes to the log
        await ofOther.CommitAsync().WaitAsync(Patience);
        await waits.WaitAsync(Patience);
        await ofOne.CommitAsync().WaitAsync(Patience);

        Assert.Equal(["test", "second", "first"], (await desk.LogAsync()).Select(e => e.Actor == "somebody" ? "test" : e.Actor));
        Assert.True((await desk.VerifyAsync()).IsUnbroken);
    }

    [Fact]
    [Trait("Accepts", "S2-19")]
    public async Task Many_at_once_get_numbers_without_gaps()
    {
        const int People = 8, Each = 25;
        await using var desk = await Desk.OpenAsync();

        await Task.WhenAll(Enumerable.Range(0, People).Select(person => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                var number = (person * Each) + i;
                await desk.SaveAsync(
                    db =>
                    {
                        db.Add(Desk.ProductOf(desk.Organization, number));
                        db.Note(AuditLog.Platform, "platform.counted", "platform", $"{number}");
                        return Task.CompletedTask;
                    }, person: $"person-{person}");
            }
        }))).WaitAsync(TimeSpan.FromMinutes(3));

        var log = await desk.LogAsync();
        Assert.Equal(Enumerable.Range(1, People * Each), log.Select(e => (int)e.Number!.Value));
        Assert.True((await desk.VerifyAsync()).IsUnbroken);
        Assert.True((await desk.VerifyAsync(AuditLog.Platform)) is { IsUnbroken: true, Events: People * Each });
        Assert.All(
            log.GroupBy(e => e.Actor, StringComparer.Ordinal),
            ofOne => Assert.Equal(ofOne.Select(e => e.At).Order(), ofOne.Select(e => e.At)));
    }

    private static Task<List<Product>> LockedAsync(AutomatDb db) =>
        db.Set<Product>().FromSql($"select * from products where number = 1 for update").AsNoTracking().ToListAsync();
}

using Automat.Domain;
using Automat.Domain.Audit;
using Automat.Server.Audit;
using Automat.Server.Catalog;
using Automat.Server.Chips;
using Automat.Server.Data;
using Automat.Server.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Server.Tests.Audit;

/// <summary>Whoever saves something is in the log, with what it was before and is now, and never with a secret.</summary>
public sealed class AuditTrailTests
{
    [Fact]
    [Trait("Accepts", "S2-19")]
    public async Task What_is_added_changed_and_removed_has_an_event_each_without_anybody_saying_so()
    {
        await using var desk = await Desk.OpenAsync();
        var product = Desk.ProductOf(desk.Organization, 7);

        await desk.SaveAsync(db => db.Add(product));
        await desk.SaveAsync(db => db.Replace(product, product with { Price = 200, Name = "Pie" }));
        await desk.SaveAsync(async db => db.Remove(await db.Set<Product>().SingleAsync()));

        var log = await desk.LogAsync();
        Assert.Equal(["product.added", "product.changed", "product.removed"], log.Select(e => e.Action));
        Assert.Equal([1L, 2L, 3L], log.Select(e => e.Number!.Value));
        Assert.Equal("""{"name":{"from":"Product 7","to":"Pie"},"price":{"from":150,"to":200}}""", log[1].Changes);
        Assert.StartsWith("""{"allergens":{"to":""},"category":{"to":"Snacks"},""", log[0].Changes, StringComparison.Ordinal);
        Assert.Contains("\"price\":{\"from\":200}", log[2].Changes, StringComparison.Ordinal);
        Assert.All(log, e => Assert.Equal(
            (ActorKind.Person, "somebody", "product", product.Id.ToString()), (e.ActorKind, e.Actor, e.SubjectType, e.Subject)));
        Assert.True((await desk.VerifyAsync()).IsUnbroken);
    }

    [Fact]
    [Trait("Accepts", "S2-19")]
    public async Task The_hash_the_database_gives_is_the_one_the_rule_gives()
    {
        await using var desk = await Desk.OpenAsync();
        await desk.SaveAsync(db =>
        {
            var product = Desk.ProductOf(desk.Organization, 1) with { Name = "Tarta de «ñandú» 🥧 \"=1+1\"" };
            db.Add(product);
            db.Note(desk.Organization, "product.listed", "product", product.Id.ToString(), "Fiesta\tmayor");
        });
        await desk.SaveAsync(db => db.Note(desk.Organization, "cellar.opened", "cellar", "1"));

        var log = await desk.LogAsync();

        Assert.Equal(AuditChain.Hash(AuditChain.Genesis, log[0].Record), log[0].Hash);
        Assert.Equal(log[0].Hash, log[1].PreviousHash);
        Assert.Equal(AuditChain.Hash(log[0].Hash, log[1].Record), log[1].Hash);
    }

    [Fact]
    public async Task A_note_about_what_is_saved_becomes_its_event_and_its_reason_that_of_all_that_was_saved_with_it()
    {
        await using var desk = await Desk.OpenAsync();
        var (one, other) = (Desk.ProductOf(desk.Organization, 1), Desk.ProductOf(desk.Organization, 2));

        await desk.SaveAsync(db =>
        {
            db.Add(one);
            db.Add(other);
            db.Note(desk.Organization, "product.listed", "product", one.Id.ToString(), "new season");
        });

        var log = await desk.LogAsync();
        Assert.Equal(2, log.Count);
        var listed = Assert.Single(log, e => e.Action == "product.listed");
        Assert.Contains("\"number\":{\"to\":1}", listed.Changes, StringComparison.Ordinal);
        Assert.Equal("new season", Assert.Single(log, e => e.Action == "product.added").Reason);
    }

    [Fact]
    [Trait("Accepts", "S2-19")]
    public async Task Secrets_and_what_is_about_a_person_are_never_in_the_log()
    {
        await using var desk = await Desk.OpenAsync();
        var person = new Person
        {
            Id = Guid.CreateVersion7(),
            FirstName = "Firstnameofsomebody",
            LastName = "Lastnameofsomebody",
            UserName = "username-of-somebody",
            Email = "somebody@example.com",
            PasswordHash = "hash-of-somebody",
            SecurityStamp = "stamp-of-somebody",
        };
        await desk.SaveAsync(db => db.Add(person));
        await desk.SaveAsync(async db => (await db.Set<Person>().SingleAsync()).PasswordHash = "another-hash-of-somebody");
        var chip = new Chip
        {
            Id = Id<Chip>.New(),
            OrganizationId = desk.Organization,
            UidHash = [.. Enumerable.Repeat((byte)0xAB, 32)],
            Label = "Blue",
            CreatedAt = TimeProvider.System.GetUtcNow(),
        };
        await desk.SaveAsync(db => db.Add(chip));

        List<AuditEvent> log = [.. await desk.LogAsync(AuditLog.Platform), .. await desk.LogAsync()]; // people belong to no organisation

        Assert.DoesNotContain(log, e => e.Changes.Contains("somebody", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(log, e => e.Changes.Contains("abab", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("\"email\":\"set\"", log[0].Changes, StringComparison.Ordinal);
        Assert.Equal("""{"password_hash":"changed"}""", log[1].Changes);
        Assert.Contains("\"uid_hash\":\"set\"", log[2].Changes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_nobody_misses_makes_no_event()
    {
        await using var desk = await Desk.OpenAsync();
        var person = new Person
        {
            Id = Guid.CreateVersion7(),
            FirstName = "A",
            LastName = "B",
            UserName = "c",
        };
        await desk.SaveAsync(db => db.Add(person));

        await desk.SaveAsync(async db => (await db.Set<Person>().SingleAsync()).Seen(TimeProvider.System.GetUtcNow()));

        Assert.Single(await desk.LogAsync(AuditLog.Platform));
    }

    [Fact]
    [Trait("Accepts", "S2-19")]
    public async Task What_nobody_did_is_not_saved()
    {
        await using var desk = await Desk.OpenAsync();
        await using var scope = desk.Scopes.CreateScopeOf(desk.Organization);
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        db.Add(Desk.ProductOf(desk.Organization, 1));

        await Assert.ThrowsAsync<InvalidOperationException>(() => db.SaveChangesAsync());
        Assert.Throws<InvalidOperationException>(() => db.SaveChanges());

        await using var other = desk.Scopes.CreateScopeOf(desk.Organization);
        Assert.Empty(await other.ServiceProvider.GetRequiredService<AutomatDb>().Set<Product>().ToListAsync());
    }

    [Fact]
    public async Task A_save_that_does_not_know_what_was_before_is_refused()
    {
        await using var desk = await Desk.OpenAsync();
        var product = Desk.ProductOf(desk.Organization, 1);
        await desk.SaveAsync(db => db.Add(product));

        await Assert.ThrowsAsync<InvalidOperationException>(() => desk.SaveAsync(db => db.Update(product with { Price = 1 })));
    }

    [Fact]
    public async Task A_save_that_failed_and_is_tried_again_is_in_the_log_once()
    {
        await using var desk = await Desk.OpenAsync();
        await desk.SaveAsync(db => db.Add(Desk.ProductOf(desk.Organization, 1)));

        await desk.SaveAsync(async db =>
        {
            var second = Desk.ProductOf(desk.Organization, 1);
            db.Add(second);
            db.Note(desk.Organization, "cellar.opened", "cellar", "1");
            await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
            db.Entry(second).Property(p => p.Number).CurrentValue = 2;
        });

        var log = await desk.LogAsync();
        Assert.Equal(["cellar.opened", "product.added", "product.added"], log.Select(e => e.Action).Order(StringComparer.Ordinal));
        Assert.True((await desk.VerifyAsync()).IsUnbroken);
    }

    [Fact]
    public async Task What_was_taken_back_leaves_no_gap()
    {
        await using var desk = await Desk.OpenAsync();
        await using (var scope = desk.Scopes.CreateScopeOf(desk.Organization).WorkOf("test"))
        {
            var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
            await using var transaction = await db.Database.BeginTransactionAsync();
            db.Add(Desk.ProductOf(desk.Organization, 1));
            await db.SaveChangesAsync();
            await transaction.RollbackAsync();
        }

        await desk.SaveAsync(db => db.Add(Desk.ProductOf(desk.Organization, 2)));

        Assert.Equal(1, Assert.Single(await desk.LogAsync()).Number);
        Assert.True((await desk.VerifyAsync()).IsUnbroken);
    }

    [Fact]
    [Trait("Accepts", "S0-09")]
    public async Task The_latest_acts_of_some_kinds_are_listed_newest_first()
    {
        await using var desk = await Desk.OpenAsync();
        foreach (var action in new[] { "stock.set", "product.added", "stock.counted", "stock.set" })
        {
            await desk.SaveAsync(db => db.Note(desk.Organization, action, "slot", "m/A1"));
        }

        await using var scope = desk.Scopes.CreateScopeOf(desk.Organization);
        var acts = await scope.ServiceProvider.GetRequiredService<AutomatDb>()
            .LatestAsync(desk.Organization, ["stock.set", "stock.counted"], 2, default);

        Assert.Equal(["stock.set", "stock.counted"], acts.Select(a => a.Action));
        Assert.All(acts, a => Assert.Equal(("somebody", "m/A1"), (a.Actor, a.Subject)));
    }

    [Fact]
    public async Task A_reason_is_one_line_of_bounded_length()
    {
        await using var desk = await Desk.OpenAsync();

        await desk.SaveAsync(db => db.Note(desk.Organization, "a.b", "c", "1", " first\n\0second " + new string('x', 600)));

        var reason = Assert.Single(await desk.LogAsync()).Reason!;
        Assert.StartsWith("first  second x", reason, StringComparison.Ordinal);
        Assert.Equal(500, reason.Length);
    }

    [Theory]
    [InlineData("203.0.113.77", "203.0.113.0/24")]
    [InlineData("::ffff:203.0.113.77", "203.0.113.0/24")]
    [InlineData("2001:db8:1234:5678:9abc::1", "2001:db8:1234::/48")]
    public void Where_somebody_came_from_is_a_network_and_no_address(string address, string network)
    {
        var actor = new Actor();
        actor.Comes(System.Net.IPAddress.Parse(address), "trace");

        Assert.Equal(network, actor.Origin);
    }

    [Fact]
    public void Two_cannot_do_the_same_work()
    {
        var actor = Actor.Of("a worker");
        actor.Is(ActorKind.System, "a worker");

        Assert.Throws<InvalidOperationException>(() => actor.Is(ActorKind.Person, "somebody"));
        Assert.Throws<InvalidOperationException>(() => new Actor().Id);
    }
}

using System.Net;
using System.Net.Http.Json;
using Automat.Domain.Stock;
using Automat.Server.Machines;
using Automat.Server.Stock;
using Automat.Simulator.Faults;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Automat.Scenarios;

/// <summary>Goods on their way: whatever happens to them, the log adds up to what is there.</summary>
[Trait("Accepts", "S3-02")]
[Trait("Accepts", "S1-04")]
public sealed class StockTests(AuditedApp shared) : IClassFixture<AuditedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S0-05")]
    public async Task After_any_history_every_level_is_the_sum_of_its_movements()
    {
        var (warehouse, van) = (await PlaceAsync("Store", "warehouse"), await PlaceAsync("Van 7", "van"));
        await app.GivenMachineAsync("history");
        var dice = new Dice(20261129, "history", "moves");
        var refused = 0;
        for (var i = 0; i < 120; i++)
        {
            var (product, pieces, from) = (1 + dice.Below(3), 1 + dice.Below(8), dice.Below(2) == 0 ? warehouse : van);
            var status = dice.Below(7) switch
            {
                0 => await MoveAsync(new { kind = "receive", place = from, product, quantity = pieces, expires_on = $"2027-01-{1 + dice.Below(4):00}" }),
                1 => await MoveAsync(new { kind = "transfer", place = from, to = from == van ? warehouse : van, product, quantity = pieces }),
                2 => await MoveAsync(new { kind = "count", place = from, product, quantity = pieces }),
                3 => await MoveAsync(new { kind = "spoil", place = from, product, quantity = pieces }),
                4 => await VisitAsync("history", Guid.CreateVersion7(), new { slot = "A1", found = (int?)dice.Below(8), filled = dice.Below(3), removed = dice.Below(2), bad = dice.Below(2) }, van),
                5 => (await app.CallAsync(HttpMethod.Put, "/api/v1/machines/history/slots", new
                {
                    slots = new[] { new { code = "A1", product, price = 150, capacity = 10, par_level = 8, stock = dice.Below(10) } },
                })).Status,
                _ => await SellOneAsync(),
            };
            if ((int)status >= 400) refused++;
        }

        var check = await app.CallAsync(HttpMethod.Get, "/api/v1/stock/check");

        Assert.True(check.Body.GetProperty("sound").GetBoolean(), check.Body.GetRawText());
        Assert.InRange(refused, 1, 100); // some of it was refused, and moved nothing
        var kinds = await app.QueryAsync(db => db.Set<StockMovement>().Select(m => m.Kind).Distinct().ToListAsync());
        foreach (var kind in new[] { MovementKind.Opening, MovementKind.Receive, MovementKind.Transfer, MovementKind.Count, MovementKind.Spoil, MovementKind.Fill, MovementKind.Sale, MovementKind.Planogram })
        {
            Assert.Contains(kind, kinds);
        }
    }

    [Fact]
    public async Task A_round_is_planned_changed_and_given_up_by_a_program()
    {
        var van = await PlaceAsync("Harbour van", "van");
        foreach (var machine in new[] { "round-1", "round-2" }) await app.GivenMachineAsync(machine);
        const string routes = "/api/v1/stock/routes";

        var wrong = await app.CallAsync(HttpMethod.Post, routes, new { name = "", days_between = 0, machines = new[] { "nowhere" } });
        var added = await app.CallAsync(HttpMethod.Post, routes, new { name = "Harbour", place = van, days_between = 3, machines = new[] { "round-1" } });
        var one = $"{routes}/{added.Body.GetProperty("id").GetGuid()}";
        var changed = await app.CallAsync(HttpMethod.Put, one, new { name = "Harbour", days_between = 2, machines = new[] { "round-2", "round-1" } });
        var seen = await app.CallAsync(HttpMethod.Get, one);
        var gone = await app.CallAsync(HttpMethod.Delete, one);

        Assert.Equal((HttpStatusCode)422, wrong.Status);
        Assert.Equal("route_invalid", wrong.Body.GetProperty("code").GetString());
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.NoContent, HttpStatusCode.NoContent), (added.Status, changed.Status, gone.Status));
        Assert.Equal(["round-2", "round-1"], seen.Body.GetProperty("machines").EnumerateArray().Select(m => m.GetString()));
        Assert.Equal(2, seen.Body.GetProperty("days_between").GetInt32());
        Assert.Equal(HttpStatusCode.NotFound, (await app.CallAsync(HttpMethod.Get, one)).Status);
    }

    [Fact]
    public async Task A_check_finds_what_somebody_changed_past_the_server()
    {
        await app.GivenMachineAsync("tampered");
        await app.SetUpAsync("set session_replication_role = replica; update slots set stock = stock + 1 where machine_id = 'tampered'");

        var check = await app.CallAsync(HttpMethod.Get, "/api/v1/stock/check");

        await app.SetUpAsync("set session_replication_role = replica; update slots set stock = stock - 1 where machine_id = 'tampered'");
        Assert.False(check.Body.GetProperty("sound").GetBoolean());
        Assert.Contains("tampered", check.Body.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("update stock_movements set quantity = 1")]
    [InlineData("delete from stock_movements")]
    [InlineData("truncate stock_movements")]
    [InlineData("truncate slots cascade")]
    public async Task Nobody_changes_the_log_not_even_a_superuser(string sql) =>
        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => app.SetUpAsync(sql))).SqlState);

    [Fact]
    public async Task What_expires_first_leaves_first_and_keeps_its_date_on_the_way()
    {
        var (warehouse, van) = (await PlaceAsync("Cold room", "warehouse"), await PlaceAsync("Van 8", "van"));
        await MoveAsync(new { kind = "receive", place = warehouse, product = 5, quantity = 4, expires_on = "2027-03-01" });
        await MoveAsync(new { kind = "receive", place = warehouse, product = 5, quantity = 4, expires_on = "2027-02-01" });

        await MoveAsync(new { kind = "transfer", place = warehouse, to = van, product = 5, quantity = 5 });

        var there = await app.QueryAsync(db => db.Set<StockBatch>().Where(b => (Guid)(object)b.PlaceId == van)
            .OrderBy(b => b.ExpiresOn).Select(b => new { b.ExpiresOn, b.Quantity }).ToListAsync());
        Assert.Equal([(new DateOnly(2027, 2, 1), 4), (new DateOnly(2027, 3, 1), 1)], there.Select(b => (b.ExpiresOn!.Value, b.Quantity)));
        Assert.Equal(HttpStatusCode.Conflict, await MoveAsync(new { kind = "spoil", place = warehouse, product = 5, quantity = 99 }));
        var id = Guid.CreateVersion7();
        await MoveAsync(new { kind = "receive", place = van, product = 9, quantity = 3, id });
        await MoveAsync(new { kind = "receive", place = van, product = 9, quantity = 3, id });
        Assert.Equal(3, await app.QueryAsync(db => db.Set<StockBatch>().Where(b => (Guid)(object)b.PlaceId == van && b.ExpiresOn == null).SumAsync(b => b.Quantity)));
    }

    [Fact]
    [Trait("Accepts", "S3-05")]
    public async Task A_visit_moves_all_at_once_and_sent_twice_it_is_one()
    {
        var van = await PlaceAsync("Van 9", "van");
        await app.GivenMachineAsync("visited"); // five of product 1 in A1, of which eight are wanted
        await MoveAsync(new { kind = "receive", place = van, product = 1, quantity = 2, expires_on = "2027-05-01" });
        var low = await app.CallAsync(HttpMethod.Get, "/api/v1/stock/low");
        var visit = Guid.CreateVersion7();
        // Four were there, one of them bad; five are put in, though the books have two in the van.
        var line = new { slot = "A1", found = (int?)4, filled = 5, removed = 0, bad = 1 };

        await VisitAsync("visited", visit, line, van, "B-17");
        await VisitAsync("visited", visit, line, van, "B-17");
        var tooMany = await VisitAsync("visited", Guid.CreateVersion7(), new { slot = "A1", found = (int?)null, filled = 9, removed = 0, bad = 0 }, van);

        Assert.Equal(HttpStatusCode.Conflict, tooMany);
        Assert.Contains("\"fridge-1\"", low.Body.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(8, await StockAsync("visited"));
        Assert.Equal(0, await app.QueryAsync(db => db.Set<StockBatch>().Where(b => (Guid)(object)b.PlaceId == van).SumAsync(b => b.Quantity)));
        var moved = await app.QueryAsync(db => db.Set<StockMovement>().Where(m => m.Together == visit).OrderBy(m => m.Number).Select(m => new { m.Kind, m.Quantity }).ToListAsync());
        Assert.Equal(
            [(MovementKind.Count, -1), (MovementKind.Spoil, -1), (MovementKind.Count, 3), (MovementKind.Fill, 5)],
            moved.Where(m => m.Quantity > -2).Select(m => (m.Kind, m.Quantity)).ToList());
        Assert.Equal(-5, moved.Where(m => m.Kind is MovementKind.Fill && m.Quantity < 0).Sum(m => m.Quantity));
        var kept = await app.QueryAsync(db => db.Set<RestockVisit>().SingleAsync(v => v.MachineId == Automat.Domain.MachineId.Parse("visited")));
        Assert.Equal(("B-17", -1), (kept.CashBag, kept.Difference));
    }

    [Fact]
    [Trait("Accepts", "S0-07")]
    public async Task What_existing_stock_pages_do_is_in_the_log_with_who_did_it()
    {
        using var admin = new RobotBuyer(app);
        await admin.Browser.PostAsJsonAsync("/api/admin-login", new { username = "admin1", password = TestApp.Password });
        await admin.Browser.PostAsJsonAsync("/api/update-inventory", new { product_id = "2", inventory = "7", price = "2.00" });

        var last = await app.QueryAsync(db => db.Set<StockMovement>().OrderByDescending(m => m.Number)
            .FirstAsync(m => m.MachineId == Automat.Domain.MachineId.Parse("robot-1")));

        Assert.Equal((MovementKind.Count, -3), (last.Kind, last.Quantity));
        Assert.True(Guid.TryParse(last.DoneBy, out _));
    }

    [Fact]
    public async Task The_rule_of_what_is_low_says_the_same_in_the_database()
    {
        var slots = await app.QueryAsync(db => db.Set<Slot>().AsNoTracking().Where(s => s.Capacity != null).ToListAsync());
        var low = await app.QueryAsync(db => db.Set<Slot>().AsNoTracking().Where(LowStock.IsLow).Select(s => new { s.MachineId, s.Code }).ToListAsync());

        Assert.Equal(
            slots.Where(s => s.ParLevel != 0 && s.Stock <= RestockRules.MinimumOf(s.MinLevel, s.ParLevel)).Select(s => $"{s.MachineId}/{s.Code}").Order(StringComparer.Ordinal),
            low.Select(s => $"{s.MachineId}/{s.Code}").Order(StringComparer.Ordinal));
    }

    private async Task<Guid> PlaceAsync(string name, string kind) =>
        (await app.CallAsync(HttpMethod.Post, "/api/v1/stock/places", new { name, kind })).Body.GetProperty("id").GetGuid();

    private async Task<HttpStatusCode> MoveAsync(object movement) => (await app.CallAsync(HttpMethod.Post, "/api/v1/stock/movements", movement)).Status;

    private async Task<HttpStatusCode> VisitAsync(string machine, Guid id, object line, Guid place, string? bag = null) =>
        (await app.CallAsync(HttpMethod.Post, $"/api/v1/machines/{machine}/visits", new { id, lines = new[] { line }, place, cash_bag = bag })).Status;

    private Task<int> StockAsync(string machine) => app.QueryAsync(db =>
        db.Set<Slot>().Where(s => s.MachineId == Automat.Domain.MachineId.Parse(machine)).Select(s => s.Stock).SingleAsync());

    /// <summary>As the journal takes a piece out with a sale: under its role, and saying nothing.</summary>
    private async Task<HttpStatusCode> SellOneAsync()
    {
        await app.SetUpAsync("begin; set local role automat_journal; update slots set stock = stock - 1 where machine_id = 'history' and stock > 0; commit");
        return HttpStatusCode.OK;
    }
}

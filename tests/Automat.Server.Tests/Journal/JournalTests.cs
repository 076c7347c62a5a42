using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Automat.Server.Machines;
using Automat.Server.Vends;
using Automat.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Automat.Server.Tests.Journal;

public sealed class JournalTests : IAsyncLifetime
{
    private TestDatabase database = null!;
    private JournalHost host = null!;
    private TestSales sales = null!;

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync();
        host = await JournalHost.StartAsync(database);
        sales = new TestSales(host.Organization);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-22")]
    public async Task Chips_that_race_are_never_overdrawn_and_the_chain_never_breaks()
    {
        foreach (var chip in Enumerable.Range(0, 4)) await RunAsync(sales.TopUp($"{chip}", 100 * TestSales.Price));

        var refused = 0;
        await Callers(64, async caller =>
        {
            for (var i = 0; i < 24; i++)
            {
                try
                {
                    var vend = await RunAsync(sales.Reserve($"r:{caller}:{i}", $"{(caller + i) % 4}"));
                    await RunAsync(sales.Settle(vend, i % 3 == 0 ? Settlement.Cancel : Settlement.Commit));
                }
                catch (RuleException broken)
                {
                    Assert.Equal("insufficient_credit", broken.Code);
                    Interlocked.Increment(ref refused);
                }
            }
        });

        var books = await CheckAsync();
        Assert.NotEqual(0, refused);
        // All credit was wanted, so none is left: four hundred pies were sold, not one more.
        Assert.Equal(400, books.Kinds.Count(k => k == "vend.committed"));
        Assert.Equal(0, books.Balance(sales.Organization.Value, "held"));
    }

    [Fact]
    [Trait("Accepts", "S2-23")]
    public async Task One_key_from_many_callers_at_once_has_one_effect_and_one_answer()
    {
        await RunAsync(sales.TopUp("1", 10_000));

        var answers = await Callers(64, _ => RunAsync(sales.Reserve("session-7", "1")));
        var later = await RunAsync(sales.Reserve("session-7", "1"));

        Assert.Equal([later], answers.Distinct());
        Assert.Equal(["chip.topped_up", "vend.reserved"], (await CheckAsync()).Kinds);
    }

    [Fact]
    [Trait("Accepts", "S2-23")]
    public async Task The_same_key_for_another_request_is_refused()
    {
        await RunAsync(sales.TopUp("1", 10_000));
        await RunAsync(sales.Reserve("session-7", "1"));

        Assert.Equal("idempotency_key_reused", await RefusedAsync(sales.Reserve("session-7", "1", amount: 200)));
    }

    [Fact]
    public async Task The_same_key_means_another_request_in_another_organization()
    {
        var other = new TestSales(await host.AddOrganizationAsync("Other"));
        await RunAsync(sales.TopUp("1", 10_000));
        await RunAsync(other.TopUp("1", 10_000));

        var here = await RunAsync(sales.Reserve("session-7", "1"));
        var there = await RunAsync(other.Reserve("session-7", "1"));

        Assert.NotEqual(here, there);
        await CheckAsync();
    }

    [Fact]
    public async Task A_command_that_breaks_a_rule_is_refused_alone_and_the_rest_of_its_batch_is_booked()
    {
        await RunAsync(sales.TopUp("rich", 10_000));
        Task<Guid>[] bought;
        Task<string> poor, nowhere;
        Task<long> bug;
        await using (await BlockedAsync())
        {
            bought = [.. Enumerable.Range(0, 10).Select(i => RunAsync(sales.Reserve($"rich:{i}", "rich")))];
            poor = RefusedAsync(sales.Reserve("poor", "poor"));
            nowhere = RefusedAsync(new TestSales(Id<Organization>.New()).Reserve("nowhere", "rich"));
            bug = RunAsync(Faulty("bug"));
            bought = [.. bought, .. Enumerable.Range(10, 10).Select(i => RunAsync(sales.Reserve($"rich:{i}", "rich")))];
        }

        await Task.WhenAll(bought);
        Assert.Equal(("insufficient_credit", "organization_unknown"), (await poor, await nowhere));
        Assert.Equal("A bug.", (await Assert.ThrowsAsync<InvalidOperationException>(() => bug)).Message);
        Assert.Equal(20, (await CheckAsync()).Kinds.Count(k => k == "vend.reserved"));
    }

    [Fact]
    public async Task A_write_that_a_unique_index_refuses_fails_alone_by_halving()
    {
        Vend Paid(string session) => sales.Of(Tender.Paid("stripe")) with { Session = session };
        Task<Guid>[] paid;
        Task<string> twice;
        await using (await BlockedAsync())
        {
            paid = [.. Enumerable.Range(0, 12).Select(i => RunAsync(sales.Reserve($"paid:{i}", Paid($"cs_{i}"))))];
            twice = RefusedAsync(sales.Reserve("paid again", Paid("cs_3")));
            paid = [.. paid, .. Enumerable.Range(12, 5).Select(i => RunAsync(sales.Reserve($"paid:{i}", Paid($"cs_{i}"))))];
        }

        await Task.WhenAll(paid);
        Assert.Equal("changed_meanwhile", await twice);
        Assert.Equal(17, (await CheckAsync()).Kinds.Count);
    }

    [Fact]
    public async Task A_full_queue_says_so_at_once_and_loses_nothing()
    {
        await using var small = await JournalHost.StartAsync(database, configure: services =>
            services.AddSingleton(Options.Create(new JournalOptions { QueueLimit = 8, BatchLimit = 4 })));
        var shop = new TestSales(small.Organization);
        Task<long>[] all;
        await using (await BlockedAsync())
        {
            all = [.. Enumerable.Range(1, 50).Select(i => small.Journal.ExecuteAsync(shop.TopUp($"{i}", 100)))];
            var told = all.Where(t => t.IsFaulted).Select(t => ((RuleException)t.Exception!.InnerException!).Code);
            Assert.InRange(told.Count(), 50 - 8 - 4, 49);
            Assert.Equal(["journal_full"], told.Distinct());
        }

        var booked = all.Where(t => !t.IsFaulted).ToArray();
        await Task.WhenAll(booked);
        Assert.Equal(booked.Length, (await CheckAsync()).Kinds.Count);
    }

    [Fact]
    public async Task A_connection_killed_under_the_journal_costs_a_second_try_and_no_second_effect()
    {
        await RunAsync(sales.TopUp("1", 1_000_000));
        await using var killer = await database.SuperuserConnectionAsync();
        using var sold = new CancellationTokenSource();
        var booked = 0;
        var kills = KillAsync(killer, () => Volatile.Read(ref booked), sold.Token);

        await Callers(16, async caller =>
        {
            for (var i = 0; i < 60; i++)
            {
                var vend = await RunAsync(sales.Reserve($"r:{caller}:{i}", "1"));
                await RunAsync(sales.Settle(vend, Settlement.Commit));
                Interlocked.Increment(ref booked);
            }
        });
        await sold.CancelAsync();

        Assert.NotEqual(0, await kills);
        var books = await CheckAsync();
        Assert.Equal(16 * 60, books.Kinds.Count(k => k == "vend.reserved"));
        Assert.Equal(16 * 60, books.Kinds.Count(k => k == "vend.committed"));
    }

    [Fact]
    public async Task A_database_that_is_gone_is_told_to_everybody_who_waits_and_back_again_it_is_used()
    {
        await using var admin = new NpgsqlConnection((await TestCluster.GetAsync()).Superuser("postgres"));
        await admin.OpenAsync();
        await using var close = new NpgsqlCommand($"""
            alter database {database.Name} with allow_connections false;
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = '{database.Name}'
            """, admin);
        await using var open = new NpgsqlCommand($"alter database {database.Name} with allow_connections true", admin);
        await RunAsync(sales.TopUp("1", 1_000));
        await close.ExecuteNonQueryAsync();

        var told = await Callers(20, i => RefusedAsync(sales.TopUp($"{i}", 100)));
        await open.ExecuteNonQueryAsync();
        await RunAsync(sales.TopUp("1", 2_000));

        Assert.Equal(["database_unreachable"], told.Distinct());
        Assert.Equal(2, (await CheckAsync()).Kinds.Count);
    }

    [Fact]
    public async Task Two_servers_on_one_database_write_one_unbroken_chain()
    {
        await using var second = await JournalHost.StartAsync(database);
        await RunAsync(sales.TopUp("1", 1_000_000));

        await Callers(32, async caller =>
        {
            var here = caller % 2 == 0 ? host : second;
            var there = caller % 2 == 0 ? second : host;
            for (var i = 0; i < 15; i++)
            {
                var vend = await here.Journal.ExecuteAsync(sales.Reserve($"r:{caller}:{i}", "1"));
                var again = there.Journal.ExecuteAsync(sales.Reserve($"r:{caller}:{i}", "1"));
                var ends = await Task.WhenAll(
                    here.Journal.ExecuteAsync(sales.Settle(vend, Settlement.Commit)),
                    there.Journal.ExecuteAsync(sales.Settle(vend, Settlement.Commit)));
                Assert.Equal(vend, await again);
                Assert.Equal([VendStatus.Committed, VendStatus.Committed], ends);
            }
        });

        Assert.Equal(32 * 15, (await CheckAsync()).Kinds.Count(k => k == "vend.committed"));
    }

    [Fact]
    public async Task No_table_is_ever_read_whole_although_all_were_empty_when_the_first_plans_were_made()
    {
        await using (var server = await JournalHost.StartAsync(database))
        {
            var shop = new TestSales(server.Organization);
            await server.Journal.ExecuteAsync(shop.TopUp("1", 1_000_000));
            await Callers(8, async caller =>
            {
                for (var i = 0; i < 25; i++)
                {
                    var vend = await server.Journal.ExecuteAsync(shop.Reserve($"r:{caller}:{i}", "1"));
                    await server.Journal.ExecuteAsync(shop.Settle(vend, Settlement.Commit));
                }
            });
        } // its connections end, and what they read is counted

        await using var connection = await database.OwnerConnectionAsync();
        await using var count = new NpgsqlCommand("""
            select sum(seq_tup_read)::bigint, sum(n_tup_ins)::bigint from pg_stat_user_tables
            where relname in ('balances', 'journal_answers', 'ledger_entries', 'slots', 'vends')
            """, connection);
        for (var tries = 0; ; tries++)
        {
            await using var reader = await count.ExecuteReaderAsync();
            await reader.ReadAsync();
            Assert.Equal(0, reader.GetInt64(0));
            if (reader.GetInt64(1) >= 2 * 401 + 200) return;
            Assert.InRange(tries, 0, 100);
            await reader.CloseAsync();
            await Task.Delay(50);
        }
    }

    [Fact]
    public async Task Stopping_commits_what_waits_and_turns_later_callers_away()
    {
        Task<long>[] waiting;
        Task stopping;
        await using (await BlockedAsync())
        {
            waiting = [.. Enumerable.Range(1, 700).Select(i => RunAsync(sales.TopUp($"{i}", 100)))];
            stopping = ((IHostedService)host.Journal).StopAsync(CancellationToken.None);
        }

        await stopping;
        await Task.WhenAll(waiting);
        Assert.Equal("shutting_down", await RefusedAsync(sales.TopUp("late", 100)));
        Assert.Equal(700, (await CheckAsync()).Kinds.Count);
    }

    [Fact]
    [Trait("Accepts", "S2-24")]
    public async Task A_delivery_told_after_the_cancel_is_charged_to_the_chip_again()
    {
        await RunAsync(sales.TopUp("1", 1_000));
        var vend = await RunAsync(sales.Reserve("late", "1"));
        await RunAsync(sales.Settle(vend, Settlement.Cancel));
        var command = new MachineCommand
        {
            Id = Id<MachineCommand>.New(),
            OrganizationId = sales.Organization,
            MachineId = TestSales.Machine,
            VendId = new Id<Vend>(vend),
            Kind = "vend",
            Payload = "{}",
            Deadline = TestSales.Now.AddMinutes(1),
            CreatedAt = TestSales.Now,
        };
        var terms = new DeliveryTerms("vend", default, default, default, UsesCode: false, SalesAtOnce: 1);

        await RunAsync(new EndDelivery(
            command, DeliveryOutcome.Delivered, "delivered", terms, host.Services.GetRequiredService<VendSignals>())
        {
            Organization = sales.Organization,
        });

        var books = await CheckAsync();
        Assert.Equal(1_000 - TestSales.Price, books.Balance(sales.Organization.Value, "chip:1"));
        Assert.Equal(0, books.Balance(sales.Organization.Value, "losses"));
    }

    /// <summary>Kills again and again, but only when something was booked since: however slow the machine, there is an end.</summary>
    private static async Task<int> KillAsync(NpgsqlConnection killer, Func<int> booked, CancellationToken ct)
    {
        var kills = 0;
        await using var kill = new NpgsqlCommand("""
            select count(pg_terminate_backend(pid)) from pg_stat_activity
            where datname = current_database() and application_name = 'automat_journal'
            """, killer);
        while (!ct.IsCancellationRequested)
        {
            var before = booked();
            kills += (int)(long)(await kill.ExecuteScalarAsync(CancellationToken.None))!;
            while (booked() == before && !ct.IsCancellationRequested) await Task.Delay(20, CancellationToken.None);
        }

        return kills;
    }

    private static async Task<T[]> Callers<T>(int count, Func<int, Task<T>> work) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(caller => Task.Run(() => work(caller))));

    private static Task Callers(int count, Func<int, Task> work) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(caller => Task.Run(() => work(caller))));

    private Faulty Faulty(string key) => new(key) { Organization = sales.Organization };

    private Task<T> RunAsync<T>(JournalCommand<T> command) => host.Journal.ExecuteAsync(command);

    private async Task<string> RefusedAsync<T>(JournalCommand<T> command) =>
        (await Assert.ThrowsAsync<RuleException>(() => RunAsync(command))).Code;

    private async Task<Books> CheckAsync()
    {
        await using var connection = await database.OwnerConnectionAsync();
        return await Books.CheckAsync(connection);
    }

    /// <summary>Holds every ledger's head until disposed, so that commands gather into batches.</summary>
    private async Task<NpgsqlConnection> BlockedAsync()
    {
        var connection = await database.OwnerConnectionAsync();
        await using var block = new NpgsqlCommand("begin; select 1 from ledger_heads for update", connection);
        await block.ExecuteNonQueryAsync();
        return connection;
    }
}

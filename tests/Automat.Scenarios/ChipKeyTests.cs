using System.Net;
using System.Text;
using System.Text.Json;
using Automat.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Automat.Scenarios;

/// <summary>What a chip's UID is kept as: a keyed hash, under a key that can be exchanged while everybody buys.</summary>
[Trait("Accepts", "S2-05")]
public sealed class ChipKeyTests : IAsyncLifetime
{
    private TestApp app = null!;
    private TestDevice device = null!;

    public async ValueTask InitializeAsync()
    {
        app = await TestApp.StartAsync();
        device = new TestDevice(app);
        await app.AllowAsync("chip.keys");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task While_the_key_is_exchanged_every_chip_goes_on_paying_and_the_old_key_goes_with_the_last_one()
    {
        var chips = new List<TestChip>();
        for (var i = 0; i < 4; i++) chips.Add(await app.GivenChipAsync(1_000));
        await app.SetUpAsync($"update chips set state = 'Retired' where id not in ({Ids(chips)})");
        var held = await device.ReserveAsync("held", chips[0].Uid, more: ",\"amount\":100");

        var rotated = (await app.CallAsync(HttpMethod.Post, "/api/v1/chips/keys")).Body;
        var repeated = await device.ReserveAsync("held", chips[0].Uid, more: ",\"amount\":100");
        await device.CommitAsync(held.Text("reservation_id"));
        var again = await app.CallAsync(HttpMethod.Post, "/api/v1/chips", new { uid = chips[3].Uid });
        var fresh = await app.GivenChipAsync(500);
        var sweep = app.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<Automat.Server.Chips.ChipSweep>().Single();
        await sweep.SweepKeysAsync(default);
        var during = await VersionsAsync();
        foreach (var chip in chips)
        {
            var paid = await device.ReserveAsync($"after-{chip.Id}", chip.Uid, more: ",\"amount\":100");
            Assert.Equal(201, paid.Status);
            await device.CommitAsync(paid.Text("reservation_id"));
        }

        await sweep.SweepKeysAsync(default);

        Assert.Equal([(2, 0), (1, 4)], Keys(rotated));
        Assert.Equal(held.Json.GetRawText(), repeated.Json.GetRawText());
        Assert.Equal("chip_already_issued", again.Body.GetProperty("code").GetString());
        Assert.Equal([(2, 2), (1, 3)], during);
        Assert.Equal([(2, 5)], await VersionsAsync());
        Assert.Equal(201, (await device.ReserveAsync("fresh", fresh.Uid, more: ",\"amount\":100")).Status);
        Assert.Equal("chip_already_issued", (await app.CallAsync(HttpMethod.Post, "/api/v1/chips", new { uid = chips[1].Uid })).Body.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Another_node_that_has_not_heard_of_the_new_key_finds_chips_all_the_same()
    {
        var chip = await app.GivenChipAsync(1_000);
        await using var other = await app.StartAnotherAsync();
        var there = new TestDevice(() => other.Client, "fridge-1");
        var first = await there.ReserveAsync("node-1", chip.Uid, more: ",\"amount\":100");
        await there.CancelAsync(first.Text("reservation_id"));

        await app.CallAsync(HttpMethod.Post, "/api/v1/chips/keys");
        var here = await device.ReserveAsync("node-2", chip.Uid, more: ",\"amount\":100"); // moves it to the new key
        await device.CancelAsync(here.Text("reservation_id"));
        var second = await there.ReserveAsync("node-3", chip.Uid, more: ",\"amount\":100");

        Assert.Equal((201, 201, 201), (first.Status, here.Status, second.Status));
        await there.CancelAsync(second.Text("reservation_id"));
    }

    [Fact]
    public async Task Only_administrators_exchange_keys()
    {
        await app.SetUpAsync("update api_tokens set scopes = array_remove(scopes, 'chip.keys')");

        Assert.Equal(HttpStatusCode.Forbidden, (await app.CallAsync(HttpMethod.Post, "/api/v1/chips/keys")).Status);
    }

    [Fact]
    [Trait("Accepts", "S2-trap-plain-hash")]
    public async Task A_uid_is_in_no_table_however_it_is_written_and_no_plain_hash_of_it_either()
    {
        const string Uid = "04C3D2E1F0A985";
        await app.CallWithKeyAsync("/api/v1/chips", new { uid = "04:c3:d2:e1:f0:a9:85", label = "x", holder = "Somebody", initial_top_up = 500 }, "uid-1");
        var sold = await device.ReserveAsync("uid", Uid);
        await device.CommitAsync(sold.Text("reservation_id"));
        await app.CallAsync(HttpMethod.Post, "/api/v1/chips/keys");
        await device.ReserveAsync("uid-2", "04-C3-D2-E1-F0-A9-85", slot: "A3");
        await device.ReserveAsync("unknown", "04C3D2E1F0A986");
        await app.CallAsync(HttpMethod.Post, "/api/v1/chips", new { uid = Uid });

        var everything = await EverythingAsync();

        Assert.Contains("Somebody", everything, StringComparison.Ordinal);
        Assert.All(Spellings(Uid).Concat(Spellings("04C3D2E1F0A986")), s => Assert.DoesNotContain(s, everything, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> Spellings(string uid)
    {
        var bytes = Convert.FromHexString(uid);
        byte[] reversed = [.. bytes.Reverse()];
        foreach (var order in new[] { bytes, reversed })
        {
            var hex = Convert.ToHexString(order);
            yield return hex;
            foreach (var between in new[] { ":", "-", " " }) yield return string.Join(between, hex.Chunk(2).Select(c => new string(c)));
            yield return Convert.ToBase64String(order);
            yield return order.Aggregate(0UL, (sum, b) => (sum << 8) | b).ToString(System.Globalization.CultureInfo.InvariantCulture);
            yield return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(order));
            yield return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes(hex)));
            yield return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes(hex.ToLowerInvariant())));
        }
    }

    /// <summary>Every row of every table, as text.</summary>
    private async Task<string> EverythingAsync()
    {
        await using var superuser = await app.Database.SuperuserConnectionAsync();
        var tables = new List<string>();
        await using (var list = new NpgsqlCommand("select tablename from pg_tables where schemaname = 'public' order by 1", superuser))
        await using (var reader = await list.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync()) tables.Add(reader.GetString(0));
        }

        var all = new StringBuilder();
        foreach (var table in tables)
        {
            await using var rows = new NpgsqlCommand($"select t::text from \"{table}\" t", superuser);
            await using var reader = await rows.ExecuteReaderAsync();
            while (await reader.ReadAsync()) all.AppendLine(reader.GetString(0));
        }

        return all.ToString();
    }

    private static List<(int, int)> Keys(JsonElement answer) =>
        [.. answer.GetProperty("keys").EnumerateArray().Select(k => (k.GetProperty("version").GetInt32(), k.GetProperty("chips").GetInt32()))];

    private static string Ids(IEnumerable<TestChip> chips) => string.Join(", ", chips.Select(c => $"'{c.Id}'"));

    private async Task<List<(int, int)>> VersionsAsync() => Keys((await app.CallAsync(HttpMethod.Get, "/api/v1/chips/keys")).Body);
}

using System.Globalization;
using System.Text.Json.Nodes;
using Automat.Simulator.Faults;
using Automat.Simulator.Machines;
using Automat.Simulator.Running;

namespace Automat.Simulator.Staff;

/// <summary>What a server keeps for a run: machines with secrets of their own, and chips with credit.</summary>
/// <param name="Machines">The machines, each with the secret it was given when it enrolled.</param>
/// <param name="Chips">The chips by UID, with the id the server gave them.</param>
/// <param name="Credit">Minor units on each chip.</param>
/// <param name="MqttPort">Where the server told the machines to find MQTT; null when it told of no plain one.</param>
public sealed record Enlisted(
    IReadOnlyList<Participant> Machines, IReadOnlyDictionary<string, string> Chips, long Credit, int? MqttPort);

/// <summary>
/// Brings simulated machines into a server that runs elsewhere, the way an operator does: registers them, fills their slots,
/// makes an enrolment code for each, and has each machine trade its code for its id and secret.
/// </summary>
/// <param name="staff">Somebody with a key.</param>
/// <param name="http">Connections of the machines.</param>
/// <param name="server">The server.</param>
public sealed class Registration(StaffApi staff, HttpMessageInvoker http, Uri server)
{
    private const int Stock = 100_000;
    private const int SlotsPerMachine = 6;
    private const int AtOnce = 8;

    /// <summary>Registers machines, mixed by kind; their names are those of this run alone.</summary>
    /// <param name="count">How many.</param>
    /// <param name="shares">Shares by kind.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="StaffRefusedException">The server refused.</exception>
    /// <exception cref="FormatException">The shares make no sense.</exception>
    public async Task<Enlisted> EnlistAsync(int count, string? shares, int seed, CancellationToken ct)
    {
        var run = "sim-" + Guid.CreateVersion7().ToString("n")[..12];
        var wares = await WaresAsync(ct);
        var planned = MachineMix.Of(count, shares, seed);
        var enlisted = new Participant[planned.Count];
        int? mqtt = null;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, planned.Count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            async (at, over) =>
            {
                var one = planned[at];
                var (who, told) = await BringInAsync(one, $"{run}-{one.Who.Id}", wares, over);
                enlisted[at] = one with { Who = who };
                mqtt = told ?? mqtt;
            });
        return new Enlisted(enlisted, await ChipsAsync(Math.Max(4, count / 2), seed, run, ct), ChipCredit, mqtt);
    }

    /// <summary>Retires the machines of a run: the server keeps their sales and lets them in no more.</summary>
    public async Task RetireAsync(IReadOnlyList<Participant> machines, CancellationToken ct) => await Parallel.ForEachAsync(
        machines, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
        async (one, over) => await staff.SendAsync(
            HttpMethod.Put, $"/api/v1/machines/{one.Who.Id}/state",
            new JsonObject { ["state"] = "retired", ["confirm"] = one.Who.Id }, once: null, over));

    private const long ChipCredit = 50_000;

    private async Task<(MachineIdentity Who, int? Mqtt)> BringInAsync(Participant one, string id, Wares wares, CancellationToken ct)
    {
        await staff.SendAsync(
            HttpMethod.Post, "/api/v1/machines",
            new JsonObject
            {
                ["id"] = id,
                ["name"] = $"Simulated {one.Kind.Name} {one.Number + 1}",
                ["location"] = "Simulation",
                ["driver"] = one.Kind.Driver,
                ["time_zone"] = wares.TimeZone,
                ["currency"] = wares.Currency,
                ["settings"] = JsonNode.Parse(one.Kind.SettingsOf(one.Number)),
            }, once: null, ct);
        await staff.SendAsync(
            HttpMethod.Put, $"/api/v1/machines/{id}/slots", new JsonObject { ["slots"] = SlotsOf(one, wares) }, once: null, ct);
        var offered = await staff.SendAsync(HttpMethod.Post, $"/api/v1/machines/{id}/enrolments", body: null, once: null, ct);
        // From here on the machine itself speaks: it has a code and nothing else.
        var machine = new StaffApi(http, server, key: "none");
        var given = await machine.SendAsync(
            HttpMethod.Post, "/device/v1/enrolments", new JsonObject { ["code"] = offered["code"]!.GetValue<string>() }, once: null, ct);
        var mqtt = Uri.TryCreate(given["mqtt"]?.GetValue<string>(), UriKind.Absolute, out var at) && at.Scheme == "mqtt" && at.Port > 0
            ? at.Port
            : (int?)null;
        return (new MachineIdentity(given["device_id"]!.GetValue<string>(), given["secret"]!.GetValue<string>()), mqtt);
    }

    private static JsonArray SlotsOf(Participant one, Wares wares)
    {
        var sold = one.Kind.SellsCredits ? wares.Credits : wares.Goods;
        var slots = Enumerable.Range(0, one.Kind.SellsCredits ? 1 : SlotsPerMachine).Select(at =>
        {
            var (product, price) = sold[(one.Number + at) % sold.Count];
            var slot = new JsonObject
            {
                ["code"] = string.Create(CultureInfo.InvariantCulture, $"A{at + 1}"),
                ["product"] = product,
                ["price"] = price,
            };
            if (one.Kind.SellsCredits) return slot;
            slot["capacity"] = Stock;
            slot["stock"] = Stock;
            return slot;
        });
        return new JsonArray([.. slots]);
    }

    private async Task<Dictionary<string, string>> ChipsAsync(int count, int seed, string run, CancellationToken ct)
    {
        var dice = new Dice(seed, run, "uids"); // a chip is issued once, so each run has others
        var chips = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var at = 0; at < count; at++)
        {
            var uid = dice.Hex()[..14];
            var issued = await staff.SendAsync(
                HttpMethod.Post, "/api/v1/chips", new JsonObject { ["uid"] = uid, ["label"] = "simulated" }, once: null, ct);
            var id = issued["id"]!.GetValue<string>();
            await staff.SendAsync(
                HttpMethod.Post, $"/api/v1/chips/{id}/top-ups",
                new JsonObject { ["amount"] = ChipCredit, ["reason"] = "simulation" }, $"{run}-{uid}", ct);
            chips[uid] = id;
        }

        return chips;
    }

    /// <summary>What the server sells already, as its machines' slots tell.</summary>
    private async Task<Wares> WaresAsync(CancellationToken ct)
    {
        var goods = new List<(int Product, long Price)>();
        var credits = new List<(int Product, long Price)>();
        string? currency = null;
        string? zone = null;
        foreach (var machine in (await staff.AllAsync("/api/v1/machines?limit=50", ct)).Take(50))
        {
            var slots = await staff.GetAsync($"/api/v1/machines/{machine["id"]!.GetValue<string>()}/slots", ct);
            foreach (var slot in slots["slots"]!.AsArray())
            {
                var ware = (slot!["product"]!.GetValue<int>(), slot["price"]!.GetValue<long>());
                (slot["capacity"] is null ? credits : goods).Add(ware);
                currency ??= machine["currency"]!.GetValue<string>();
                zone ??= machine["time_zone"]!.GetValue<string>();
            }
        }

        if (goods.Count == 0) goods = credits;
        if (credits.Count == 0) credits = goods;
        return goods.Count == 0
            ? throw new StaffRefusedException("The server has no machine with anything in it yet: fill one, so that there is something to sell.")
            : new Wares([.. goods.DistinctBy(w => w.Product)], [.. credits.DistinctBy(w => w.Product)], currency!, zone!);
    }

    private sealed record Wares(
        IReadOnlyList<(int Product, long Price)> Goods, IReadOnlyList<(int Product, long Price)> Credits, string Currency,
        string TimeZone);
}

using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Automat.Domain;
using Automat.Protocol;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Devices;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>A machine's configuration as it is sent.</summary>
/// <param name="Version">Names exactly this content.</param>
/// <param name="Etag">The same in quotes.</param>
/// <param name="Json">The document.</param>
internal sealed record ConfigDocument(string Version, string Etag, byte[] Json)
{
    /// <summary>Whether a device that names this version has this document.</summary>
    public bool Is(string? named) => named == Version || named == Etag;
}

/// <summary>
/// Builds machines' configurations. Remembered for two seconds, because a fleet asks all the time for what hardly ever
/// changes; a change is out within those two seconds.
/// </summary>
internal sealed class DeviceConfigs(
    IServiceScopeFactory scopes, NativeMachines natives, MachinePrices prices, DeviceRates rates, TimeProvider clock)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<MachineId, (ConfigDocument Document, DateTimeOffset Until)> known = new();

    public async ValueTask<ConfigDocument> OfAsync(Machine machine, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (known.TryGetValue(machine.Id, out var entry) && entry.Until > now) return entry.Document;
        var document = Write(await BuildAsync(machine, ct));
        known[machine.Id] = (document, now + Remembered);
        return document;
    }

    private async Task<DeviceConfig> BuildAsync(Machine machine, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeOf(machine.OrganizationId);
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var slots = await (from slot in db.Set<Slot>().AsNoTracking()
                           join product in db.Set<Product>().AsNoTracking() on slot.ProductId equals product.Id
                           where slot.MachineId == machine.Id
                           orderby slot.Code
                           select new { slot, product.Name }).ToListAsync(ct);
        // The machine as it stands in the table: what this node remembers of it may be older than what was just changed.
        var current = await db.Set<Machine>().AsNoTracking().SingleOrDefaultAsync(m => m.Id == machine.Id, ct) ?? machine;
        var settings = natives.SettingsOf(current);
        var asked = await prices.AtAsync(current, ct);
        return new DeviceConfig
        {
            Version = "",
            Machine = current.Id.Value,
            Name = current.Name,
            State = current.State is MachineState.Active ? "active" : "out_of_service",
            Currency = current.Currency.Code,
            CurrencyDigits = current.Currency.MinorDigits,
            TimeZone = current.TimeZone,
            Slots = slots.ConvertAll(s => new DeviceSlot(s.slot.Code, s.Name, asked.Of(s.slot), s.slot.Capacity)),
            Features = settings.Features,
            Limits = new DeviceLimits
            {
                LargestBody = DeviceCallers.LargestBody,
                EventsPerBatch = TakeEvents.MostEvents,
                LongestWait = FetchCommands.LongestWait,
                RequestsPerMinute = rates.PerMinute,
                LargestAmount = settings.LargestAmount,
            },
            NextPollS = settings.ConfigPollS,
            HeartbeatS = settings.HeartbeatS,
            ReservationS = settings.ReservationS,
        };
    }

    /// <summary>The version is a hash of everything else, so that nobody has to count.</summary>
    private static ConfigDocument Write(DeviceConfig config)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(config, ProtocolJson.Default.DeviceConfig);
        var version = Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, 12));
        return new ConfigDocument(
            version, $"\"{version}\"",
            JsonSerializer.SerializeToUtf8Bytes(config with { Version = version }, ProtocolJson.Default.DeviceConfig));
    }
}

using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Journal;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>A key UIDs are hashed under; the key itself is shown to nobody.</summary>
/// <param name="Version">Its number; the highest counts.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Chips">Chips in use that are still found by it.</param>
internal sealed record ChipKeyAnswer(int Version, DateTimeOffset CreatedAt, int Chips);

/// <summary>An organisation's keys, newest first.</summary>
internal sealed record ChipKeysAnswer(IReadOnlyList<ChipKeyAnswer> Keys);

/// <summary>Writes down a new key, in the order of everything that issues chips.</summary>
internal sealed class BookChipKey(byte[] protectedKey, AuditSignature by) : JournalCommand<int>
{
    public override string Key { get; } = $"chip-key:{Guid.CreateVersion7()}";

    public override void Ask(JournalRows rows) => rows.Of<ChipKeyRows>().Ask(Organization);

    public override int Decide(JournalRows rows, DateTimeOffset now)
    {
        var version = rows.Of<ChipKeyRows>().TryGet(Organization, out var newest) ? newest.Version + 1 : 1;
        rows.Of<ChipKeyRows>().Put(new ChipKey
        {
            OrganizationId = Organization,
            Version = version,
            ProtectedKey = protectedKey,
            CreatedAt = now.ToUniversalTime(),
        });
        rows.Of<AuditRows>().Note(
            Organization, by, now, "chip_key.rotated", "chip_key", version.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return version;
    }
}

/// <summary>
/// Exchanges the key UIDs are hashed under. UIDs are kept nowhere, so each chip moves to the new key when it is next presented;
/// until then it is found by the old one. An old key goes once no chip in use needs it.
/// </summary>
internal sealed class RotateChipKey(AutomatDb db, ChipKeys keys, Journal.Journal journal, Actor actor)
{
    public async Task<ChipKeysAnswer> RunAsync(Id<Organization> organization, CancellationToken ct)
    {
        await keys.OfAsync(organization, ct); // the first one is made by itself
        await journal.ExecuteAsync(
            new BookChipKey(keys.NewKey(), AuditSignature.Of(actor)) { Organization = organization }, ct);
        await keys.LookAsync(organization, ct);
        return await ShowAsync(organization, ct);
    }

    public async Task<ChipKeysAnswer> ShowAsync(Id<Organization> organization, CancellationToken ct)
    {
        var counts = await db.Set<Chip>().Where(c => c.OrganizationId == organization && c.State != ChipState.Retired)
            .GroupBy(c => c.KeyVersion).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var all = await db.Set<ChipKey>().AsNoTracking().Where(k => k.OrganizationId == organization)
            .OrderByDescending(k => k.Version).Select(k => new { k.Version, k.CreatedAt }).ToListAsync(ct);
        return new ChipKeysAnswer([.. all.Select(k => new ChipKeyAnswer(k.Version, k.CreatedAt, counts.GetValueOrDefault(k.Version)))]);
    }

    public static void Map(IEndpointRouteBuilder chips)
    {
        chips.MapGet("/keys", async (RotateChipKey rotate, ClaimsPrincipal caller, CancellationToken ct) =>
                TypedResults.Ok(await rotate.ShowAsync(caller.OrganizationOf(), ct)))
            .RequirePermission(Permission.ChipKeys)
            .WithName("ListChipKeys").WithSummary("The keys UIDs are hashed under, and how many chips still need each");
        chips.MapPost("/keys", async (RotateChipKey rotate, ClaimsPrincipal caller, CancellationToken ct) =>
                TypedResults.Ok(await rotate.RunAsync(caller.OrganizationOf(), ct)))
            .RequirePermission(Permission.ChipKeys)
            .WithName(nameof(RotateChipKey)).WithSummary("Exchange the key UIDs are hashed under");
    }
}

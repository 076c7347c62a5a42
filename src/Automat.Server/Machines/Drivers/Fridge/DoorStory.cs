using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using Automat.Domain.Doors;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>What a fridge's door tells of a sale: when it was open, what was named, what the scale says.</summary>
internal sealed class DoorStory(AutomatDb db, IStringLocalizer<Texts> t) : IVendStory
{
    private const int MostWords = 60;

    public StoryChapter Chapter => StoryChapter.Evidence;

    public async Task<IReadOnlyList<StoryEvent>> TellAsync(Vend vend, ClaimsPrincipal reader, CancellationToken ct)
    {
        var id = vend.Id;
        var visit = await db.Set<DoorVisit>().AsNoTracking().SingleOrDefaultAsync(v => v.VendId == id, ct);
        if (visit is null) return [];
        var told = new List<StoryEvent> { new(visit.UnlockedAt, t["Story.Unlocked"]) { Detail = visit.Transaction } };
        if (visit.OpenedAt is { } opened) told.Add(new(opened, t["Story.Opened"]));
        if (visit.ClosedAt is { } closed) told.Add(new(closed, t["Story.Closed"]) { Detail = WeightOf(visit) });
        if (visit.Items is not null || visit.Evidence is not null)
        {
            told.Add(new(visit.ToldAt ?? visit.ClosedAt ?? visit.GivenUpAt ?? visit.UnlockedAt, t["Story.Told", visit.Source.ToString().ToLowerInvariant()])
            {
                Tone = visit.Status is DoorStatus.Review or DoorStatus.Doubtful ? "wait" : "idle",
                Detail = $"{ItemsOf(visit)}{(visit.Evidence is { } why ? $" · {why}" : "")}",
                Address = "/panel/baskets",
            });
        }

        foreach (var word in await db.Set<DoorWord>().AsNoTracking().Where(w => w.VendId == id).OrderBy(w => w.Id).Take(MostWords).ToListAsync(ct))
        {
            told.Add(new(word.At, word.Source) { Detail = word.Text });
        }

        return told;
    }

    private string? WeightOf(DoorVisit visit) => (visit.MassBefore, visit.MassNow) is ({ } before, { } now)
        ? $"{t["Baskets.Lighter"]} {Grams(before - now)}{(visit.Expected is { } expected ? $" · {t["Baskets.Expected"]} {Grams(expected)}" : "")}"
        : null;

    private string Grams(long milligrams) => t["Baskets.Grams", (milligrams / 1000m).ToString("0.#", CultureInfo.CurrentCulture)];

    private static string ItemsOf(DoorVisit visit) => visit.Items is null
        ? "–"
        : string.Join(", ", (JsonSerializer.Deserialize<List<TakenItem>>(visit.Items) ?? []).Select(i => $"{i.Quantity} × {i.Sku}"));
}

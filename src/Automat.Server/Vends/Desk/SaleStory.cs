using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Vends.Desk;

/// <summary>What this module and those below it know of a sale: its path, its money, its commands, what the provider told, who did what.</summary>
internal sealed class SaleStory(AutomatDb db, IActorNames names, IStringLocalizer<Texts> t)
{
    private const int Most = 100;

    /// <summary>The states a sale came through, oldest first. What is over is known by its time; how it stands now is the last.</summary>
    public IReadOnlyList<StoryEvent> PathOf(Vend vend)
    {
        var path = new List<StoryEvent> { new(vend.ReservedAt, t["Status.Reserved"]) { Detail = t[SaleTexts.Of(vend.Tender.Kind)] } };
        if (vend.StartedAt is { } started) path.Add(new(started, t["Status.Delivering"]));
        if (vend.Status is VendStatus.Unknown)
        {
            path.Add(new(vend.StartedAt ?? vend.ReservedAt, t["Status.Unknown"]) { Tone = "bad", Detail = vend.Reason });
        }

        if (vend.SettledAt is { } settled)
        {
            var cancelled = vend.Status is VendStatus.Cancelled;
            path.Add(new(settled, vend.Late ? t["Status.Late"] : t[cancelled ? "Status.Cancelled" : "Status.Committed"])
            {
                Tone = cancelled || vend.Late ? "bad" : "good",
                Detail = cancelled ? vend.Reason : new Amount(vend.Delivered, vend.Amount.Currency.Code).ToString(),
            });
            if (vend.Refunded > 0 && vend.Status is VendStatus.PartlyRefunded or VendStatus.Refunded)
            {
                path.Add(new(settled, t[SaleTexts.Of(vend.Status)])
                {
                    Detail = $"{new Amount(vend.Refunded, vend.Amount.Currency.Code)}{(vend.Reason is { } why ? $" · {why}" : "")}",
                });
            }
        }

        return path;
    }

    /// <summary>Payment, hold, paybacks, debts.</summary>
    public async Task<IReadOnlyList<StoryEvent>> MoneyOfAsync(Vend vend, CancellationToken ct)
    {
        var told = new List<StoryEvent>();
        var id = vend.Id;
        foreach (var purchase in await db.Set<Purchase>().AsNoTracking().Where(p => p.VendId == id).OrderBy(p => p.Id).Take(Most).ToListAsync(ct))
        {
            told.Add(new(purchase.CreatedAt, t["Money.Opened"])
            {
                Detail = $"{Money(purchase.Amount, purchase.Currency)} · {purchase.Provider} · {purchase.SessionId}",
            });
            if (purchase.PaidAt is { } paid) told.Add(new(paid, t["Money.Paid"]) { Tone = "good", Detail = purchase.IntentId });
        }

        if (await db.Set<CardHold>().AsNoTracking().SingleOrDefaultAsync(h => h.VendId == id, ct) is { } hold)
        {
            told.Add(new(hold.CreatedAt, t["Hold.Held"]) { Detail = $"{Money(hold.Amount, hold.Currency)} · {hold.Provider} · {hold.IntentId}" });
            if (hold.Status is not HoldStatus.Held)
            {
                told.Add(new(hold.EndedAt ?? hold.NextAttemptAt, t[SaleTexts.Of(hold.Status)])
                {
                    Tone = hold.Status switch { HoldStatus.Captured or HoldStatus.Released => "good", HoldStatus.Lost => "bad", _ => "wait" },
                    Detail = $"{Money(hold.Received > 0 ? hold.Received : hold.Wanted, hold.Currency)}{Dot(hold.Error)}",
                });
            }
        }

        foreach (var payback in await db.Set<Payback>().AsNoTracking().Where(p => p.VendId == id).OrderBy(p => p.Id).Take(Most).ToListAsync(ct))
        {
            var (text, tone) = SaleTexts.Of(payback.Status);
            told.Add(new(payback.PaidAt ?? payback.CreatedAt, t[text])
            {
                Tone = tone,
                Detail = $"{Money(payback.Amount, payback.Currency)} · {payback.Reason}{Dot(payback.RefundId)}{Dot(payback.Error)}",
                Address = payback.Status is PaybackStatus.Failed ? "/panel/refunds" : null,
            });
        }

        foreach (var debt in await db.Set<Debt>().AsNoTracking().Where(d => d.VendId == id).OrderBy(d => d.Id).Take(Most).ToListAsync(ct))
        {
            var (text, tone) = SaleTexts.Of(debt.Status);
            told.Add(new(debt.EndedAt ?? debt.CreatedAt, t[text])
            {
                Tone = tone,
                Detail = $"{Money(debt.Amount, debt.Currency)} · {debt.Reason}{Dot(debt.Error)}",
            });
        }

        return told;
    }

    /// <summary>What the machine was told to do for it.</summary>
    public async Task<IReadOnlyList<StoryEvent>> CommandsOfAsync(Vend vend, CancellationToken ct)
    {
        var told = new List<StoryEvent>();
        var id = vend.Id;
        foreach (var command in await db.Set<MachineCommand>().AsNoTracking().Where(c => c.VendId == id).OrderBy(c => c.Id).Take(Most).ToListAsync(ct))
        {
            told.Add(new(command.CreatedAt, t["Command.Written", command.Kind]));
            if (command.SentAt is { } sent) told.Add(new(sent, t["Command.Handed", command.Attempts]) { Detail = command.Id.ToString() });
            var (text, tone) = SaleTexts.Of(command.State);
            told.Add(new(command.AcknowledgedAt ?? command.SentAt ?? command.CreatedAt, t[text]) { Tone = tone, Detail = command.Outcome });
        }

        return told;
    }

    /// <summary>What the provider told of its payment and of its pay page.</summary>
    public async Task<IReadOnlyList<StoryEvent>> EventsOfAsync(Vend vend, CancellationToken ct)
    {
        List<string> subjects = [.. new[] { vend.Session, vend.Intent }.OfType<string>()];
        if (subjects.Count == 0) return [];
        var events = await db.Set<InboxEvent>().AsNoTracking().Where(e => subjects.Contains(e.Subject!))
            .OrderBy(e => e.ReceivedAt).Take(Most)
            .Select(e => new { e.Id, e.Type, e.ReceivedAt, e.Status, e.Attempts, e.Error }).ToListAsync(ct);
        return [.. events.Select(e =>
        {
            var (text, tone) = SaleTexts.Of(e.Status);
            return new StoryEvent(e.ReceivedAt, e.Type) { Tone = tone, Detail = $"{t[text]} · {e.Id}{Dot(e.Error)}" };
        })];
    }

    /// <summary>Who did what about it.</summary>
    public async Task<IReadOnlyList<StoryEvent>> ActsOfAsync(Vend vend, ClaimsPrincipal reader, CancellationToken ct)
    {
        if (!reader.Allows(Permission.AuditRead)) return [];
        var acts = await db.ActsOnAsync(vend.Organization, "vend", vend.Id.ToString(), Most, ct);
        var known = await names.OfAsync([.. acts.Select(a => a.Actor).Distinct(StringComparer.Ordinal)], ct);
        return [.. acts.Select(a => new StoryEvent(a.At, a.Action)
        {
            Detail = $"{known.GetValueOrDefault(a.Actor, a.Actor)}{Dot(a.Reason)}",
            Address = $"/panel/audit?subject={Uri.EscapeDataString($"vend/{vend.Id}")}",
        })];
    }

    private static string Money(long minor, Currency currency) => new Amount(minor, currency.Code).ToString();

    private static string Dot(string? text) => string.IsNullOrEmpty(text) ? "" : $" · {text}";
}

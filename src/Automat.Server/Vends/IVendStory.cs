using System.Security.Claims;
using Automat.Domain.Vends;
using Microsoft.AspNetCore.Components;

namespace Automat.Server.Vends;

/// <summary>The chapters of a sale's story, in the order staff read them.</summary>
public enum StoryChapter
{
    /// <summary>Payments, holds, captures, paybacks, debts.</summary>
    Money,

    /// <summary>Refunds that were asked for, claims, cash to be handed out.</summary>
    Refunds,

    /// <summary>What the machine was told, and what it said.</summary>
    Machine,

    /// <summary>What shows what was taken: baskets, weights, counters.</summary>
    Evidence,

    /// <summary>What the payment provider told.</summary>
    Provider,

    /// <summary>What was booked.</summary>
    Ledger,

    /// <summary>Who did what about it.</summary>
    Audit,
}

/// <summary>Something that happened about a sale.</summary>
/// <param name="At">When.</param>
/// <param name="Title">What, in the reader's language or as the stable word it has.</param>
public sealed record StoryEvent(DateTimeOffset At, string Title)
{
    /// <summary>What else is known of it.</summary>
    public string? Detail { get; init; }

    /// <summary><c>good</c>, <c>wait</c>, <c>bad</c> or <c>idle</c>.</summary>
    public string Tone { get; init; } = "idle";

    /// <summary>Where there is more.</summary>
    public string? Address { get; init; }
}

/// <summary>
/// What a module knows about a sale that the sale itself does not: modules above this one tell it here, so that the sale's page
/// shows all of it and nobody reads another's tables.
/// </summary>
public interface IVendStory
{
    /// <summary>Where it belongs.</summary>
    StoryChapter Chapter { get; }

    /// <summary>Everything it knows, oldest first and not without end; nothing where the reader may not see it.</summary>
    /// <param name="vend">The sale; its organisation is the reader's.</param>
    /// <param name="reader">Who reads.</param>
    /// <param name="ct">Gives up.</param>
    Task<IReadOnlyList<StoryEvent>> TellAsync(Vend vend, ClaimsPrincipal reader, CancellationToken ct);

    /// <summary>What the reader can do about the sale, as a part of the page; null for nothing.</summary>
    RenderFragment? Offer(Vend vend, ClaimsPrincipal reader) => null;
}

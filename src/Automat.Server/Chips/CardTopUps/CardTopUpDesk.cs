using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Automat.Server.Chips.CardTopUps;

/// <summary>What is sent to have a chip's holder pay for credit by card.</summary>
/// <param name="Amount">Minor units of the organisation's currency.</param>
/// <param name="Language">Language of the pay page, such as <c>de</c>; absent lets the browser decide.</param>
internal sealed record OpenCardTopUpRequest(long? Amount, string? Language = null);

/// <summary>A top-up by card.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status"><c>open</c>, <c>paid</c> or <c>closed</c>.</param>
/// <param name="Amount">Minor units asked for; once paid, what was paid.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Url">The provider's page to pay at; null when it can no longer be paid.</param>
/// <param name="CreatedAt">When it was opened.</param>
/// <param name="ExpiresAt">When the page closes.</param>
/// <param name="LedgerSequence">Number of the entry that made it credit; null before.</param>
/// <param name="Reason">Why it was closed; null as long as it is not.</param>
internal sealed record CardTopUpAnswer(
    Guid Id, string Status, long Amount, string Currency, string? Url, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt,
    long? LedgerSequence, string? Reason);

/// <summary>Opens the provider's page for credit, once per idempotency key, and tells what became of it.</summary>
internal sealed class CardTopUpDesk(
    AutomatDb db, Journal.Journal journal, IPaymentProvider provider, Idempotency idempotency, Actor actor,
    IOptions<CardTopUpOptions> options)
{
    private const string PathOfOne = "/{id:guid}/card-top-ups/{topUp:guid}";

    /// <summary>Opens the page; a repeat is answered with the same one.</summary>
    /// <param name="organization">Whose chip.</param>
    /// <param name="chip">The chip.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="key">The caller's idempotency key.</param>
    /// <param name="address">This server's public address.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="FieldsException"><c>amount_invalid</c>, <c>top_up_invalid</c>, by field.</exception>
    /// <exception cref="RuleException"><c>chip_unknown</c>, <c>chip_retired</c>, and what the idempotency key may break.</exception>
    /// <exception cref="ProviderException">No page was opened; repeat with the same key when the provider is back.</exception>
    public async Task<CardTopUpAnswer> OpenAsync(
        Id<Organization> organization, Id<Chip> chip, OpenCardTopUpRequest request, string key, string address, CancellationToken ct)
    {
        Check(request);
        var currency = await db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);
        return await idempotency.RunAsync(organization, "card-top-up:" + key, async () =>
        {
            var id = new Id<CardTopUp>(await journal.ExecuteAsync(
                new OpenCardTopUp(
                    chip, new Money(request.Amount!.Value, currency), provider.Name, options.Value.PageLasts, key, AuditSignature.Of(actor))
                {
                    Organization = organization,
                }, ct));
            var topUp = await db.Set<CardTopUp>().AsNoTracking().SingleAsync(t => t.Id == id, ct);
            return topUp is { SessionId: null, Status: CardTopUpStatus.Open }
                ? await OpenPageAsync(topUp, request.Language, address, ct)
                : await TellAsync(topUp, ct);
        });
    }

    /// <summary>What became of one; null when there is no such.</summary>
    public async Task<CardTopUpAnswer?> FindAsync(Id<Organization> organization, Id<Chip> chip, Guid id, CancellationToken ct)
    {
        var topUp = new Id<CardTopUp>(id);
        var found = await db.Set<CardTopUp>().AsNoTracking().SingleOrDefaultAsync(
            t => t.Id == topUp && t.ChipId == chip && t.OrganizationId == organization, ct);
        return found is null ? null : await TellAsync(found, ct);
    }

    public static void Map(IEndpointRouteBuilder chips)
    {
        chips.MapPost("/{id:guid}/card-top-ups", async (
                Guid id, OpenCardTopUpRequest request, CardTopUpDesk desk, PublicAddress address, HttpContext context,
                CancellationToken ct) =>
            {
                var opened = await desk.OpenAsync(
                    context.User.OrganizationOf(), new Id<Chip>(id), request, Idempotency.KeyOf(context), address.For(context.Request), ct);
                return TypedResults.Created($"/api/v1/chips/{id}/card-top-ups/{opened.Id}", opened);
            })
            .RequirePermission(Permission.ChipTopUp)
            .WithName(nameof(OpenCardTopUp)).WithSummary("Open a page on which credit for a chip is paid by card");
        chips.MapGet(PathOfOne, async (
                Guid id, Guid topUp, CardTopUpDesk desk, ClaimsPrincipal caller, CancellationToken ct) =>
                TypedResults.Ok(await desk.FindAsync(caller.OrganizationOf(), new Id<Chip>(id), topUp, ct)
                    ?? throw new RuleException("top_up_unknown", "There is no such top-up.")))
            .RequirePermission(Permission.ChipRead)
            .WithName("GetCardTopUp").WithSummary("What became of a top-up by card");
    }

    private static void Check(OpenCardTopUpRequest request)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (request.Amount is not (>= 1 and <= TopUpChip.Most))
            faults["amount"] = $"The amount lies between 1 and {TopUpChip.Most} minor units.";
        if (request.Language is { } language && (language.Length is < 2 or > 10 || !language.All(c => char.IsAsciiLetter(c) || c == '-')))
            faults["language"] = "A language such as de or en-GB.";
        FieldsException.ThrowIfAny(faults.Count == 1 && faults.ContainsKey("amount") ? "amount_invalid" : "top_up_invalid", faults);
    }

    private async Task<CardTopUpAnswer> OpenPageAsync(CardTopUp topUp, string? language, string address, CancellationToken ct)
    {
        Checkout page;
        try
        {
            page = await provider.CreateCheckoutAsync(
                new CheckoutRequest(
                    topUp.Id.Value, topUp.Currency.Code, [new CheckoutLine("Credit", topUp.Amount, 1)],
                    $"{address}/top-ups/{{CHECKOUT_SESSION_ID}}", $"{address}/top-ups/cancelled")
                {
                    ExpiresAt = topUp.ExpiresAt,
                    Locale = language,
                    Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["top_up"] = topUp.Id.ToString() },
                },
                $"card-top-up-{topUp.Id}", ct);
        }
        catch (ProviderRefusedException)
        {
            // It will be refused again: whoever asks with this key is told that it is over.
            await journal.ExecuteAsync(
                new CloseCardTopUp(topUp.Id, "page_refused") { Organization = topUp.OrganizationId }, CancellationToken.None);
            throw;
        }

        await journal.ExecuteAsync(
            new AttachCardPage(topUp.Id, page.Id) { Organization = topUp.OrganizationId }, CancellationToken.None);
        return Answer(topUp, page.Url);
    }

    private async Task<CardTopUpAnswer> TellAsync(CardTopUp topUp, CancellationToken ct)
    {
        if (topUp.Status is not CardTopUpStatus.Open || topUp.SessionId is null) return Answer(topUp, url: null);
        var page = await provider.FindCheckoutAsync(topUp.SessionId, ct);
        return Answer(topUp, page?.Url);
    }

    private static CardTopUpAnswer Answer(CardTopUp topUp, string? url) => new(
        topUp.Id.Value, topUp.Status.ToString().ToLowerInvariant(), topUp.Amount, topUp.Currency.Code, url, topUp.CreatedAt,
        topUp.ExpiresAt, topUp.LedgerSequence, topUp.Reason);
}

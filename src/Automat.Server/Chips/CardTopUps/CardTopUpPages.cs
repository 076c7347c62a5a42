using System.Globalization;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips.CardTopUps;

/// <summary>Topping up by card at the desk, and the page on which the holder's payment ends.</summary>
internal sealed class CardTopUpPages(
    AutomatDb db, CardTopUpDesk desk, ChipReader chips, IPaymentProvider provider, IServiceScopeFactory scopes)
{
    private const int Latest = 10;
    private const int LongestSession = 255;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var panel = routes.MapGroup("/panel/chips/{id:guid}/card-top-ups").ExcludeFromDescription();
        panel.MapGet("", async (Guid id, CardTopUpPages pages, HttpContext context, CancellationToken ct) =>
            Pages.Show<CardTopUpsPage>(await pages.ViewAsync(context, id, ct))).RequirePermission(Permission.ChipTopUp);
        panel.MapForm("", (Guid id, CardTopUpPages pages, HttpContext context, PublicAddress address, CancellationToken ct) =>
            pages.OpenAsync(context, id, address, ct)).RequirePermission(Permission.ChipTopUp);
        panel.MapGet("/{topUp:guid}", async (Guid id, Guid topUp, CardTopUpPages pages, HttpContext context, CancellationToken ct) =>
            Pages.Show<CardTopUpPage>(await pages.OneAsync(context, id, topUp, ct))).RequirePermission(Permission.ChipTopUp);
        routes.MapGet("/top-ups/{session}", async (string session, CardTopUpPages pages, HttpContext context, CancellationToken ct) =>
            {
                context.Response.Headers.CacheControl = "no-cache, no-store";
                return await pages.PaidAsync(session, ct) is { } view
                    ? Pages.Show<PaidCreditPage>(view)
                    : (IResult)Pages.Show<ProblemPage>(new ProblemView(StatusCodes.Status404NotFound), StatusCodes.Status404NotFound);
            })
            .IsPublic("the name of one's own pay page opens it").RequireRateLimiting(RateLimits.Guessing).ExcludeFromDescription();
    }

    private async Task<CardTopUpsView> ViewAsync(HttpContext context, Guid id, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        var (label, organization) = await ChipAsync(context, id, ct);
        var chip = new Id<Chip>(id);
        var currency = await db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);
        var lines = await db.Set<CardTopUp>().AsNoTracking().Where(t => t.ChipId == chip)
            .OrderByDescending(t => t.Id).Take(Latest).ToListAsync(ct);
        return new CardTopUpsView(id.ToString(), label, currency.Code, lines.ConvertAll(Line));
    }

    private async Task<IResult> OpenAsync(HttpContext context, Guid id, PublicAddress address, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var view = await ViewAsync(context, id, ct) with { Typed = form["amount"].ToString(), Key = form["key"].ToString() };
        try
        {
            var request = new OpenCardTopUpRequest(TypedAmount.MinorOf(view.Typed, Currency.Parse(view.Currency)), CultureInfo.CurrentUICulture.TwoLetterISOLanguageName);
            var opened = await desk.OpenAsync(
                context.User.OrganizationOf(), new Id<Chip>(id), request, Idempotency.KeyOf(view.Key), address.For(context.Request), ct);
            return context.SeeOther($"/panel/chips/{id}/card-top-ups/{opened.Id}");
        }
        catch (FieldsException)
        {
            return Refused("Credit.AmountWrong");
        }
        catch (RuleException refused) when (refused.Code is "amount_invalid" or "amount_too_precise" or "amount_too_large")
        {
            return Refused("Credit.AmountWrong");
        }
        catch (RuleException refused) when (refused.Code is "chip_retired")
        {
            return Refused("Credit.Retired");
        }
        catch (RuleException again) when (again.Code.StartsWith("idempotency_key", StringComparison.Ordinal))
        {
            view = view with { Key = Guid.CreateVersion7().ToString() };
            return Refused("Credit.Again");
        }
        catch (ProviderException)
        {
            view = view with { Key = Guid.CreateVersion7().ToString() };
            return Refused("Credit.Provider");
        }

        IResult Refused(string text) => Pages.Show<CardTopUpsPage>(view with { Wrong = text }, StatusCodes.Status422UnprocessableEntity);
    }

    private async Task<CardTopUpView> OneAsync(HttpContext context, Guid id, Guid topUp, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        var (label, organization) = await ChipAsync(context, id, ct);
        var found = await desk.FindAsync(organization, new Id<Chip>(id), topUp, ct)
            ?? throw new RuleException("top_up_unknown", "There is no such top-up.");
        var line = new CardTopUpLine(
            topUp.ToString(), Enum.Parse<CardTopUpStatus>(found.Status, ignoreCase: true), new Amount(found.Amount, found.Currency),
            found.CreatedAt);
        return new CardTopUpView(id.ToString(), label, line, found.Url, found.Url is null ? null : QrPicture.Of(found.Url, pixels: 8));
    }

    /// <summary>What became of the payment of a page; asks the provider when its webhook is slower than the browser.</summary>
    private async Task<PaidCreditView?> PaidAsync(string session, CancellationToken ct)
    {
        if (session == "cancelled") return new PaidCreditView(Status: null, Amount: null);
        if (session.Length > LongestSession) return null;
        await using var scope = scopes.CreateScopeAcross("the name of a pay page tells whose it is");
        var everybodys = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var found = await FindAsync();
        if (found is { Status: CardTopUpStatus.Open })
        {
            try
            {
                if (await provider.FindCheckoutAsync(session, ct) is { } page)
                    await scope.ServiceProvider.GetRequiredService<CardTopUpIntake>().TakeAsync(page, change: null, ct);
            }
            catch (ProviderException)
            {
                // The webhook or the next look will tell.
            }

            found = await FindAsync();
        }

        return found is null ? null : new PaidCreditView(found.Status, new Amount(found.Amount, found.Currency.Code));

        Task<CardTopUp?> FindAsync() =>
            everybodys.Set<CardTopUp>().AsNoTracking().SingleOrDefaultAsync(t => t.SessionId == session, ct);
    }

    private async Task<(string Label, Id<Organization> Organization)> ChipAsync(HttpContext context, Guid id, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var chip = await chips.OneAsync(organization, new Id<Chip>(id), ct);
        return (chip.Label.Length > 0 ? chip.Label : id.ToString()[^6..].ToUpperInvariant(), organization);
    }

    private static CardTopUpLine Line(CardTopUp topUp) => new(
        topUp.Id.ToString(), topUp.Status, new Amount(topUp.Amount, topUp.Currency.Code), topUp.CreatedAt);
}

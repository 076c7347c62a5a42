using System.Buffers.Text;
using System.Security.Cryptography;
using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>
/// Begins a sale whose price is known only when the door is closed: checks that the machine is ready, fixes the prices, has
/// the hold authorised. The door opens when the provider has said that the money is held.
/// </summary>
public sealed class HoldSelling
{
    private const int MostSlots = 500;
    private const int LongestToken = 64;

    private readonly AutomatDb db;
    private readonly Tenant tenant;
    private readonly Journal.Journal journal;
    private readonly MachineDirectory machines;
    private readonly DriverRegistry drivers;
    private readonly IPaymentProvider provider;
    private readonly PaymentIntake intake;
    private readonly MachinePrices prices;
    private readonly TimeProvider clock;

    /// <summary>Made by the container.</summary>
    public HoldSelling(IServiceProvider services)
    {
        db = services.GetRequiredService<AutomatDb>();
        tenant = services.GetRequiredService<Tenant>();
        journal = services.GetRequiredService<Journal.Journal>();
        machines = services.GetRequiredService<MachineDirectory>();
        drivers = services.GetRequiredService<DriverRegistry>();
        provider = services.GetRequiredService<IPaymentProvider>();
        intake = services.GetRequiredService<PaymentIntake>();
        prices = services.GetRequiredService<MachinePrices>();
        clock = services.GetRequiredService<TimeProvider>();
    }

    /// <summary>What a machine holds before its door opens; null where the customer chooses beforehand.</summary>
    public Money? HoldOf(Machine machine) =>
        drivers.Of(machine)?.TermsOf(machine).HoldAmount is { } amount and > 0 ? new Money(amount, machine.Currency) : null;

    /// <summary>Opens a page on which the customer has a card authorised.</summary>
    /// <param name="id">The machine.</param>
    /// <param name="saying">What the page calls the hold, in the customer's language.</param>
    /// <param name="back">Where the customer goes afterwards.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="RuleException">
    /// <c>machine_unknown</c>, <c>hold_unsupported</c>, <c>machine_empty</c>, and why the machine is not ready.
    /// </exception>
    /// <exception cref="ProviderException">The page could not be opened; nothing is held.</exception>
    public async Task<OpenedPurchase> OpenAsync(MachineId id, string saying, ReturnAddresses back, CancellationToken ct)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        var purchase = await PrepareAsync(id, Id<Purchase>.New(clock.GetUtcNow()), Selling.HashOf(token), card: null, ct);
        await journal.ExecuteAsync(new OpenPurchase(purchase) { Organization = purchase.OrganizationId }, ct);
        Platform.Steps.Passed("purchase.opened");
        try
        {
            var page = await provider.CreateCheckoutAsync(
                new CheckoutRequest(
                    purchase.Id.Value, purchase.Currency.Code, [new CheckoutLine(saying, purchase.Amount, 1)],
                    back.Success.Replace("{TOKEN}", token, StringComparison.Ordinal), back.Cancel)
                {
                    ExpiresAt = purchase.CreatedAt + Selling.ShortestPage,
                    Locale = back.Locale,
                    Hold = true,
                    KeepCard = true,
                    Metadata = FactsOf(purchase),
                },
                $"checkout-{purchase.Id}", ct);
            if (page.Url is null) throw new ProviderAnswerException("The provider opened a page without address.");
            await journal.ExecuteAsync(
                new AttachSession(purchase.Id, page.Id) { Organization = purchase.OrganizationId }, CancellationToken.None);
            return new OpenedPurchase(page.Url, token);
        }
        catch (ProviderException)
        {
            // Refused, or the answer was lost: nobody knows the page's address, so nobody can use it.
            await CloseAsync(purchase, "page_refused");
            throw;
        }
    }

    /// <summary>
    /// Has a saved card authorised and the door opened. The same reference again finishes what was begun and answers the same
    /// sale.
    /// </summary>
    /// <param name="id">The machine.</param>
    /// <param name="reference">The caller's own id of this wish.</param>
    /// <param name="card">The card.</param>
    /// <param name="token">The secret part of the customer's links; null for a program's wish.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="RuleException">
    /// As for a page; <c>debt_open</c> while the customer owes something; <c>hold_closed</c> when this wish has ended without
    /// a hold; <c>card_needs_customer</c> when the bank wants to ask its customer.
    /// </exception>
    /// <exception cref="ProviderException">The card was refused, or the provider did not answer: repeat the same wish.</exception>
    public async Task<Vend> HoldAsync(MachineId id, Guid reference, KeptCard card, string? token, CancellationToken ct)
    {
        var purchaseId = new Id<Purchase>(reference);
        var known = await FindAsync(purchaseId, ct);
        if (known is null)
        {
            var purchase = await PrepareAsync(id, purchaseId, token is null ? null : Selling.HashOf(token), card, ct);
            if (await db.Set<Debt>().AnyAsync(
                d => d.OrganizationId == purchase.OrganizationId && d.Status == DebtStatus.Owed && d.CustomerId == card.Customer, ct))
            {
                throw new RuleException("debt_open", "An earlier visit is not paid yet. Pay it first, then the door opens again.");
            }

            await journal.ExecuteAsync(new OpenPurchase(purchase) { Organization = purchase.OrganizationId }, ct);
            Platform.Steps.Passed("purchase.opened");
            known = await FindAsync(purchaseId, ct) ?? purchase;
        }

        if (known.Status is PurchaseStatus.Open or PurchaseStatus.AwaitingPayment)
        {
            await AuthorizeAsync(known, ct);
            known = await FindAsync(purchaseId, ct);
        }

        return known?.VendId is { } vend
            ? await db.Set<Vend>().AsNoTracking().SingleAsync(v => v.Id == vend, ct)
            : throw new RuleException("hold_closed", "This wish has ended without a hold; begin a new one.");
    }

    /// <summary>The card an earlier visit was held on, for who holds the key to that visit; null where none was kept.</summary>
    /// <param name="token">The secret part of that visit's links.</param>
    /// <param name="machine">The machine to open now; it must be of the same organisation.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<KeptCard?> CardOfAsync(string token, Machine machine, CancellationToken ct)
    {
        if (token.Length is 0 or > LongestToken) return null;
        var hash = Selling.HashOf(token);
        var hold = await (from p in db.Set<Purchase>().AsNoTracking()
                          join h in db.Set<CardHold>().AsNoTracking() on p.VendId equals h.VendId
                          where p.TokenHash == hash && p.OrganizationId == machine.OrganizationId
                          select new { h.CustomerId, h.MethodId }).SingleOrDefaultAsync(ct);
        return hold is { CustomerId: { } customer, MethodId: { } method } ? new KeptCard(customer, method) : null;
    }

    /// <summary>Finishes a hold on a saved card whose answer was lost: too late to open the door, it is given back.</summary>
    internal async Task ResumeAsync(Purchase purchase, CancellationToken ct)
    {
        try
        {
            await AuthorizeAsync(purchase, ct);
        }
        catch (ProviderRefusedException)
        {
            // Closed in that step.
        }
        catch (RuleException needsCustomer) when (needsCustomer.Code == "card_needs_customer")
        {
            // Closed in that step, too.
        }
    }

    private async Task AuthorizeAsync(Purchase purchase, CancellationToken ct)
    {
        PaymentIntent intent;
        try
        {
            intent = await provider.AuthorizeAsync(
                new AuthorizeRequest(purchase.Amount, purchase.Currency.Code)
                {
                    CustomerId = purchase.Card!.Customer,
                    PaymentMethodId = purchase.Card.Method,
                    Metadata = FactsOf(purchase),
                },
                $"hold-{purchase.Id}", ct);
        }
        catch (ProviderRefusedException)
        {
            await CloseAsync(purchase, "payment_failed");
            throw;
        }

        Platform.Steps.Passed("hold.authorised");
        if (intent.Status is IntentStatus.RequiresCapture)
        {
            await intake.TakeHoldAsync(purchase, session: null, intent.Id, email: null, told: null, CancellationToken.None);
            return;
        }

        if (intent.Status is not (IntentStatus.Canceled or IntentStatus.Succeeded))
        {
            await provider.ReleaseAsync(intent.Id, $"release-{purchase.Id}", CancellationToken.None);
        }

        await CloseAsync(purchase, "payment_failed");
        throw new RuleException("card_needs_customer", "The bank wants to ask its customer first; use the pay page.");
    }

    private async Task<Purchase> PrepareAsync(
        MachineId id, Id<Purchase> purchase, byte[]? tokenHash, KeptCard? card, CancellationToken ct)
    {
        var machine = await machines.GetAsync(id, ct);
        tenant.Enter(machine.OrganizationId);
        await Readiness.RequireAsync(db, drivers, machine, ct);
        var hold = HoldOf(machine) ?? throw new RuleException("hold_unsupported", $"{machine.Name} has no door to open.");
        var offer = await OfferAsync(machine, ct);
        if (offer.Count == 0) throw new RuleException("machine_empty", $"{machine.Name} sells nothing at the moment.");
        var now = clock.GetUtcNow();
        return new Purchase
        {
            Id = purchase,
            OrganizationId = machine.OrganizationId,
            MachineId = machine.Id,
            Lines = [],
            Offer = offer,
            Card = card,
            Amount = hold.Amount,
            Currency = machine.Currency,
            Provider = provider.Name,
            TokenHash = tokenHash,
            ExpiresAt = now + Selling.PromiseLasts,
            CreatedAt = now,
        };
    }

    /// <summary>All that lies in the machine, sold out or not: what was counted wrong can be taken all the same.</summary>
    private async Task<List<VendLine>> OfferAsync(Machine machine, CancellationToken ct)
    {
        var all = await (from slot in db.Set<Slot>().AsNoTracking()
                         join product in db.Set<Product>().AsNoTracking() on slot.ProductId equals product.Id
                         where slot.MachineId == machine.Id
                         orderby slot.Code
                         select new { slot, product.Name, product.TaxBasisPoints })
            .Take(MostSlots).ToListAsync(ct);
        var asked = await prices.AtAsync(machine, ct);
        return all.ConvertAll(o => new VendLine(o.slot.Code, o.slot.ProductId.Value, o.Name, 1, asked.Of(o.slot), o.TaxBasisPoints));
    }

    private Task<Purchase?> FindAsync(Id<Purchase> id, CancellationToken ct) =>
        db.Set<Purchase>().AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, ct);

    private Task<PurchaseStatus> CloseAsync(Purchase purchase, string reason) => journal.ExecuteAsync(
        new ClosePurchase(purchase.Id, reason) { Organization = purchase.OrganizationId }, CancellationToken.None);

    private static Dictionary<string, string> FactsOf(Purchase purchase) => new(StringComparer.Ordinal)
    {
        ["purchase"] = purchase.Id.ToString(),
        ["machine_id"] = purchase.MachineId.Value,
    };
}

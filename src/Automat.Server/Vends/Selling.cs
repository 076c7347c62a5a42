using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Automat.Domain;
using Automat.Domain.Goods;
using Automat.Domain.Vends;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>So many from one slot.</summary>
/// <param name="Slot">The slot's code.</param>
/// <param name="Quantity">How many, or how many grams; at least one.</param>
public readonly record struct Wish(string Slot, int Quantity);

/// <summary>Where the customer goes after the pay page.</summary>
/// <param name="Success">
/// After paying; <c>{CHECKOUT_SESSION_ID}</c> is filled in by the provider, <c>{TOKEN}</c> by us.
/// </param>
/// <param name="Cancel">After giving up.</param>
/// <param name="Locale">Language of the pay page; null lets the browser decide.</param>
public sealed record ReturnAddresses(string Success, string Cancel, string? Locale = null);

/// <summary>A pay page that was opened.</summary>
/// <param name="Url">Where to send the customer.</param>
/// <param name="Token">The secret part of the customer's links; shown to nobody else.</param>
public sealed record OpenedPurchase(string Url, string Token);

/// <summary>What whoever opens a pay page has fixed beforehand, so that it can be written down first.</summary>
/// <param name="Purchase">The purchase's id.</param>
/// <param name="Token">The secret part of the customer's links, from <see cref="Selling.NewToken"/>.</param>
/// <param name="Amount">What the customer was told it costs, minor units; another price is refused.</param>
public sealed record AgreedPurchase(Id<Purchase> Purchase, string Token, long Amount);

/// <summary>
/// Begins a sale: checks that the machine is ready, fixes the prices, promises the goods, opens the pay page. Nothing is
/// charged before the machine could deliver.
/// </summary>
public sealed class Selling
{
    /// <summary>Pieces one purchase may have.</summary>
    public const int MostPieces = 100;

    internal static readonly TimeSpan PromiseLasts = TimeSpan.FromMinutes(15);
    internal static readonly TimeSpan ShortestPage = TimeSpan.FromMinutes(31); // Stripe closes no page before 30 minutes

    private readonly AutomatDb db;
    private readonly Tenant tenant;
    private readonly Journal.Journal journal;
    private readonly MachineDirectory machines;
    private readonly DriverRegistry drivers;
    private readonly IPaymentProvider provider;
    private readonly MachinePrices prices;
    private readonly TimeProvider clock;

    /// <summary>Made by the container.</summary>
    public Selling(
        AutomatDb db, Tenant tenant, Journal.Journal journal, MachineDirectory machines, DriverRegistry drivers,
        IPaymentProvider provider, MachinePrices prices, TimeProvider clock)
    {
        this.db = db;
        this.tenant = tenant;
        this.journal = journal;
        this.machines = machines;
        this.drivers = drivers;
        this.provider = provider;
        this.prices = prices;
        this.clock = clock;
    }

    /// <summary>Opens a pay page.</summary>
    /// <exception cref="RuleException">
    /// <c>machine_unknown</c>, <c>cart_empty</c>, <c>quantity_invalid</c>, <c>slot_unknown</c>, <c>sold_out</c>, and why the
    /// machine is not ready: <c>spend_limit</c>, <c>machine_offline</c>, <c>machine_busy</c>, <c>out_of_service</c>, <c>not_connected_yet</c>…
    /// </exception>
    /// <exception cref="ProviderException">The pay page could not be opened; the goods are free again.</exception>
    public Task<OpenedPurchase> OpenAsync(
        MachineId id, IReadOnlyList<Wish> wishes, ReturnAddresses back, CancellationToken ct) =>
        OpenAsync(id, wishes, back, agreed: null, ct);

    /// <summary>Opens a pay page for what was agreed before.</summary>
    /// <exception cref="RuleException">As above, and <c>price_changed</c> when it does not cost what the customer was told.</exception>
    /// <exception cref="ProviderException">The pay page could not be opened; the goods are free again.</exception>
    public async Task<OpenedPurchase> OpenAsync(
        MachineId id, IReadOnlyList<Wish> wishes, ReturnAddresses back, AgreedPurchase? agreed, CancellationToken ct)
    {
        var machine = await machines.GetAsync(id, ct);
        tenant.Enter(machine.OrganizationId);
        var lines = await LinesAsync(machine, wishes, ct);
        await Readiness.RequireAsync(db, drivers, machine, ct);
        if (drivers.WhyNotDeliver(machine, lines.Sum(l => l.Pieces), new Money(VendRules.PriceOf(lines), machine.Currency)) is { } never)
        {
            throw new RuleException(never, $"{machine.Name} cannot deliver this.");
        }

        var now = clock.GetUtcNow();
        if (agreed is not null && agreed.Amount != VendRules.PriceOf(lines))
        {
            throw new RuleException("price_changed", "The price has changed meanwhile.");
        }

        var token = agreed?.Token ?? NewToken();
        var purchase = new Purchase
        {
            Id = agreed?.Purchase ?? Id<Purchase>.New(now),
            OrganizationId = machine.OrganizationId,
            MachineId = machine.Id,
            Lines = lines,
            Amount = VendRules.PriceOf(lines),
            Currency = machine.Currency,
            Provider = provider.Name,
            TokenHash = HashOf(token),
            ExpiresAt = now + PromiseLasts,
            CreatedAt = now,
        };
        await journal.ExecuteAsync(
            new OpenPurchase(purchase)
            {
                Organization = purchase.OrganizationId,
                DayLimit = drivers.Of(machine)?.SpendLimitOf(machine),
            },
            ct);
        Platform.Steps.Passed("purchase.opened");
        var page = await OpenPageAsync(purchase, token, back, ct);
        await journal.ExecuteAsync(
            new AttachSession(purchase.Id, page.Id) { Organization = purchase.OrganizationId }, CancellationToken.None);
        return new OpenedPurchase(page.Url!, token);
    }

    /// <summary>A fresh secret for a customer's links.</summary>
    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>What a customer's token is looked up by.</summary>
    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>What is wished for, at the prices of this moment; refuses what is not there.</summary>
    internal async Task<IReadOnlyList<VendLine>> LinesAsync(Machine machine, IReadOnlyList<Wish> wishes, CancellationToken ct)
    {
        if (wishes.Count == 0) throw new RuleException("cart_empty", "Choose something first.");
        if (wishes.Any(w => w.Quantity < 1)) throw new RuleException("quantity_invalid", "Choose at least one.");
        var codes = wishes.Select(w => w.Slot).Distinct(StringComparer.Ordinal).ToList();
        if (codes.Count != wishes.Count) throw new RuleException("quantity_invalid", "Name each slot once.");
        var planogram = await (from slot in db.Set<Slot>().AsNoTracking()
                               join product in db.Set<Product>().AsNoTracking() on slot.ProductId equals product.Id
                               where slot.MachineId == machine.Id && codes.Contains(slot.Code)
                               select new { slot, product }).ToListAsync(ct);
        var asked = await prices.AtAsync(machine, ct);
        var weighed = planogram.Where(p => p.product.IsByWeight).Select(p => p.slot.Code).ToHashSet(StringComparer.Ordinal);
        if (wishes.Where(w => !weighed.Contains(w.Slot)).Sum(w => (long)w.Quantity) > MostPieces)
        {
            throw new RuleException("quantity_invalid", $"Choose between 1 and {MostPieces} pieces.");
        }

        return [.. wishes.Select(wish =>
        {
            var found = planogram.Find(p => p.slot.Code == wish.Slot)
                ?? throw new RuleException("slot_unknown", $"{machine.Name} has no slot {wish.Slot}.");
            if (found.product.IsByWeight && found.product.Terms.FaultOf(wish.Quantity) is { } fault)
            {
                throw new RuleException("quantity_invalid", $"So much of {found.product.Name} cannot be ordered: {fault}.");
            }

            if (found.slot.Available < wish.Quantity)
            {
                throw new RuleException("sold_out", $"Only {found.slot.Available} of {found.product.Name} left.");
            }

            return new VendLine(
                found.slot.Code, found.product.Id.Value, found.product.Name, wish.Quantity, asked.Of(found.slot),
                found.product.TaxBasisPoints)
            {
                IsByWeight = found.product.IsByWeight,
            };
        })];
    }

    /// <summary>A line of the pay page. Providers count whole things at a whole price each: what was weighed is one, with its weight named.</summary>
    private static CheckoutLine LineOf(VendLine line)
    {
        if (!line.IsByWeight) return new CheckoutLine(line.Name, line.UnitPrice, line.Quantity);
        return new CheckoutLine($"{line.Name}, {Weights.Text(line.Quantity, CultureInfo.CurrentCulture)}", line.Total, 1);
    }

    private async Task<Payments.Checkout> OpenPageAsync(
        Purchase purchase, string token, ReturnAddresses back, CancellationToken ct)
    {
        try
        {
            var page = await provider.CreateCheckoutAsync(
                new CheckoutRequest(
                    purchase.Id.Value, purchase.Currency.Code,
                    [.. purchase.Lines.Select(LineOf)],
                    back.Success.Replace("{TOKEN}", token, StringComparison.Ordinal), back.Cancel)
                {
                    ExpiresAt = purchase.CreatedAt + ShortestPage,
                    Locale = back.Locale,
                    Metadata = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["purchase"] = purchase.Id.ToString(),
                        ["machine_id"] = purchase.MachineId.Value,
                    },
                },
                $"checkout-{purchase.Id}", ct);
            return page.Url is null ? throw new ProviderAnswerException("The provider opened a page without address.") : page;
        }
        catch (ProviderException)
        {
            // Refused, or the answer was lost: nobody knows the page's address, so nobody can pay it.
            await journal.ExecuteAsync(
                new ClosePurchase(purchase.Id, "page_refused") { Organization = purchase.OrganizationId },
                CancellationToken.None);
            throw;
        }
    }
}

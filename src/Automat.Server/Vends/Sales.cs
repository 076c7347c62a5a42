using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>A sale as its customer may know it: what was bought, what became of it, what goes back.</summary>
/// <param name="Purchase">What the customer set out to buy.</param>
/// <param name="Vend">The sale it became; null before the money came.</param>
/// <param name="Paybacks">Money that goes or went back, oldest first.</param>
/// <param name="Evidence">How we know what the machine did, in a stable word.</param>
public sealed record Sale(Purchase Purchase, Vend? Vend, IReadOnlyList<Payback> Paybacks, string? Evidence)
{
    /// <summary>What is or was held on a card for it; null where it was paid otherwise.</summary>
    public CardHold? Hold { get; init; }

    /// <summary>What the customer came to owe beyond what was held, paid or not.</summary>
    public IReadOnlyList<Debt> Debts { get; init; } = [];

    /// <summary>What was taken, or seems to be while the door is open, at the agreed prices.</summary>
    public IReadOnlyList<VendLine> Basket => Vend is { Lines.Count: > 0 }
        ? Vend.Lines
        : Hold is null ? [] : BasketRules.Price(Hold.Offer, Hold.Basket);
}

/// <summary>Finds sales for those who hold a key to them: the token in their link, or the provider's session.</summary>
public sealed class Sales
{
    private const int LongestKey = 200;

    private readonly AutomatDb db;
    private readonly Tenant tenant;
    private readonly IServiceScopeFactory scopes;
    private readonly VendSignals signals;
    private readonly IPaymentProvider provider;
    private readonly TimeProvider clock;

    /// <summary>Made by the container.</summary>
    public Sales(IServiceProvider services)
    {
        db = services.GetRequiredService<AutomatDb>();
        tenant = services.GetRequiredService<Tenant>();
        scopes = services.GetRequiredService<IServiceScopeFactory>();
        signals = services.GetRequiredService<VendSignals>();
        provider = services.GetRequiredService<IPaymentProvider>();
        clock = services.GetRequiredService<TimeProvider>();
    }

    /// <summary>The sale behind a token or a session id; null when there is none.</summary>
    public async Task<Sale?> FindAsync(string key, CancellationToken ct)
    {
        if (key.Length is 0 or > LongestKey || await PurchaseOfAsync(key, ct) is not { } purchase) return null;
        if (purchase.VendId is not { } id) return new Sale(purchase, null, [], null);

        var vend = await db.Set<Vend>().AsNoTracking().SingleAsync(v => v.Id == id, ct);
        var paybacks = await db.Set<Payback>().AsNoTracking().Where(p => p.VendId == id)
            .OrderBy(p => p.CreatedAt).ToListAsync(ct);
        var evidence = await db.Set<Machines.MachineCommand>().AsNoTracking().Where(c => c.VendId == id)
            .OrderByDescending(c => c.Id).Select(c => c.Outcome).FirstOrDefaultAsync(ct);
        if (vend.Tender.Kind is not TenderKind.Authorised) return new Sale(purchase, vend, paybacks, evidence);
        return new Sale(purchase, vend, paybacks, evidence)
        {
            Hold = await db.Set<CardHold>().AsNoTracking().SingleOrDefaultAsync(h => h.VendId == id, ct),
            Debts = await DebtsOfAsync(vend, ct),
        };
    }

    /// <summary>What this sale left open; where the door stayed shut for an earlier one, what that left open.</summary>
    private async Task<List<Debt>> DebtsOfAsync(Vend vend, CancellationToken ct)
    {
        var debts = db.Set<Debt>().AsNoTracking();
        if (vend.Reason != "debt_open") return await debts.Where(d => d.VendId == vend.Id).OrderBy(d => d.CreatedAt).ToListAsync(ct);
        var hold = await db.Set<CardHold>().AsNoTracking().SingleAsync(h => h.VendId == vend.Id, ct);
        return await debts.Where(d => d.Status == DebtStatus.Owed
                && ((d.Card != null && d.Card == hold.Card) || (d.CustomerId != null && d.CustomerId == hold.CustomerId)))
            .OrderBy(d => d.CreatedAt).ToListAsync(ct);
    }

    /// <summary>
    /// Waits until a session's payment has become a sale: woken by the webhook, and asking the provider from time to time in
    /// case it never comes. Ends with the sale as it is when the time is up.
    /// </summary>
    public async Task<Sale?> WaitUntilPaidAsync(string session, TimeSpan longest, CancellationToken ct)
    {
        var until = clock.GetUtcNow() + longest;
        try
        {
            while (true)
            {
                var paid = signals.PaidAsync(session);
                var sale = await FindAsync(session, ct);
                var left = until - clock.GetUtcNow();
                if (sale is null || sale.Vend is not null || left <= TimeSpan.Zero) return sale;

                var next = Task.Delay(left < AskEvery ? left : AskEvery, clock, ct);
                if (await Task.WhenAny(paid, next) != next) continue;
                await next;
                await AskAsync(session, ct);
            }
        }
        finally
        {
            signals.Forget(session); // also when the caller has gone
        }
    }

    /// <summary>Waits until a sale moves, or for so long.</summary>
    public async Task WaitForMoveAsync(Id<Vend> vend, TimeSpan longest, CancellationToken ct)
    {
        using var watch = signals.Watch(vend);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        over.CancelAfter(longest);
        try
        {
            await watch.Moves.ReadAsync(over.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Nothing moved: the caller looks anyway.
        }
    }

    /// <summary>Asks the provider about a session whose webhook has not come.</summary>
    public async Task AskAsync(string session, CancellationToken ct)
    {
        try
        {
            if (await provider.FindCheckoutAsync(session, ct) is not { } page) return;
            await using var scope = scopes.CreateScopeAcross("a payment tells whose it is");
            await scope.ServiceProvider.GetRequiredService<PaymentIntake>().TakeAsync(page, change: null, told: null, ct);
        }
        catch (ProviderException)
        {
            // The provider cannot be asked now: the webhook or the reconciler will tell.
        }
    }

    /// <summary>The purchase a key opens; whose it is, only the key tells.</summary>
    private async Task<Purchase?> PurchaseOfAsync(string key, CancellationToken ct)
    {
        if (!tenant.HasEntered)
        {
            await using var scope = scopes.CreateScopeAcross("a customer's key tells whose sale it is");
            var everybodys = scope.ServiceProvider.GetRequiredService<AutomatDb>();
            if (await FindAsync(everybodys, key, ct) is not { } found) return null;
            tenant.Enter(found.OrganizationId);
            return found;
        }

        return await FindAsync(db, key, ct);
    }

    private static async Task<Purchase?> FindAsync(AutomatDb where, string key, CancellationToken ct)
    {
        var purchases = where.Set<Purchase>().AsNoTracking();
        var hash = Selling.HashOf(key);
        return key.StartsWith("cs_", StringComparison.Ordinal)
            ? await purchases.SingleOrDefaultAsync(p => p.SessionId == key, ct)
            : await purchases.SingleOrDefaultAsync(p => p.TokenHash == hash, ct);
    }

    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(3);
}

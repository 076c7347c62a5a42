using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>Why a debt is given up.</summary>
/// <param name="Reason">In words; kept in the audit.</param>
internal sealed record GiveUpDebtRequest(string? Reason);

/// <summary>A debt as staff see it; whose card it is stays with the provider.</summary>
internal sealed record DebtView(
    Guid Id, Guid Vend, long Amount, string Currency, string Reason, string Status, string? Error, int Declines,
    DateTimeOffset? NextAttemptAt, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt);

/// <summary>What customers owe: they pay it on a page, staff see it and may give it up.</summary>
public sealed class DebtDesk
{
    private const int Most = 100;
    private const int LongestReason = 140;

    private readonly AutomatDb db;
    private readonly Journal.Journal journal;
    private readonly IPaymentProvider provider;
    private readonly VendSignals signals;
    private readonly Actor actor;

    /// <summary>Made by the container.</summary>
    public DebtDesk(IServiceProvider services)
    {
        db = services.GetRequiredService<AutomatDb>();
        journal = services.GetRequiredService<Journal.Journal>();
        provider = services.GetRequiredService<IPaymentProvider>();
        signals = services.GetRequiredService<VendSignals>();
        actor = services.GetRequiredService<Actor>();
    }

    /// <summary>Opens a page on which the customer pays what a sale left open.</summary>
    /// <param name="sale">The sale, found by its customer's key.</param>
    /// <param name="saying">What the page calls it, in the customer's language.</param>
    /// <param name="back">Where the customer goes afterwards.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The page's address; null when nothing is owed.</returns>
    /// <exception cref="ProviderException">The page could not be opened.</exception>
    public async Task<string?> OpenAsync(Sale sale, string saying, ReturnAddresses back, CancellationToken ct)
    {
        if (sale.Debts.FirstOrDefault(d => d.Status is DebtStatus.Owed) is not { } debt) return null;
        var page = await provider.CreateCheckoutAsync(
            new CheckoutRequest(debt.Id.Value, debt.Currency.Code, [new CheckoutLine(saying, debt.Amount, 1)], back.Success, back.Cancel)
            {
                Locale = back.Locale,
                Metadata = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["debt"] = debt.Id.ToString(),
                    ["vend"] = debt.VendId.ToString(),
                },
            },
            // Each look at the page opens one that is not over yet: paid twice, the second goes back.
            $"debt-page-{debt.Id}-{Guid.CreateVersion7()}", ct);
        return page.Url;
    }

    internal static void Map(IEndpointRouteBuilder debts)
    {
        debts.MapGet("", ListAsync).RequirePermission(Permission.SalesRead)
            .WithName("ListDebts").WithSummary("What customers owe, oldest first");
        debts.MapPost("/{id:guid}/write-off", async (
            Guid id, GiveUpDebtRequest request, DebtDesk desk, ClaimsPrincipal caller, CancellationToken ct) =>
            TypedResults.Ok(new { id, status = Word(await desk.GiveUpAsync(caller, id, request.Reason, ct)) }))
            .RequirePermission(Permission.RefundApprove).WithName("WriteOffDebt")
            .WithSummary("Give a debt up: the loss is booked, the customer is free again");
    }

    /// <summary>Gives a debt up: the loss is booked, and the customer is free again.</summary>
    /// <param name="caller">Who decides.</param>
    /// <param name="id">The debt.</param>
    /// <param name="why">In words; kept in the audit.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="FieldsException">Without a reason.</exception>
    /// <exception cref="RuleException"><c>debt_unknown</c>; <c>debt_status</c> when nothing is owed any more.</exception>
    public async Task<DebtStatus> GiveUpAsync(ClaimsPrincipal caller, Guid id, string? why, CancellationToken ct)
    {
        var reason = why?.Trim();
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (reason is null or "" || reason.Length > LongestReason || reason.Any(char.IsControl))
        {
            faults["reason"] = $"Say in 1 to {LongestReason} characters why.";
        }

        FieldsException.ThrowIfAny("write_off_invalid", faults);
        return await journal.ExecuteAsync(
            new GiveUpDebt(new Id<Debt>(id), reason!, AuditSignature.Of(actor), signals.Money) { Organization = caller.OrganizationOf() },
            ct);
    }

    private static async Task<IResult> ListAsync(
        string? status, Guid? cursor, int? limit, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct)
    {
        DebtStatus? wanted = status switch
        {
            null or "owed" => DebtStatus.Owed,
            "paid" => DebtStatus.Paid,
            "written_off" => DebtStatus.WrittenOff,
            "refunded" => DebtStatus.Refunded,
            _ => null,
        };
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (wanted is null) faults["status"] = "One of owed, paid, written_off, refunded.";
        if (limit is < 1 or > Most) faults["limit"] = $"A page has 1 to {Most} debts.";
        FieldsException.ThrowIfAny("query_invalid", faults);

        var organization = caller.OrganizationOf();
        var size = limit ?? 50;
        var query = db.Set<Debt>().AsNoTracking().Where(d => d.OrganizationId == organization && d.Status == wanted);
        if (cursor is { } after) query = query.Where(d => (Guid)(object)d.Id > after);
        var page = await query.OrderBy(d => d.Id).Take(size + 1).ToListAsync(ct);
        return TypedResults.Ok(new
        {
            items = page.Take(size).Select(d => new DebtView(
                d.Id.Value, d.VendId.Value, d.Amount, d.Currency.Code, d.Reason, Word(d.Status), d.Error, d.Round,
                d.NextAttemptAt, d.CreatedAt, d.EndedAt)),
            next_cursor = page.Count > size ? page[size - 1].Id.Value : (Guid?)null,
        });
    }

    private static string Word(DebtStatus status) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());
}

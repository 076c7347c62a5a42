using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.Arcade;

/// <summary>What an operator sends to get the address behind a cabinet's QR code.</summary>
/// <param name="MachineId">The cabinet.</param>
/// <param name="PriceId">The provider's price to sell; the cabinet's own when absent.</param>
/// <param name="Quantity">How many of it, 1 when absent.</param>
internal sealed record CreatePaymentLinkRequest(string? MachineId, string? PriceId, int? Quantity);

/// <summary>
/// Makes the permanent pay address of a cabinet. A price that would not buy whole credits, or is in another currency, is
/// refused here, before anybody pays. The same wish gets the same address.
/// </summary>
internal sealed class CreatePaymentLink(
    AutomatDb db, MachineDirectory machines, ArcadeDriver driver, IPaymentProvider provider, TimeProvider clock)
{
    private const int MostCredits = 100;

    public async Task<string> RunAsync(ClaimsPrincipal caller, CreatePaymentLinkRequest request, CancellationToken ct)
    {
        if (request.MachineId is null) throw new RuleException("machine_id_missing", "Say which cabinet: machine_id.");
        var quantity = request.Quantity ?? 1;
        if (quantity is < 1 or > MostCredits)
        {
            throw new RuleException("quantity_invalid", $"The quantity lies between 1 and {MostCredits}.");
        }

        var machine = await machines.GetAsync(MachineId.Parse(request.MachineId), ct);
        if (machine.OrganizationId != caller.OrganizationOf() || machine.Driver != ArcadeDriver.DriverName)
        {
            throw new RuleException("machine_unknown", $"There is no cabinet '{machine.Id}'.");
        }

        var credit = await db.Set<Slot>().AsNoTracking()
            .Where(s => s.MachineId == machine.Id && s.Capacity == null).OrderBy(s => s.Code).FirstOrDefaultAsync(ct)
            ?? throw new RuleException("price_missing", $"{machine.Name} has no price for a credit yet.");
        var price = await PriceAsync(machine, credit, request.PriceId, quantity, ct);
        var link = await LinkAsync(machine, price, quantity, caller, ct);
        return $"{link.Url}?client_reference_id={machine.Id}";
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/create-payment-link", async (
            CreatePaymentLinkRequest request, CreatePaymentLink create, ClaimsPrincipal caller, CancellationToken ct) =>
            Results.Json(new { url = await create.RunAsync(caller, request, ct) }))
        .RequirePermission(Permission.SalesWrite).DisableAntiforgery()
        .WithName(nameof(CreatePaymentLink)).WithSummary("Make the pay address behind a cabinet's QR code");

    private async Task<string> PriceAsync(Machine machine, Slot credit, string? asked, int quantity, CancellationToken ct)
    {
        if ((asked ?? driver.SettingsOf(machine).PriceId) is not { } id)
        {
            var made = await provider.CreatePriceAsync(
                new PriceRequest($"{machine.Name}: credit", credit.Price, machine.Currency.Code),
                $"price-{machine.Id}-{credit.Price}-{machine.Currency}", ct);
            return made.Id;
        }

        var price = await provider.FindPriceAsync(id, ct);
        if (price is not { Active: true, UnitAmount: { } amount })
        {
            throw new RuleException("price_unknown", $"The provider has no fixed, active price '{id}'.");
        }

        if (price.Currency != machine.Currency.Code)
        {
            throw new RuleException("currency_mismatch", $"{machine.Name} sells in {machine.Currency}, not {price.Currency}.");
        }

        return amount * quantity % credit.Price == 0 && amount > 0
            ? id
            : throw new RuleException("amount_not_whole_credits",
                $"{new Money(amount * quantity, machine.Currency)} does not buy whole credits of "
                + $"{new Money(credit.Price, machine.Currency)}.");
    }

    private async Task<MachineLink> LinkAsync(
        Machine machine, string price, int quantity, ClaimsPrincipal caller, CancellationToken ct)
    {
        var before = await db.Set<MachineLink>().AsNoTracking().FirstOrDefaultAsync(
            l => l.MachineId == machine.Id && l.PriceId == price && l.Quantity == quantity, ct);
        if (before is not null) return before;

        var made = await provider.CreatePaymentLinkAsync(
            new PaymentLinkRequest(
                price, quantity,
                new Dictionary<string, string>(StringComparer.Ordinal) { ["machine_id"] = machine.Id.Value }),
            $"link-{machine.Id}-{price}-{quantity}", ct);
        var link = new MachineLink
        {
            Id = made.Id,
            OrganizationId = machine.OrganizationId,
            MachineId = machine.Id,
            PriceId = price,
            Quantity = quantity,
            Url = made.Url,
            CreatedAt = clock.GetUtcNow(),
        };
        db.Keep(link);
        db.Note(machine.OrganizationId, "payment_link.created", "payment_link", link.Id);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (db.Set<MachineLink>().AsNoTracking().Any(l => l.Id == made.Id))
        {
            // Two asked at once: the provider gave both the same link, and the other one noted it.
        }

        return link;
    }
}

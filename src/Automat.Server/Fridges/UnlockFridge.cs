using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Automat.Server.Vends;

namespace Automat.Server.Fridges;

/// <summary>What a client sends to have a door opened.</summary>
/// <param name="Id">Its own id of this wish; one is made when absent.</param>
/// <param name="Machine">The fridge; may be absent where the organisation has one.</param>
/// <param name="CustomerId">Whose saved card, as <c>/save-payment</c> answered; the caller's own when absent.</param>
internal sealed record UnlockRequest(string? Id, string? Machine, string? CustomerId);

/// <summary>
/// Has the caller's saved card authorised and the door opened. The same id again is the same wish: nothing is held twice.
/// </summary>
internal sealed class UnlockFridge(HoldSelling holds, SavePayment cards, MachineDirectory machines, DriverRegistry drivers)
{
    private const int LongestId = 64;

    /// <summary>Opens a door; returns the id the wish is known by.</summary>
    public async Task<(string Id, Vend Vend)> RunAsync(ClaimsPrincipal caller, UnlockRequest request, CancellationToken ct)
    {
        var id = string.IsNullOrEmpty(request.Id) ? Guid.CreateVersion7().ToString("N") : request.Id;
        if (id.Length > LongestId || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new RuleException("id_invalid", $"An id has at most {LongestId} letters, digits, hyphens or underscores.");
        }

        var machine = await MachineAsync(caller, request.Machine, ct);
        var card = await cards.OfAsync(caller, request.CustomerId, ct)
            ?? throw new RuleException("saved_card_missing", "There is no saved card: save one with /save-payment first.");
        var vend = await holds.HoldAsync(
            machine.Id, ReferenceOf(caller.OrganizationOf(), id), new KeptCard(card.CustomerId, card.MethodId), token: null, ct);
        if (vend.Status is VendStatus.Cancelled)
        {
            throw new RuleException(vend.Reason ?? "cancelled", "The door was not opened. Nothing was charged.");
        }

        return (id, vend);
    }

    private async Task<Machine> MachineAsync(ClaimsPrincipal caller, string? name, CancellationToken ct)
    {
        var organization = caller.OrganizationOf();
        if (!string.IsNullOrEmpty(name))
        {
            return MachineId.TryParse(name, out var id) && await machines.FindAsync(id, ct) is { } named && named.OrganizationId == organization
                ? named
                : throw new RuleException("machine_unknown", "There is no such fridge.");
        }

        var fridges = new List<Machine>();
        foreach (var driver in drivers.Names)
        {
            var all = await machines.OfDriverAsync(driver, ct);
            fridges.AddRange(all.Where(m => m.OrganizationId == organization && holds.HoldOf(m) is not null));
        }

        return fridges.Count == 1
            ? fridges[0]
            : throw new RuleException("machine_missing", fridges.Count == 0 ? "There is no fridge yet." : "Say which fridge: machine.");
    }

    /// <summary>The wish's own id with us: the same for the same id of the same organisation.</summary>
    private static Guid ReferenceOf(Id<Organization> organization, string id) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"unlock|{organization}|{id}")).AsSpan(0, 16), bigEndian: true);
}

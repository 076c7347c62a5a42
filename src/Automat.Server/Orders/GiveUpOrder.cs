using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Payments;
using Automat.Server.Vends;

namespace Automat.Server.Orders;

/// <summary>
/// The customer calls an order off: before it is paid the pay page is closed, after it the money goes back in the same step.
/// </summary>
public sealed class GiveUpOrder
{
    private readonly WaitingSales waiting;
    private readonly FollowOrder follow;

    /// <summary>Made by the container.</summary>
    public GiveUpOrder(IServiceProvider services)
    {
        waiting = services.GetRequiredService<WaitingSales>();
        follow = services.GetRequiredService<FollowOrder>();
    }

    /// <summary>Calls it off.</summary>
    /// <returns>False when it is too late, or when the money is on its way.</returns>
    /// <exception cref="ProviderException">Nobody knows whether it was paid at this moment; ask again.</exception>
    public async Task<bool> RunAsync(FoundOrder found, CancellationToken ct)
    {
        try
        {
            return found.Sale.Vend is { } vend
                ? await waiting.GiveUpAsync(vend, ct) is VendStatus.Cancelled
                : await waiting.CloseAsync(found.Sale.Purchase, ct);
        }
        catch (RuleException late) when (late.Code is "sale_begun" or "sale_ended")
        {
            return false;
        }
        finally
        {
            await follow.RunAsync(found.Order.OrganizationId, found.Order.Id, ct);
        }
    }
}

namespace Automat.Server.Payments;

/// <summary>
/// Whose pay pages sell nothing at a machine, such as credit for a chip. What the provider tells and no sale knows is offered
/// to each; all may come twice and in any order.
/// </summary>
public interface IPaymentTaker
{
    /// <summary>Takes in a pay page as it was at some moment.</summary>
    /// <param name="checkout">The page.</param>
    /// <param name="change">What changed; null when somebody looked.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Whether it is one of theirs, and everything that follows is done.</returns>
    Task<bool> TakeAsync(Checkout checkout, CheckoutChange? change, CancellationToken ct);

    /// <summary>Takes in a refund that was made by hand at the provider.</summary>
    /// <param name="refund">The refund; its money is sent.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Whether its payment is one of theirs, and the books have followed.</returns>
    Task<bool> TakeRefundAsync(Refund refund, CancellationToken ct);
}

namespace Automat.Simulator.Judging;

/// <summary>A sale as the books have it.</summary>
/// <param name="Id">The vend.</param>
/// <param name="Machine">Where.</param>
/// <param name="Status">Its status, such as <c>Committed</c>.</param>
/// <param name="Tender">What it was paid with: <c>Chip</c>, <c>Collected</c>, <c>Cash</c> …</param>
/// <param name="Amount">Minor units held.</param>
/// <param name="Delivered">Minor units delivered.</param>
/// <param name="Late">Committed after the money had gone back.</param>
/// <param name="Reason">Why it was cancelled or doubted, a stable word.</param>
public sealed record BookedVend(
    string Id, string Machine, string Status, string Tender, long Amount, long Delivered, bool Late, string? Reason)
{
    /// <summary>The provider's pay page.</summary>
    public string? Session { get; init; }

    /// <summary>The pick-up code.</summary>
    public string? Code { get; init; }

    /// <summary>The address the customer gave.</summary>
    public string? Email { get; init; }

    /// <summary>The command it was sent with.</summary>
    public string? Command { get; init; }

    /// <summary>How often the ledger says that it was delivered.</summary>
    public int Commits { get; init; }

    /// <summary>Minor units given back after delivery, and what a late delivery could not be charged for.</summary>
    public long Refunded { get; init; }

    /// <summary>It has ended.</summary>
    public bool IsOver => Status is "Committed" or "Cancelled" or "PartlyRefunded" or "Refunded";

    /// <summary>Goods were delivered, as far as the books know.</summary>
    public bool IsDelivered => Status is "Committed" or "PartlyRefunded" or "Refunded";
}

/// <summary>A chip's account.</summary>
/// <param name="Account">Its name in the ledger.</param>
/// <param name="Balance">The balance that is kept.</param>
/// <param name="Postings">The sum of its postings.</param>
public sealed record BookedChip(string Account, long Balance, long Postings);

/// <summary>The server's books, read from outside the server.</summary>
public interface IBooks
{
    /// <summary>Whether the ledger itself can be read; else only what the server says of its sales.</summary>
    bool SeesLedger { get; }

    /// <summary>Walks the whole ledger; null when it is unbroken, else the verifier's sentence.</summary>
    Task<string?> VerifyAsync(CancellationToken ct);

    /// <summary>All sales of these machines.</summary>
    Task<IReadOnlyList<BookedVend>> VendsAsync(IReadOnlyCollection<string> machines, CancellationToken ct);

    /// <summary>All chips with a balance or a posting.</summary>
    Task<IReadOnlyList<BookedChip>> ChipsAsync(CancellationToken ct);

    /// <summary>An account's balance over all currencies, minor units.</summary>
    Task<long> BalanceAsync(string account, CancellationToken ct);
}

/// <summary>What the payment provider holds.</summary>
public interface IPaymentsHeld
{
    /// <summary>Minor units captured, less what went back.</summary>
    Task<long> HeldAsync(CancellationToken ct);
}

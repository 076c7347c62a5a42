namespace Automat.Server.Storefront;

/// <summary>What became of the payment.</summary>
public enum PaymentState
{
    /// <summary>Held on the card; not charged yet.</summary>
    Authorised,

    /// <summary>Charged.</summary>
    Paid,

    /// <summary>Part of it went back.</summary>
    PartlyRefunded,

    /// <summary>All of it went back.</summary>
    Refunded,

    /// <summary>The hold was given up; nothing was charged.</summary>
    Released,
}

/// <summary>What became of a refund.</summary>
public enum RefundState
{
    /// <summary>Asked for; the provider has not confirmed it yet.</summary>
    Pending,

    /// <summary>The provider sent the money.</summary>
    Done,

    /// <summary>The provider refused; the operator has to help.</summary>
    Failed,
}

/// <summary>A receipt at <c>/receipts/{token}</c>.</summary>
/// <param name="Number">The receipt's number.</param>
/// <param name="IssuedAt">In the machine's local time.</param>
/// <param name="Operator">Who sold.</param>
/// <param name="MachineName">Where it was bought.</param>
/// <param name="Location">Where the machine stands; empty shows nothing.</param>
/// <param name="Lines">What was bought.</param>
/// <param name="Taxes">The taxes contained, one line per rate; may be empty.</param>
/// <param name="Total">What was charged, taxes included.</param>
/// <param name="Payment">How it was paid.</param>
public sealed record ReceiptView(
    string Number,
    DateTimeOffset IssuedAt,
    ReceiptOperator Operator,
    string MachineName,
    string Location,
    IReadOnlyList<ReceiptLine> Lines,
    IReadOnlyList<TaxLine> Taxes,
    Amount Total,
    ReceiptPayment Payment)
{
    /// <summary>Money that went back, oldest first.</summary>
    public IReadOnlyList<ReceiptRefund> Refunds { get; init; } = [];

    /// <summary>What is still to be paid; null for nothing.</summary>
    public Amount? Owed { get; init; }

    /// <summary>Where the books hold this sale; null before it was booked.</summary>
    public LedgerProof? Proof { get; init; }

    /// <summary>Whether the customer can say that something went wrong.</summary>
    public bool MayClaim { get; init; }

    /// <summary>Leads back to the purchase; null when its page is gone.</summary>
    public string? VendToken { get; init; }
}

/// <summary>The seller.</summary>
/// <param name="Name">The business.</param>
/// <param name="AddressLines">Its address; may be empty.</param>
/// <param name="TaxId">Its tax number; null shows nothing.</param>
public sealed record ReceiptOperator(string Name, IReadOnlyList<string> AddressLines, string? TaxId)
{
    /// <summary>A sentence below the receipt; null shows nothing.</summary>
    public string? Note { get; init; }
}

/// <summary>Something bought.</summary>
/// <param name="Name">The product's name.</param>
/// <param name="Quantity">How much of it.</param>
/// <param name="UnitPrice">The price of a piece, or of a kilogram, taxes included.</param>
/// <param name="Total">The price of all.</param>
public sealed record ReceiptLine(string Name, Quantity Quantity, Amount UnitPrice, Amount Total);

/// <summary>The tax of one rate.</summary>
/// <param name="Percent">The rate, such as 19 or 7.7.</param>
/// <param name="Net">What it was taken on.</param>
/// <param name="Tax">The tax.</param>
public sealed record TaxLine(decimal Percent, Amount Net, Amount Tax);

/// <summary>How it was paid.</summary>
/// <param name="Method">A name people know, such as <c>Visa •••• 4242</c>; null says "card".</param>
/// <param name="State">What became of it.</param>
public sealed record ReceiptPayment(string? Method, PaymentState State)
{
    /// <summary>What was paid, when it is not the price of what was sold.</summary>
    public Amount? Amount { get; init; }
}

/// <summary>Money that went back.</summary>
/// <param name="At">In the machine's local time; null when it is not known.</param>
/// <param name="Amount">How much.</param>
/// <param name="State">What became of it.</param>
/// <param name="Reason">Why.</param>
public sealed record ReceiptRefund(DateTimeOffset? At, Amount Amount, RefundState State, VendReason Reason);

/// <summary>The row of the books that proves the sale.</summary>
/// <param name="Sequence">Its number; there are no gaps.</param>
/// <param name="ChainHash">Its chain hash, hexadecimal; the page shows it shortened.</param>
public sealed record LedgerProof(long Sequence, string ChainHash);

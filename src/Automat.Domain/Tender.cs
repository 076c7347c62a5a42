namespace Automat.Domain;

/// <summary>The kinds of money a vend can be paid with. A new kind is a new line here and nowhere in the rules.</summary>
public enum TenderKind
{
    /// <summary>Credit on a customer's chip, held until the machine has delivered.</summary>
    Chip,

    /// <summary>A card payment the provider has already collected; giving it back takes a refund.</summary>
    Paid,

    /// <summary>A card authorisation: money the bank promised and the provider has not collected.</summary>
    Authorised,

    /// <summary>Coins and notes the machine took.</summary>
    Cash,

    /// <summary>A chip whose holder pays nothing, or a test by staff: the operator bears it.</summary>
    FreeVend,
}

/// <summary>What a vend is paid with.</summary>
/// <param name="Kind">The kind of money.</param>
/// <param name="Reference">Whose: the chip's id, the provider's name, the machine's id for cash, or which test.</param>
public readonly record struct Tender(TenderKind Kind, string Reference)
{
    private const string TestPrefix = "test:";

    /// <summary>Credit on a chip.</summary>
    public static Tender Chip(string chip) => new(TenderKind.Chip, chip);

    /// <summary>Money a payment provider has collected.</summary>
    public static Tender Paid(string provider) => new(TenderKind.Paid, provider);

    /// <summary>Money a bank has authorised through a provider.</summary>
    public static Tender Authorised(string provider) => new(TenderKind.Authorised, provider);

    /// <summary>Coins and notes in a machine.</summary>
    public static Tender Cash(MachineId machine) => new(TenderKind.Cash, machine.Value);

    /// <summary>A chip that buys free of charge.</summary>
    public static Tender FreeVend(string chip) => new(TenderKind.FreeVend, chip);

    /// <summary>Staff let the machine sell something to see that it does.</summary>
    /// <param name="sale">The sale's own id: each test stands by itself.</param>
    public static Tender Test(string sale) => new(TenderKind.FreeVend, TestPrefix + sale);

    /// <summary>Whether staff tested the machine: nobody paid, and no chip was there.</summary>
    public bool IsTest => Kind is TenderKind.FreeVend && Reference.StartsWith(TestPrefix, StringComparison.Ordinal);

    /// <summary>Whether a chip was presented: it pays for one thing at a time, with its credit or without.</summary>
    public bool IsChip => Kind is TenderKind.Chip or TenderKind.FreeVend && !IsTest;

    /// <summary>The account the money is taken from.</summary>
    public string Account => Kind switch
    {
        TenderKind.Chip => Accounts.Chip(Reference),
        TenderKind.Paid => Reference,
        TenderKind.Authorised => Accounts.Authorised,
        TenderKind.Cash => Accounts.Cash(Reference),
        TenderKind.FreeVend => Accounts.FreeVend,
    };

    /// <summary>
    /// The account money goes back to. A collected payment is owed to the customer until the provider has confirmed
    /// the refund, so that the provider's account always equals what the provider really holds.
    /// </summary>
    public string BackAccount => Kind is TenderKind.Paid ? Accounts.Refunds : Account;

    /// <summary>
    /// The account a refund after delivery goes to. By then an authorisation is money the provider has collected, and is
    /// owed back like any other; coins lie in the machine, and are owed until somebody pays them out at the desk.
    /// </summary>
    public string RefundAccount => Kind switch
    {
        TenderKind.Chip => Account,
        TenderKind.Paid or TenderKind.Authorised => Accounts.Refunds,
        TenderKind.Cash => Accounts.Payouts,
        TenderKind.FreeVend => Account,
    };
}

/// <summary>The names of the ledger's accounts.</summary>
public static class Accounts
{
    /// <summary>Money held for open vends.</summary>
    public const string Held = "held";

    /// <summary>Money banks have promised and the provider has not collected.</summary>
    public const string Authorised = "authorised";

    /// <summary>Money owed to customers until the provider has confirmed its refund.</summary>
    public const string Refunds = "refunds";

    /// <summary>Cash owed to customers until it was paid out at the desk.</summary>
    public const string Payouts = "payouts";

    /// <summary>The till at the desk, where staff take and give cash.</summary>
    public const string Desk = "desk";

    /// <summary>The operator's own bank account, for what is settled outside of any provider.</summary>
    public const string Bank = "bank";

    /// <summary>Goods that left without money: late commits that could not be charged.</summary>
    public const string Losses = "losses";

    /// <summary>What customers still owe: goods they took beyond what their card was held for, or whose hold was lost.</summary>
    public const string Debts = "debts";

    /// <summary>Payments a bank has taken back until the dispute ends.</summary>
    public const string Disputed = "disputed";

    /// <summary>What chips that buy free of charge, and tests by staff, have taken: the operator bears it.</summary>
    public const string FreeVend = "free_vend";

    /// <summary>Free credit given to chips, less what has expired.</summary>
    public const string Promotion = "promo";

    /// <summary>Allowances given to chips, less what has expired.</summary>
    public const string Allowance = "allowance";

    /// <summary>Card payments taken outside of this server.</summary>
    public const string CardTerminal = "card";

    /// <summary>Credit taken over from another system.</summary>
    public const string Imported = "import";

    /// <summary>A chip's credit.</summary>
    public static string Chip(string chip) => "chip:" + chip;

    /// <summary>A machine's takings, net of tax.</summary>
    public static string Revenue(MachineId machine) => "revenue:" + machine.Value;

    /// <summary>Tax owed at a rate.</summary>
    public static string Tax(TaxRate rate) => "tax:" + rate;

    /// <summary>Coins and notes inside a machine.</summary>
    public static string Cash(string machine) => "cash:" + machine;

    /// <summary>Whether this is a chip's account.</summary>
    public static bool IsChip(string account) => account.StartsWith("chip:", StringComparison.Ordinal);
}

namespace Automat.Server.Storefront;

/// <summary>What a machine looks like to a customer, which decides how one buys from it.</summary>
public enum MachineLook
{
    /// <summary>An arcade cabinet: credits are bought.</summary>
    Arcade,

    /// <summary>A pick-up robot: several products in one order, handed out against a code.</summary>
    Robot,

    /// <summary>A counter: several products in one order, handed over by people against a code.</summary>
    PickUp,

    /// <summary>A snack machine: one product at a time.</summary>
    Snack,

    /// <summary>A smart fridge: the card is held, the door opens, what was taken is charged.</summary>
    Fridge,
}

/// <summary>Whether a machine can sell now.</summary>
public enum MachineCondition
{
    /// <summary>Heard from and able to sell.</summary>
    Ready,

    /// <summary>Serving somebody else; soon ready again.</summary>
    Busy,

    /// <summary>Not heard from for longer than it may be silent.</summary>
    Offline,

    /// <summary>Set up, but it never called in.</summary>
    NotConnected,

    /// <summary>Taken out of service by its operator.</summary>
    OutOfService,

    /// <summary>It says that something is wrong with it.</summary>
    Faulted,

    /// <summary>It takes coins and notes, and nothing from here.</summary>
    CashOnly,
}

/// <summary>The list of machines at <c>/</c>.</summary>
/// <param name="Machines">In the order to show; empty shows a friendly note.</param>
public sealed record MachinesView(IReadOnlyList<MachineListItem> Machines)
{
    /// <summary>Whether orders can be placed ahead, and collected at one of them.</summary>
    public bool HasShop { get; init; }
}

/// <summary>One machine in the list.</summary>
/// <param name="Id">As it stands in <c>/m/{machine}</c>.</param>
/// <param name="Name">The operator's name for it.</param>
/// <param name="Location">Where it stands; empty shows nothing.</param>
/// <param name="Look">Decides the picture.</param>
/// <param name="Condition">Whether it sells now.</param>
/// <param name="PriceFrom">The lowest price in it; null shows nothing.</param>
public sealed record MachineListItem(
    string Id, string Name, string Location, MachineLook Look, MachineCondition Condition, Amount? PriceFrom);

/// <summary>One machine and what it sells, at <c>/m/{machine}</c>.</summary>
/// <param name="Id">As it stands in the address.</param>
/// <param name="Name">The operator's name for it.</param>
/// <param name="Location">Where it stands; empty shows nothing.</param>
/// <param name="Look">Decides how one buys.</param>
/// <param name="Condition">Anything but <see cref="MachineCondition.Ready"/> is explained and switches buying off.</param>
/// <param name="Shelves">The products, grouped. An arcade cabinet's first product is its credit.</param>
public sealed record MachineView(
    string Id, string Name, string Location, MachineLook Look, MachineCondition Condition, IReadOnlyList<ShelfView> Shelves)
{
    /// <summary>The offers of an arcade cabinet; one is chosen.</summary>
    public IReadOnlyList<CreditOffer> Credits { get; init; } = [];

    /// <summary>What a fridge holds on the card before its door opens; null for machines that hold nothing.</summary>
    public Amount? Hold { get; init; }

    /// <summary>What a machine whose connection is not secured sells on the web in a day; null for all others.</summary>
    public Amount? DailyLimit { get; init; }

    /// <summary>
    /// Names one wish to open the door with the card this browser remembers, so that the form sent twice is one wish; null
    /// where it remembers none.
    /// </summary>
    public string? Wish { get; init; }

    /// <summary>Why the last attempt to buy was refused, shown at the top of the form.</summary>
    public PurchaseError? Error { get; init; }

    /// <summary>What the customer had entered when it was refused: pieces by slot.</summary>
    public IReadOnlyDictionary<string, int> Chosen { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>Whether buying is possible now.</summary>
    public bool Sells => Condition is MachineCondition.Ready && Products.Any(product => !product.SoldOut);

    /// <summary>All products, shelf by shelf.</summary>
    public IEnumerable<ProductView> Products => Shelves.SelectMany(shelf => shelf.Products);
}

/// <summary>Products that belong together.</summary>
/// <param name="Title">The category's name; null shows no heading.</param>
/// <param name="Products">In the order to show.</param>
public sealed record ShelfView(string? Title, IReadOnlyList<ProductView> Products);

/// <summary>What lies behind one window.</summary>
/// <param name="Slot">The slot's code, sent as the form field <c>slot</c>.</param>
/// <param name="Name">The product's name.</param>
/// <param name="PictureUrl">A picture on our own origin; null shows a plain one.</param>
/// <param name="Price">The price of one piece, tax included.</param>
/// <param name="Available">Pieces for sale now; null when nobody counts.</param>
public sealed record ProductView(string Slot, string Name, string? PictureUrl, Amount Price, int? Available)
{
    /// <summary>The most pieces one order may take, whatever the stock.</summary>
    public int MostPerOrder { get; init; } = 10;

    /// <summary>Whether its price is that of a kilogram.</summary>
    public bool IsByWeight { get; init; }

    /// <summary>Nothing left.</summary>
    public bool SoldOut => Available is <= 0;

    /// <summary>The most pieces one can choose now.</summary>
    public int Most => Math.Min(Available ?? MostPerOrder, MostPerOrder);
}

/// <summary>So many credits at a price.</summary>
/// <param name="Credits">Sent as the form field <c>quantity</c>.</param>
/// <param name="Price">The price of all of them.</param>
public sealed record CreditOffer(int Credits, Amount Price);

/// <summary>Why a purchase could not begin. No money has moved.</summary>
public enum PurchaseError
{
    /// <summary>Nothing was chosen.</summary>
    NothingChosen,

    /// <summary>A number that cannot be bought: negative, not a number, too many.</summary>
    BadQuantity,

    /// <summary>Somebody else took the last one.</summary>
    SoldOut,

    /// <summary>The machine stopped being ready.</summary>
    NotReady,

    /// <summary>Too many are waiting for the machine, or it is restarting.</summary>
    MachineBusy,

    /// <summary>The machine cannot be reached any more.</summary>
    MachineOffline,

    /// <summary>The machine has said that something is wrong with it.</summary>
    MachineFaulted,

    /// <summary>Its operator has taken it out of service.</summary>
    OutOfService,

    /// <summary>The payment provider did not answer.</summary>
    PaymentUnavailable,

    /// <summary>The bank refused to hold anything on the remembered card.</summary>
    CardRefused,

    /// <summary>Something from an earlier visit is still to be paid.</summary>
    DebtOpen,

    /// <summary>The machine, whose connection is not secured, sells no more on the web today.</summary>
    SpendLimit,

    /// <summary>Too many attempts in a short time.</summary>
    TooManyAttempts,

    /// <summary>The page was open too long; it was sent again with a fresh form.</summary>
    FormExpired,
}

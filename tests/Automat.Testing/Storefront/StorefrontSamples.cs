using Automat.Server.Storefront;

namespace Automat.Testing.Storefront;

/// <summary>One view of every kind and state the customers' pages can be in.</summary>
public static class StorefrontSamples
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 30, 5, TimeSpan.FromHours(2));

    /// <summary>The list of machines, each in another condition.</summary>
    public static MachinesView Machines { get; } = new(
    [
        new("lobby", "Lobby wall", "Town hall, ground floor", MachineLook.Snack, MachineCondition.Ready, Eur(120)),
        new("invaders", "Star Raiders", "Arcade, row 2", MachineLook.Arcade, MachineCondition.Busy, Eur(50)),
        new("porter", "Porter", "Library, main entrance", MachineLook.Robot, MachineCondition.Ready, Eur(90)),
        new("canteen", "Canteen fridge", "Second floor", MachineLook.Fridge, MachineCondition.Offline, Eur(180)),
        new("depot", "Depot machine", "", MachineLook.Snack, MachineCondition.NotConnected, null),
        new("station", "Platform 3", "Central station", MachineLook.Snack, MachineCondition.OutOfService, Eur(100)),
    ]);

    /// <summary>Machines' pages by a short name.</summary>
    public static IReadOnlyDictionary<string, MachineView> Machine { get; } = new Dictionary<string, MachineView>(StringComparer.Ordinal)
    {
        ["snack"] = Of(MachineLook.Snack, MachineCondition.Ready),
        ["snack-offline"] = Of(MachineLook.Snack, MachineCondition.Offline),
        ["snack-sold-out"] = Of(MachineLook.Snack, MachineCondition.Ready) with
        {
            Shelves = [new(null, [new("A1", "Pie", "/images/products/pie.svg", Eur(240), 0)])],
        },
        ["snack-refused"] = Of(MachineLook.Snack, MachineCondition.Ready) with { Error = PurchaseError.SoldOut },
        ["snack-empty"] = Of(MachineLook.Snack, MachineCondition.OutOfService) with { Shelves = [] },
        ["robot"] = Of(MachineLook.Robot, MachineCondition.Ready) with
        {
            Chosen = new Dictionary<string, int>(StringComparer.Ordinal) { ["A1"] = 2, ["B2"] = 1 },
        },
        ["fridge"] = Of(MachineLook.Fridge, MachineCondition.Ready) with { Hold = Eur(2000) },
        ["arcade"] = new("invaders", "Star Raiders", "Arcade, row 2", MachineLook.Arcade, MachineCondition.Ready,
            [new(null, [new("CREDIT", "Credit", "/images/products/token.svg", Eur(50), null)])])
        {
            Credits = [new(1, Eur(50)), new(2, Eur(100)), new(5, Eur(225)), new(12, Eur(500))],
        },
    };

    /// <summary>Purchases by a short name.</summary>
    public static IReadOnlyDictionary<string, VendView> Vend { get; } = new Dictionary<string, VendView>(StringComparer.Ordinal)
    {
        ["awaiting"] = Purchase(MachineLook.Snack, VendStage.AwaitingPayment, 0) with { PayUrl = "/pay" },
        ["paid"] = Purchase(MachineLook.Snack, VendStage.Paid, 1),
        ["code"] = Purchase(MachineLook.Robot, VendStage.CodeReady, 2) with
        {
            Code = "471902",
            CodeValidUntil = Noon.AddDays(1),
            ReceiptToken = "sample",
        },
        ["delivering"] = Purchase(MachineLook.Fridge, VendStage.Delivering, 2),
        ["delivered"] = Purchase(MachineLook.Snack, VendStage.Delivered, 3) with { ReceiptToken = "sample" },
        ["playing"] = Purchase(MachineLook.Arcade, VendStage.Delivered, 3) with
        {
            Credits = 5,
            Lines = [new(5, "Credit")],
            ReceiptToken = "sample",
        },
        ["unknown"] = Purchase(MachineLook.Snack, VendStage.Unknown, 2) with { Reason = VendReason.MachineSilent },
        ["refunding"] = Purchase(MachineLook.Snack, VendStage.Refunding, 2) with { Reason = VendReason.Jammed },
        ["refunded"] = Purchase(MachineLook.Arcade, VendStage.Refunded, 2) with
        {
            Reason = VendReason.MachineSilent,
            Lines = [new(5, "Credit")],
            ReceiptToken = "sample",
        },
        ["playing-change"] = Purchase(MachineLook.Arcade, VendStage.Delivered, 3) with
        {
            Credits = 3,
            Lines = [new(3, "Credit")],
            RefundAmount = Eur(90),
            ReceiptToken = "sample",
        },
        ["on-the-house"] = Purchase(MachineLook.Snack, VendStage.Delivered, 3) with { RefundAmount = Eur(390) },
        ["refunding-part"] = Purchase(MachineLook.Snack, VendStage.Refunding, 3) with
        {
            Reason = VendReason.OperatorCancelled,
            RefundAmount = Eur(150),
        },
        ["refunded-part"] = Purchase(MachineLook.Snack, VendStage.Refunded, 3) with
        {
            Reason = VendReason.OperatorCancelled,
            RefundAmount = Eur(150),
        },
        ["expired"] = Purchase(MachineLook.Robot, VendStage.Expired, 0) with { Reason = VendReason.PaymentExpired },
        ["cancelled"] = Purchase(MachineLook.Snack, VendStage.Cancelled, 0) with { Reason = VendReason.CustomerCancelled },
    };

    /// <summary>A receipt with everything a receipt can have.</summary>
    public static ReceiptView Receipt { get; } = new(
        "2026-000481",
        Noon,
        new("Sample Vending Ltd", ["1 Market Square", "12345 Anytown"], "XX 123456789"),
        "Lobby wall",
        "Town hall, ground floor",
        [new("Slice of pie", 2, Eur(240), Eur(480)), new("Still water", 1, Eur(120), Eur(120))],
        [new(7m, Eur(449), Eur(31)), new(19m, Eur(101), Eur(19))],
        Eur(600),
        new("Visa •••• 4242", PaymentState.PartlyRefunded))
    {
        Refunds =
        [
            new(Noon.AddMinutes(3), Eur(240), RefundState.Done, VendReason.Jammed),
            new(null, Eur(100), RefundState.Done, VendReason.OperatorCancelled),
        ],
        Proof = new(48_213, "9f2c41d07be5a8836c1e0f4b7a92d3580cf61e2b94d7a3385e10bb6cf4d29e71"),
        VendToken = "delivered",
    };

    private static Amount Eur(long minor) => new(minor, "EUR");

    private static ProductView Product(string slot, string name, string picture, long price, int? available) =>
        new(slot, name, $"/images/products/{picture}.svg", Eur(price), available);

    private static MachineView Of(MachineLook look, MachineCondition condition) => new(
        "lobby", "Lobby wall", "Town hall, ground floor", look, condition,
        [
            new("Sweet and savoury",
            [
                Product("A1", "Slice of pie", "pie", 240, 2),
                Product("A2", "Chocolate bar", "chocolate-bar", 150, 8),
                Product("A3", "Chips", "chips", 180, 0),
                Product("A4", "Cookies", "cookies", 170, 9),
                Product("A5", "Roasted nuts", "nuts", 210, null),
                Product("A6", "Candy", "candy", 130, 4),
                Product("A7", "Chewing gum", "gum", 90, 6),
            ]),
            new("Drinks",
            [
                Product("B1", "Coffee", "coffee", 160, null),
                Product("B2", "Lemonade", "lemonade", 190, 5),
                Product("B3", "Cola", "cola", 190, 1),
                Product("B4", "Still water", "still-water", 120, 12),
                Product("B5", "Sparkling water", "sparkling-water", 120, 12),
                Product("B6", "Orange juice", "orange-juice", 220, 3),
                Product("B7", "Green tea", "green-tea", 180, 7),
            ]),
            new("Fresh",
            [
                Product("C1", "Sandwich", "sandwich", 390, 2),
                Product("C2", "Wrap", "wrap", 420, 5),
                Product("C3", "Salad bowl", "salad", 490, 0),
                Product("C4", "Yoghurt", "yoghurt", 160, 6),
                Product("C5", "Apple", "apple", 80, 9),
            ]),
        ]);

    private static VendView Purchase(MachineLook look, VendStage stage, int progress) => new(
        "sample", "lobby", "Lobby wall", look, stage, Eur(390))
    {
        Lines = [new(1, "Slice of pie"), new(1, "Chocolate bar")],
        Times = new()
        {
            Ordered = Noon,
            Paid = progress > 0 ? Noon.AddMinutes(1) : null,
            Sent = progress > 1 ? Noon.AddMinutes(1) : null,
            Delivered = progress > 2 ? Noon.AddMinutes(2) : null,
            RefundStarted = stage is VendStage.Refunding or VendStage.Refunded ? Noon.AddMinutes(3) : null,
            Refunded = stage is VendStage.Refunded ? Noon.AddMinutes(4) : null,
            Ended = stage is VendStage.Expired or VendStage.Cancelled ? Noon.AddMinutes(15) : null,
        },
    };
}

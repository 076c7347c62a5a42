using Automat.Domain.Vends;

namespace Automat.Domain.Tests.Vends;

/// <summary>A sale of the tests: two apples and a bar of chocolate, 4.49 EUR of 5.00 EUR held.</summary>
internal static class Sale
{
    public const long Price = 449;

    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static readonly MachineId Machine = MachineId.Parse("SNACK-1");

    public static readonly VendLine Apples = new("A1", null, "Apple", 2, 150, 700);

    public static readonly VendLine Chocolate = new("B2", null, "Chocolate", 1, 149, 1900);

    public static Tender TenderOf(TenderKind kind) => kind switch
    {
        TenderKind.Chip => Tender.Chip("04A1"),
        TenderKind.Paid => Tender.Paid("stripe"),
        TenderKind.Authorised => Tender.Authorised("stripe"),
        TenderKind.Cash => Tender.Cash(Machine),
        TenderKind.FreeVend => Tender.FreeVend("04A1"),
    };

    public static Vend Of(TenderKind kind = TenderKind.Chip, long amount = 500, params VendLine[] lines) => new()
    {
        Id = Id<Vend>.New(Noon),
        Organization = Id<Organization>.New(Noon),
        Machine = Machine,
        Tender = TenderOf(kind),
        Amount = new Money(amount, Currency.Eur),
        Lines = lines.Length == 0 ? [Apples, Chocolate] : lines,
        Deadline = Noon.AddMinutes(1),
        ReservedAt = Noon,
    };

    /// <summary>A sale brought into a status by the rules alone.</summary>
    public static Vend In(VendStatus status, TenderKind kind = TenderKind.Chip)
    {
        var reserved = VendRules.Reserve(Of(kind), 500).Vend;
        var delivering = VendRules.Start(reserved, Noon, Noon.AddMinutes(2)).Vend;
        var committed = VendRules.Commit(delivering, delivering.Lines, Noon).Vend;
        return status switch
        {
            VendStatus.Reserved => reserved,
            VendStatus.Delivering => delivering,
            VendStatus.Unknown => VendRules.Doubt(delivering, "no_answer", Noon.AddMinutes(3)).Vend,
            VendStatus.Committed => committed,
            VendStatus.PartlyRefunded => VendRules.Refund(committed, 100, "stale").Vend,
            VendStatus.Refunded => VendRules.Refund(committed, Price, "stale").Vend,
            VendStatus.Cancelled => VendRules.Cancel(delivering, "machine_failed", Noon).Vend,
        };
    }
}

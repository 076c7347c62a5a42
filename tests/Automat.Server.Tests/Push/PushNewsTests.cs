using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Machines;
using Automat.Server.Orders;
using Automat.Server.Payments;
using Automat.Server.Push;
using Automat.Server.Vends;

namespace Automat.Server.Tests.Push;

/// <summary>What there is to tell of a sale: each thing once, money in every case, and no doubts.</summary>
public sealed class PushNewsTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    [Fact]
    public void A_hold_that_is_released_is_no_charge_and_money_that_was_taken_goes_back()
    {
        Assert.Equal([new PushNews(PushTopic.NoCharge)], News(VendStatus.Delivering, VendStatus.Cancelled, Tender.Authorised("stripe")));
        Assert.Equal([new PushNews(PushTopic.Cancelled, 150)], News(VendStatus.Delivering, VendStatus.Cancelled, Tender.Paid("stripe"), back: 150));
    }

    [Fact]
    public void A_delivery_is_told_once_however_it_was_found_out_and_a_doubt_is_not()
    {
        Assert.Equal([new PushNews(PushTopic.Delivered, 150)], News(VendStatus.Delivering, VendStatus.Committed));
        Assert.Equal([new PushNews(PushTopic.Delivered, 150)], News(VendStatus.Cancelled, VendStatus.Committed));
        Assert.Empty(News(VendStatus.Committed, VendStatus.Committed));
        Assert.Empty(News(VendStatus.Delivering, VendStatus.Unknown));
        Assert.Empty(News(VendStatus.Reserved, VendStatus.Delivering));
    }

    [Fact]
    public void A_refund_is_told_with_its_amount_beside_the_delivery_where_both_are_new()
    {
        Assert.Equal([new PushNews(PushTopic.Refund, 50)], News(VendStatus.Committed, VendStatus.PartlyRefunded, back: 80, seenBack: 30));
        Assert.Equal(
            [new PushNews(PushTopic.Delivered, 150), new PushNews(PushTopic.Refund, 20)], News(VendStatus.Delivering, VendStatus.Committed, back: 20));
    }

    [Fact]
    public void A_code_is_told_when_the_money_came_and_a_payment_that_failed_only_to_who_waited_for_it()
    {
        Assert.Equal([new PushNews(PushTopic.Code)], News(seen: null, VendStatus.Reserved, code: "123456"));
        Assert.Empty(News(seen: null, VendStatus.Reserved));
        var closed = new Sale(Purchase(PurchaseStatus.Closed), null, [], null);
        Assert.Equal(
            [new PushNews(PushTopic.NoCharge)], PushNews.Of(new SaleMark(PurchaseStatus.AwaitingPayment, null, IsReady: false, 0), closed, order: null));
        Assert.Empty(PushNews.Of(SaleMark.Begun, closed, order: null));
    }

    [Theory]
    [InlineData("expired", "NotCollected")]
    [InlineData(VendRules.Credited, "Credited")]
    public void Whoever_was_promised_credit_is_not_told_that_the_money_goes_back(string reason, string topic) =>
        Assert.Equal(topic, News(VendStatus.Reserved, VendStatus.Cancelled, reason: reason, ordered: true).Single().Topic.ToString());

    private static IReadOnlyList<PushNews> News(
        VendStatus? seen, VendStatus now, Tender? tender = null, long back = 0, long seenBack = 0, string? code = null, string? reason = null,
        bool ordered = false)
    {
        var vend = new Vend
        {
            Id = Id<Vend>.New(Now),
            Organization = default,
            Machine = MachineId.Parse("cab001"),
            Tender = tender ?? Tender.Paid("stripe"),
            Amount = new Money(150, Currency.Eur),
            Lines = [],
            Status = now,
            Delivered = 150,
            Code = code,
            Reason = reason,
            Deadline = Now,
            ReservedAt = Now,
        };
        var payback = new Payback
        {
            Id = Id<Payback>.New(Now),
            OrganizationId = default,
            VendId = vend.Id,
            Provider = "stripe",
            Amount = back,
            Currency = Currency.Eur,
            Reason = "tested",
            NextAttemptAt = Now,
            CreatedAt = Now,
        };
        var sale = new Sale(Purchase(PurchaseStatus.Paid), vend, back == 0 ? [] : [payback], null);
        return PushNews.Of(
            new SaleMark(seen is null ? PurchaseStatus.Open : PurchaseStatus.Paid, seen, IsReady: false, seenBack), sale, ordered ? OrderOf(sale) : null);
    }

    private static FoundOrder OrderOf(Sale sale)
    {
        var order = new Order
        {
            Id = Id<Order>.New(Now),
            OrganizationId = default,
            Number = "K7M2QX4",
            PurchaseId = sale.Purchase.Id,
            MachineId = sale.Purchase.MachineId,
            SealedToken = "",
            Language = "en",
            CreatedAt = Now,
        };
        var place = new Machine
        {
            Id = sale.Purchase.MachineId,
            OrganizationId = default,
            Name = "Counter",
            Location = "",
            Driver = "pickup",
            Currency = Currency.Eur,
            TimeZone = "UTC",
            Settings = "{}",
            CreatedAt = Now,
        };
        return new FoundOrder(order, sale, place, ByHand: true);
    }

    private static Purchase Purchase(PurchaseStatus status) => new()
    {
        Id = Id<Purchase>.New(Now),
        OrganizationId = default,
        MachineId = MachineId.Parse("cab001"),
        Status = status,
        Lines = [],
        Amount = 150,
        Currency = Currency.Eur,
        Provider = "stripe",
        ExpiresAt = Now,
        CreatedAt = Now,
    };
}

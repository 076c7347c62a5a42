using Automat.Domain.Refunds;
using Automat.Domain.Tests.Vends;
using Automat.Domain.Vends;

namespace Automat.Domain.Tests.Refunds;

/// <summary>Every verb in every status, allowed and forbidden.</summary>
public sealed class RefundCaseTests
{
    private static readonly DateTimeOffset Later = Sale.Noon.AddHours(1);

    public static TheoryData<RefundCaseStatus> Statuses() => [.. Enum.GetValues<RefundCaseStatus>()];

    [Theory, MemberData(nameof(Statuses))]
    [Trait("Accepts", "S2-10")]
    public void Only_what_waits_can_be_decided(RefundCaseStatus status)
    {
        var refund = In(status);
        if (status is RefundCaseStatus.Requested)
        {
            Assert.Equal(RefundCaseStatus.Done, refund.Approve("second", 7, Later).Status);
            Assert.Equal(RefundCaseStatus.Rejected, refund.Reject("second", "no", Later).Status);
            Assert.Equal(RefundCaseStatus.Expired, refund.Expire(Sale.Noon.AddDays(8)).Status);
            return;
        }

        Assert.Equal("refund_status", Refused(() => refund.Approve("second", 7, Later)));
        Assert.Equal("refund_status", Refused(() => refund.Reject("second", "no", Later)));
        Assert.Equal("refund_status", Refused(() => refund.Book(7, Later)));
        Assert.Same(refund, refund.Expire(Sale.Noon.AddDays(8)));
    }

    [Fact]
    [Trait("Accepts", "S2-10")]
    public void Whoever_asked_decides_nothing()
    {
        Assert.Equal("refund_own_request", Refused(() => In(RefundCaseStatus.Requested).Approve("first", 7, Later)));
        Assert.Equal("refund_own_request", Refused(() => In(RefundCaseStatus.Requested).Reject("first", "no", Later)));
    }

    [Fact]
    public void What_is_overdue_can_no_longer_be_approved_and_what_is_not_does_not_expire()
    {
        var refund = In(RefundCaseStatus.Requested);

        Assert.Equal("refund_expired", Refused(() => refund.Approve("second", 7, Sale.Noon.AddDays(7))));
        Assert.Same(refund, refund.Expire(Sale.Noon.AddDays(7).AddTicks(-1)));
    }

    [Theory, MemberData(nameof(Statuses))]
    public void What_follows_a_status_stands_in_the_table(RefundCaseStatus status) =>
        Assert.Equal(status is RefundCaseStatus.Requested ? 3 : 0, RefundLife.After(status).Count);

    private static RefundCase In(RefundCaseStatus status)
    {
        var asked = new RefundCase
        {
            Id = Id<RefundCase>.New(Sale.Noon),
            OrganizationId = Id<Organization>.New(Sale.Noon),
            VendId = Id<Vend>.New(Sale.Noon),
            MachineId = Sale.Machine,
            Tender = TenderKind.Chip,
            Amount = 449,
            Currency = Currency.Eur,
            Reason = "damaged",
            RequestedBy = "first",
            RequestedAt = Sale.Noon,
            ExpiresAt = Sale.Noon.AddDays(7),
        };
        return status switch
        {
            RefundCaseStatus.Requested => asked,
            RefundCaseStatus.Done => asked.Approve("second", 7, Later),
            RefundCaseStatus.Rejected => asked.Reject("second", "no", Later),
            RefundCaseStatus.Expired => asked.Expire(Sale.Noon.AddDays(7)),
        };
    }

    private static string Refused(Action act) => Assert.Throws<RuleException>(act).Code;
}

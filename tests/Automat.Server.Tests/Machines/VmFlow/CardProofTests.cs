using Automat.Server.Machines;
using Automat.Server.Machines.Drivers.VmFlow;

namespace Automat.Server.Tests.Machines.VmFlow;

/// <summary>What a machine's counter of vends by card proves of a credit in doubt, and what it does not.</summary>
[Trait("Accepts", "M8")]
public sealed class CardProofTests
{
    private const long Price = 150;

    private static readonly DateTimeOffset Sent = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Over = Sent.AddSeconds(100);
    private static readonly DateTimeOffset Asked = Sent.AddSeconds(110);
    private static readonly DateTimeOffset Came = Sent.AddSeconds(112);
    private static readonly GivenCredit Credit = new(150, Sent, 0, Sent.AddHours(-1));
    private static readonly CardReading Before = Fetched(Sent.AddHours(-2), 32, 4_400);

    [Fact]
    public void One_more_at_exactly_the_price_came_out() =>
        Assert.Equal(DeliveryOutcome.Delivered, Of([Before, Fetched(Came, 33, 4_550)]));

    [Fact]
    public void None_more_did_not() => Assert.Equal(DeliveryOutcome.Refused, Of([Before, Fetched(Came, 32, 4_400)]));

    [Fact]
    public void What_the_books_know_is_counted_off()
    {
        Assert.Equal(DeliveryOutcome.Delivered, Of([Before, Fetched(Came, 35, 4_800)], (2, 250)));
        Assert.Equal(DeliveryOutcome.Refused, Of([Before, Fetched(Came, 34, 4_650)], (2, 250)));
    }

    [Theory]
    [InlineData(33, 4_520)] // another price
    [InlineData(34, 4_700)] // one more than is in doubt
    [InlineData(32, 4_550)] // money without a vend
    [InlineData(1, 150)] // set to zero
    public void What_is_not_certain_is_not_said(long count, long value) => Assert.Null(Of([Before, Fetched(Came, count, value)]));

    [Fact]
    public void A_counter_that_was_set_to_zero_in_between_proves_nothing_although_it_fits() =>
        Assert.Null(Of([Before, Fetched(Sent.AddSeconds(50), 0, 0), Fetched(Came, 33, 4_550)]));

    [Fact]
    public void A_machine_that_does_not_count_cards_cancels_nothing()
    {
        Assert.Null(Of([Before, new CardReading(Came, Fetched: true, Count: null, Value: null)]));
        Assert.Null(Of([new CardReading(Sent.AddHours(-2), Fetched: true, Count: null, Value: null), Fetched(Came, 32, 4_400)]));
    }

    [Fact]
    public void A_file_that_staff_brought_proves_nothing_of_a_moment()
    {
        Assert.Null(Of([Before, Fetched(Came, 32, 4_400) with { Fetched = false }]));
        Assert.Null(Of([Before with { Fetched = false }, Fetched(Came, 32, 4_400)]));
    }

    [Fact]
    public void The_first_reading_must_be_from_before_the_credit() =>
        Assert.Null(Of([Before with { At = Sent.AddSeconds(1) }, Fetched(Came, 32, 4_400)]));

    [Fact]
    public void The_second_one_must_have_been_asked_for_when_the_session_was_over()
    {
        Assert.Null(Of([Before, Fetched(Came, 32, 4_400)], asked: Over.AddSeconds(-1)));
        Assert.Null(Of([Before, Fetched(Asked.AddSeconds(-1), 32, 4_400)]));
        Assert.Null(CardProof.Of([Before, Fetched(Came, 32, 4_400)], Credit, Over, askedAt: null));
    }

    private static DeliveryOutcome? Of(
        IReadOnlyList<CardReading> readings, (long Count, long Value) besides = default, DateTimeOffset? asked = null) =>
        CardProof.Of(readings, Credit, Over, asked ?? Asked) is { } span
            ? CardProof.Judge(span, besides.Count, besides.Value, Price)
            : null;

    private static CardReading Fetched(DateTimeOffset at, long count, long value) => new(at, Fetched: true, count, value);
}

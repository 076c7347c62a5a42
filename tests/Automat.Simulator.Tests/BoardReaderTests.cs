using Automat.Simulator.Machines.VmFlow;

namespace Automat.Simulator.Tests;

/// <summary>The simulated board does what the firmware does, also where that is not what one would expect.</summary>
public sealed class BoardReaderTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_752_800_000);

    private readonly BoardReader reader = new();

    [Fact]
    public void A_credit_begins_a_session_and_buys_one_thing()
    {
        reader.Queue(150);
        Assert.True(reader.Poll(Now));
        Assert.Equal((ReaderMode.Idle, 150), (reader.Mode, reader.Funds));

        Assert.Equal(VendAnswer.Approved, reader.Request(150, 12));
        reader.Succeed(Now.AddSeconds(5));
        reader.Complete();

        Assert.Equal((ReaderMode.Enabled, 1_752_800_005, 150, 12), (reader.Mode, reader.LastSuccess, reader.LastPrice, reader.LastItem));
    }

    [Fact]
    public void Of_two_credits_before_a_session_the_second_is_dropped()
    {
        Assert.True(reader.Queue(150));
        Assert.False(reader.Queue(200));

        reader.Poll(Now);

        Assert.Equal(150, reader.Funds);
    }

    [Fact]
    public void A_session_begins_although_the_reader_is_switched_off()
    {
        reader.Disable();
        reader.Queue(150);

        Assert.True(reader.Poll(Now));
    }

    [Fact]
    public void Funds_are_not_given_back_when_a_vend_fails_and_then_nothing_is_answered()
    {
        reader.Queue(150);
        reader.Poll(Now);
        reader.Request(150, 12);

        reader.Fail();

        Assert.Equal((ReaderMode.Idle, 0), (reader.Mode, reader.Funds));
        Assert.Equal(VendAnswer.Nothing, reader.Request(50, 12));
    }

    [Fact]
    public void A_reset_between_approval_and_success_is_not_recorded()
    {
        reader.Queue(150);
        reader.Poll(Now);
        reader.Request(150, 12);

        reader.Reset();

        Assert.Equal((ReaderMode.Inactive, 0L), (reader.Mode, reader.LastSuccess));
    }

    [Fact]
    public void A_session_ends_by_itself_after_a_minute()
    {
        reader.Queue(150);
        reader.Poll(Now);

        reader.Poll(Now.AddSeconds(61));

        Assert.Equal(ReaderMode.Enabled, reader.Mode);
    }
}

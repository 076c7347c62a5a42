using Automat.Protocol.Mdb;
using Automat.Simulator.Faults;
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

    [Fact]
    public void A_sale_is_said_on_the_bus_as_the_table_has_it()
    {
        var said = new List<MdbTransition>();
        var selling = new BoardReader(said.Add);

        selling.Queue(150);
        selling.Poll(Now);
        selling.Request(150, 12);
        selling.Succeed(Now);
        selling.Complete();

        Assert.Equal(
            [
                MdbMessage.BeginSession, MdbMessage.VendRequest, MdbMessage.VendApproved, MdbMessage.VendSuccess,
                MdbMessage.SessionComplete, MdbMessage.EndSession,
            ],
            said.Select(line => line.Message));
        Assert.All(said, line => Assert.Contains(line, MdbSessionTable.Transitions));
    }

    /// <summary>Whatever is done to it in whatever order; where the firmware deviates is written down here once more.</summary>
    [Fact]
    public void Its_session_takes_only_steps_that_the_table_has_or_that_the_firmware_is_known_for()
    {
        HashSet<(MdbState, MdbMessage, MdbState)> known =
        [
            (MdbState.Inactive, MdbMessage.BeginSession, MdbState.SessionIdle),
            (MdbState.Disabled, MdbMessage.BeginSession, MdbState.SessionIdle),
            (MdbState.Refunding, MdbMessage.NothingToSay, MdbState.SessionIdle),
            (MdbState.Vend, MdbMessage.SessionCancelRequest, MdbState.SessionIdle),
            (MdbState.Approved, MdbMessage.SessionCancelRequest, MdbState.SessionIdle),
            (MdbState.Approved, MdbMessage.Reset, MdbState.Inactive),
            (MdbState.Approved, MdbMessage.JustReset, MdbState.Inactive),
        ];
        var table = MdbSessionTable.Transitions.Where(line => line.Needs is MdbAbilities.None).ToHashSet();
        var deviated = new HashSet<(MdbState, MdbMessage, MdbState)>();
        var taken = new HashSet<MdbTransition>();
        var (at, time) = (MdbState.Enabled, Now);
        var walking = new BoardReader(line =>
        {
            Assert.Equal(at, line.From); // it never jumps
            at = line.To;
            if (line.Effect is MdbEffect.OutOfSequence) Assert.Equal(line.From, line.To);
            else if (table.Contains(line)) taken.Add(line);
            else deviated.Add((line.From, line.Message, line.To));
        });
        Action[] all =
        [
            () => walking.Queue(150), () => walking.Poll(time), () => walking.Poll(time += TimeSpan.FromSeconds(61)),
            () => walking.Request(150, 12), () => walking.Request(50, 12), () => walking.Request(200, 12),
            () => walking.Succeed(time), walking.Fail, walking.Complete, walking.Reset, walking.Disable, walking.Enable,
            walking.Restart,
        ];
        var dice = new Dice(1, "board", "walk");
        for (var steps = 0; steps < 20_000; steps++)
        {
            dice.OneOf(all)();
            Assert.Equal(BoardReader.ModeOf(at), walking.Mode);
        }

        Assert.Equal(known, deviated);
        Assert.Equal(known, BoardReader.Deviations.Select(line => (line.From, line.Message, line.To)).ToHashSet());
        Assert.Contains(taken, line => line.Effect is MdbEffect.Charged);
    }

    [Fact]
    public void A_success_after_a_restart_leaves_no_trace()
    {
        reader.Queue(150);
        reader.Poll(Now);
        reader.Request(150, 12);
        reader.Restart();

        Assert.False(reader.Succeed(Now));
        Assert.Equal((ReaderMode.Enabled, 0L), (reader.Mode, reader.LastSuccess));
    }
}

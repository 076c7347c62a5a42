using Automat.Server.Machines.Drivers.VmFlow;

namespace Automat.Server.Tests.Machines.VmFlow;

/// <summary>How a credit is judged by what the board says afterwards: each rule of its firmware's behaviour.</summary>
public sealed class CreditWatchTests
{
    private static readonly DateTimeOffset Sent = DateTimeOffset.FromUnixTimeSeconds(1_752_800_000);
    private static readonly VmFlowSettings Settings = new();

    private readonly CreditWatch watch = new(new GivenCredit(150, Sent, 1_752_000_000, Sent.AddHours(-1)), Settings);

    [Fact]
    public void A_success_the_board_did_not_know_before_is_a_vend()
    {
        Assert.Equal(CreditFate.Open, watch.See(Info(3, ReaderState.Idle)).Fate);
        Assert.Equal(CreditFate.Open, watch.See(Info(6, ReaderState.Vend)).Fate);

        Assert.Equal(
            new CreditVerdict(CreditFate.Vended, "vend_success"), watch.See(Info(9, ReaderState.Enabled, success: 1_752_800_008)));
    }

    [Fact]
    public void A_success_at_another_price_is_a_vend_and_says_so() => Assert.Equal(
        new CreditVerdict(CreditFate.Vended, "vend_success_other"),
        watch.See(Info(9, ReaderState.Idle, success: 1_752_800_008, price: 120)));

    [Fact]
    public void A_success_from_before_the_credit_is_none_of_it() =>
        Assert.Equal(CreditFate.Open, watch.See(Info(3, ReaderState.Idle, success: 1_752_799_000)).Fate);

    [Fact]
    public void A_failure_at_the_full_price_leaves_nothing_to_buy_with() =>
        Assert.Equal(new CreditVerdict(CreditFate.NotVended, "vend_failed"), watch.Failed(new FailLine(150, 12, 1_752_800_005)));

    [Fact]
    public void A_failure_of_something_cheaper_may_be_followed_by_a_vend()
    {
        Assert.Equal(CreditFate.Open, watch.Failed(new FailLine(100, 12, 1_752_800_005)).Fate);

        Assert.Equal(CreditFate.Vended, watch.See(Info(20, ReaderState.Idle, success: 1_752_800_018, price: 50)).Fate);
    }

    [Fact]
    public void A_failure_of_something_cheaper_and_nothing_after_it_is_a_failure()
    {
        watch.Failed(new FailLine(100, 12, 1_752_800_005));

        Assert.Equal(new CreditVerdict(CreditFate.NotVended, "vend_failed"), watch.See(Info(20, ReaderState.Enabled)));
    }

    [Fact]
    public void An_old_failure_that_comes_late_says_nothing() =>
        Assert.Equal(CreditFate.Open, watch.Failed(new FailLine(150, 12, 1_752_799_900)).Fate);

    [Fact]
    public void A_session_that_ended_without_a_choice_vended_nothing()
    {
        watch.See(Info(3, ReaderState.Idle));

        Assert.Equal(new CreditVerdict(CreditFate.NotVended, "no_vend"), watch.See(Info(61, ReaderState.Enabled)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_reset_of_the_machine_in_the_session_is_a_doubt(int state)
    {
        watch.See(Info(6, ReaderState.Vend));

        Assert.Equal(new CreditVerdict(CreditFate.Unknown, "machine_reset"), watch.See(Info(8, (ReaderState)state)));
    }

    [Fact]
    public void A_vend_that_left_no_trace_is_a_doubt()
    {
        watch.See(Info(6, ReaderState.Vend));

        Assert.Equal(new CreditVerdict(CreditFate.Unknown, "no_evidence"), watch.See(Info(8, ReaderState.Enabled)));
    }

    [Fact]
    public void A_restart_of_the_board_is_a_doubt_whatever_it_says()
    {
        watch.See(Info(3, ReaderState.Idle));

        var after = Info(20, ReaderState.Enabled, success: 1_752_800_015) with { UptimeSeconds = 4 };
        Assert.Equal(new CreditVerdict(CreditFate.Unknown, "board_restarted"), watch.See(after));
    }

    [Fact]
    public void A_confirmation_is_no_success_and_a_credit_that_never_began_has_to_be_taken_back()
    {
        watch.Confirmed();
        Assert.Equal(CreditFate.Open, watch.See(Info(30, ReaderState.Enabled)).Fate);

        Assert.Equal(new CreditVerdict(CreditFate.NotBegun, "no_session"), watch.See(Info(Settings.SessionS, ReaderState.Enabled)));
    }

    [Fact]
    public void A_credit_nobody_confirmed_is_given_up_once_its_signature_is_too_old()
    {
        Assert.Equal(CreditFate.Open, watch.See(Info(SignedText.Window, ReaderState.Enabled)).Fate);

        Assert.Equal(new CreditVerdict(CreditFate.NotBegun, "not_taken"), watch.See(Info(Settings.ConfirmWithin, ReaderState.Enabled)));
    }

    [Fact]
    public void Silence_is_waited_out_and_then_a_doubt()
    {
        Assert.Equal(CreditFate.Open, watch.Silent(Sent.AddSeconds(Settings.SessionS)).Fate);

        Assert.Equal(
            new CreditVerdict(CreditFate.Unknown, "no_answer"), watch.Silent(Sent.AddSeconds(Settings.SessionS + Settings.GraceS)));
    }

    private static BoardInfo Info(int seconds, ReaderState state, long success = 1_752_000_000, long price = 150) =>
        new(state, 3_600 + seconds, success, price, 12, "1.0") { HeardAt = Sent.AddSeconds(seconds) };
}

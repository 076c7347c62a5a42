using Automat.Server.Storefront;
using Automat.Testing.Storefront;

namespace Automat.Server.Tests.Storefront;

public sealed class VendStepsTests
{
    public static TheoryData<VendStage, MachineLook> StagesAndLooks()
    {
        var all = new TheoryData<VendStage, MachineLook>();
        foreach (var stage in Enum.GetValues<VendStage>())
        {
            foreach (var look in Enum.GetValues<MachineLook>()) all.Add(stage, look);
        }

        return all;
    }

    [Theory, MemberData(nameof(StagesAndLooks))]
    public void One_step_is_current_until_nothing_changes_any_more(VendStage stage, MachineLook look)
    {
        var vend = StorefrontSamples.Vend["code"] with { Stage = stage, Look = look };

        var steps = VendSteps.For(vend);

        Assert.Equal(vend.IsFinal ? 0 : 1, steps.Count(step => step.State is StepState.Current));
        Assert.Equal(steps.OrderBy(step => step.State is StepState.Ahead), steps);
    }

    [Fact]
    public void Money_given_back_after_a_delivery_does_not_deny_the_delivery()
    {
        var vend = StorefrontSamples.Vend["delivered"] with { Stage = VendStage.Refunded };

        Assert.DoesNotContain(VendSteps.For(vend), step => step.State is StepState.Failed);
    }

    [Fact]
    public void A_delivery_that_failed_is_named_before_the_money_comes_back()
    {
        var steps = VendSteps.For(StorefrontSamples.Vend["refunding"]);

        Assert.Equal(
            ["Step.Ordered", "Step.Paid", "Step.Sent", "Step.NotDelivered", "Step.RefundStarted", "StepNow.Refunded"],
            steps.Select(step => step.TextKey));
    }
}

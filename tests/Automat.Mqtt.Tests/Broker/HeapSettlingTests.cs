using Automat.Mqtt.Broker;
using Microsoft.Extensions.Logging.Abstractions;

namespace Automat.Mqtt.Tests.Broker;

/// <summary>Memory is given back once many clients have come and no more do.</summary>
public sealed class HeapSettlingTests
{
    private readonly HeapSettling heap = new(NullLogger.Instance);

    [Fact]
    public void Waits_until_no_more_come()
    {
        Assert.False(heap.IsDue(0));
        Assert.False(heap.IsDue(3_000));
        Assert.False(heap.IsDue(6_000));
        Assert.True(heap.IsDue(6_010));
    }

    [Fact]
    public void Does_it_once_for_the_same_clients()
    {
        heap.IsDue(6_000);
        Assert.True(heap.IsDue(6_000));
        Assert.False(heap.IsDue(6_000));
        Assert.False(heap.IsDue(6_500));
        Assert.False(heap.IsDue(6_500)); // too few more for another pause
    }

    [Fact]
    public void Does_it_again_after_all_went_and_came_back()
    {
        heap.IsDue(6_000);
        Assert.True(heap.IsDue(6_000));
        Assert.False(heap.IsDue(20));
        Assert.False(heap.IsDue(5_990));
        Assert.True(heap.IsDue(6_000));
    }

    [Fact]
    public void A_few_are_not_worth_a_pause()
    {
        heap.IsDue(400);
        Assert.False(heap.IsDue(400));
    }
}

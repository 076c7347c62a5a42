using Automat.Mqtt.Broker;

namespace Automat.Mqtt.Tests;

public sealed class TopicTests
{
    private static readonly string[] Levels = ["a", "b", "", "$x"];

    [Theory]
    [InlineData("a/b/c", "a/b/c", true)]
    [InlineData("a/b/c", "a/b", false)]
    [InlineData("a/b", "a/b/c", false)]
    [InlineData("+", "a", true)]
    [InlineData("+", "a/b", false)]
    [InlineData("+/+", "/a", true)]
    [InlineData("/+", "/a", true)]
    [InlineData("+", "/a", false)]
    [InlineData("a/+/c", "a/b/c", true)]
    [InlineData("a/+", "a/", true)]
    [InlineData("a/+", "a", false)]
    [InlineData("#", "a/b/c", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("a/#", "ab", false)]
    [InlineData("a/b/#", "a", false)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+/x", "$SYS/x", false)]
    [InlineData("$SYS/#", "$SYS/x", true)]
    [InlineData("A", "a", false)]
    public void A_filter_matches_as_the_specification_says(string filter, string topic, bool expected) =>
        Assert.Equal(expected, TopicFilter.Matches(filter, topic));

    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/+", "+/b", true)]
    [InlineData("a/#", "+/b/c", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/b", "a", false)]
    [InlineData("a/+", "a", false)]
    [InlineData("a/b/#", "a/+", true)]
    [InlineData("a/b/c/#", "a/+", false)]
    [InlineData("a/+/c", "a/b/d", false)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("arcade/machine/+/coinpulse", "arcade/machine/cab001/#", true)]
    public void Overlap_is_decided_and_symmetric(string one, string other, bool expected)
    {
        Assert.Equal(expected, TopicFilter.Overlaps(one, other));
        Assert.Equal(expected, TopicFilter.Overlaps(other, one));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("/", true)]
    [InlineData("+/#", true)]
    [InlineData("a//b", true)]
    [InlineData("", false)]
    [InlineData("a#", false)]
    [InlineData("a/#/b", false)]
    [InlineData("a+", false)]
    [InlineData("+a/b", false)]
    [InlineData("a\0", false)]
    public void A_filter_is_valid_or_not(string filter, bool expected) =>
        Assert.Equal(expected, TopicFilter.IsValid(filter));

    [Theory]
    [InlineData("a/b", true)]
    [InlineData("a/ü/🍕", true)]
    [InlineData("a/+", false)]
    [InlineData("a/#", false)]
    [InlineData("", false)]
    public void A_topic_name_is_valid_or_not(string topic, bool expected) =>
        Assert.Equal(expected, TopicName.IsValid(topic));

    [Fact]
    public void Half_a_surrogate_pair_is_no_text()
    {
        Assert.False(TopicFilter.IsValid("a/" + '\ud800'));
        Assert.False(TopicName.IsValid('\udc00' + "a"));
    }

    [Fact]
    public void A_name_longer_than_the_wire_allows_is_not_valid()
    {
        Assert.True(TopicName.IsValid(new string('a', TopicName.MaxBytes)));
        Assert.False(TopicName.IsValid(new string('a', TopicName.MaxBytes + 1)));
        Assert.False(TopicName.IsValid(new string('ü', (TopicName.MaxBytes / 2) + 1)));
    }

    /// <summary>All small filters against all small topics: overlap means that some topic is matched by both.</summary>
    [Fact]
    public void Overlap_and_match_tell_the_same()
    {
        // One level more than the longest filter, because "#" may need it.
        var topics = Names(Levels, 3).Where(TopicName.IsValid).ToList();
        var filters = Names(["a", "b", "+", "#", "$x"], 3).Where(TopicFilter.IsValid).ToList();
        var matched = filters.ToDictionary(f => f, f => topics.Where(t => TopicFilter.Matches(f, t)).ToHashSet());

        foreach (var one in filters)
        {
            foreach (var other in filters)
            {
                Assert.True(
                    matched[one].Overlaps(matched[other]) == TopicFilter.Overlaps(one, other), $"{one} and {other}");
            }
        }
    }

    [Fact]
    public void The_trie_finds_what_matching_one_by_one_finds()
    {
        var topics = Names(Levels, 3).Where(TopicName.IsValid).ToList();
        var filters = Names(["a", "b", "", "+", "#", "$x"], 3).Where(TopicFilter.IsValid).ToList();
        var trie = new SubscriptionTrie<string>();
        foreach (var filter in filters)
            trie.Add(filter, filter, new Subscription(filter, MqttQos.AtMostOnce, false, false));
        foreach (var filter in filters.Where((_, i) => i % 3 == 0)) trie.Remove(filter, filter);
        var left = filters.Where((_, i) => i % 3 != 0).ToList();

        foreach (var topic in topics)
        {
            List<(string Subscriber, Subscription)> hits = [];
            trie.Match(topic, hits);
            Assert.Equal(
                left.Where(f => TopicFilter.Matches(f, topic)).Order(StringComparer.Ordinal),
                hits.Select(h => h.Subscriber).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Two_subscribers_of_one_filter_come_and_go_alone()
    {
        var trie = new SubscriptionTrie<string>();
        var subscription = new Subscription("a/b", MqttQos.AtMostOnce, false, false);
        trie.Add("a/b", "x", subscription);
        trie.Add("a/b", "y", subscription);
        trie.Add("a/b", "x", subscription);
        trie.Remove("a/b", "x");
        trie.Remove("a/unknown", "x");

        List<(string Subscriber, Subscription)> hits = [];
        trie.Match("a/b", hits);

        Assert.Equal("y", Assert.Single(hits).Subscriber);
    }

    private static List<string> Names(string[] levels, int most)
    {
        IEnumerable<string> names = levels;
        var all = new List<string>(levels);
        for (var i = 1; i < most; i++)
        {
            names = [.. names.SelectMany(n => levels.Select(l => $"{n}/{l}"))];
            all.AddRange(names);
        }

        return all;
    }
}

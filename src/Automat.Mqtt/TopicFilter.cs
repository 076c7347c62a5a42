namespace Automat.Mqtt;

/// <summary>Topic filters (MQTT 5.0, section 4.7): what a client subscribes to. <c>+</c> stands for one whole level,
/// <c>#</c> for the rest, the parent included.</summary>
public static class TopicFilter
{
    /// <summary>True if the filter is well formed: wildcards fill a whole level and <c>#</c> comes last.</summary>
    public static bool IsValid(string filter)
    {
        if (filter.Length == 0 || filter.Contains('\0') || !TopicName.IsWellFormed(filter)) return false;

        for (var i = 0; i < filter.Length; i++)
        {
            if (filter[i] is not ('+' or '#')) continue;
            var startsLevel = i == 0 || filter[i - 1] == '/';
            var last = i == filter.Length - 1;
            if (!startsLevel || (!last && (filter[i] == '#' || filter[i + 1] != '/'))) return false;
        }

        return true;
    }

    /// <summary>True if a message published to <paramref name="topic"/> reaches a subscription to
    /// <paramref name="filter"/>. A leading wildcard doesn't match topics that begin with <c>$</c>.</summary>
    public static bool Matches(string filter, string topic)
    {
        if (topic.StartsWith('$') && !filter.StartsWith('$')) return false;

        ReadOnlySpan<char> filterRest = filter;
        ReadOnlySpan<char> topicRest = topic;
        var topicEnded = false;
        while (true)
        {
            var wanted = TakeLevel(ref filterRest, out var filterEnds);
            if (wanted is "#") return true;
            if (topicEnded) return false;

            var level = TakeLevel(ref topicRest, out topicEnded);
            if (wanted is not "+" && !wanted.SequenceEqual(level)) return false;
            if (filterEnds) return topicEnded;
        }
    }

    /// <summary>True if some topic is matched by both filters.</summary>
    public static bool Overlaps(string filter, string other)
    {
        if (filter.StartsWith('$') != other.StartsWith('$')) return false;

        ReadOnlySpan<char> left = filter;
        ReadOnlySpan<char> right = other;
        while (true)
        {
            var a = TakeLevel(ref left, out var leftEnded);
            var b = TakeLevel(ref right, out var rightEnded);
            if (a is "#" || b is "#") return true;
            if (a is not "+" && b is not "+" && !a.SequenceEqual(b)) return false;
            if (leftEnded && rightEnded) return true;
            if (leftEnded) return right is "#";
            if (rightEnded) return left is "#";
        }
    }

    /// <summary>Cuts the first level off; <paramref name="ended"/> is true if it was the last one.</summary>
    internal static ReadOnlySpan<char> TakeLevel(ref ReadOnlySpan<char> rest, out bool ended)
    {
        var slash = rest.IndexOf('/');
        ended = slash < 0;
        var level = ended ? rest : rest[..slash];
        rest = ended ? [] : rest[(slash + 1)..];
        return level;
    }
}

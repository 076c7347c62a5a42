using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Broker;

/// <summary>One subscription of a session, as granted.</summary>
internal sealed record Subscription(string Filter, MqttQos Qos, bool NoLocal, bool RetainAsPublished)
{
    /// <summary>Sent along with every message it brings; null if the client gave none.</summary>
    public uint[]? Identifiers { get; init; }

    /// <summary>Set for a shared subscription: sessions of one scope that name the same group and filter
    /// share.</summary>
    public string? SharingScope { get; init; }

    /// <summary>What it listens to: the filter without the group's name.</summary>
    public string Topics => SharingScope is null ? Filter : SharedFilter.TopicsOf(Filter);

    public static Subscription Grant(SubscribeRequest request, uint? identifier, string? scope) => new(
        request.Filter, request.Qos, request.NoLocal, request.RetainAsPublished)
    {
        Identifiers = identifier is { } one ? [one] : null,
        SharingScope = scope,
    };

    /// <summary>What a message that matches two subscriptions of one session is sent by: once, at the better QoS, with
    /// the identifiers of both (MQTT 5.0, section 3.3.4).</summary>
    public Subscription And(Subscription other) => new(
        Filter, Qos > other.Qos ? Qos : other.Qos, false, RetainAsPublished || other.RetainAsPublished)
    {
        Identifiers = Identifiers is null || other.Identifiers is null
            ? Identifiers ?? other.Identifiers
            : [.. Identifiers, .. other.Identifiers],
    };

    /// <summary>A message is sent at the smaller QoS of the two.</summary>
    public MqttQos Limit(MqttQos published) => published < Qos ? published : Qos;
}

/// <summary>Who can be found in the tree of subscriptions: a session, or a group of sessions that share.</summary>
internal abstract class Subscriber;

/// <summary><c>$share/group/filter</c> (MQTT 5.0, section 4.8.2); 3.1.1 clients may use it too.</summary>
internal static class SharedFilter
{
    private const string Prefix = "$share/";

    /// <summary>True if the filter asks to share, well formed or not.</summary>
    public static bool IsShared(string filter) =>
        filter.StartsWith(Prefix, StringComparison.Ordinal) || filter == "$share";

    /// <summary>True if it names a group, without wildcards, and a filter after it.</summary>
    public static bool IsValid(string filter)
    {
        if (!filter.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        var end = filter.IndexOf('/', Prefix.Length);
        if (end <= Prefix.Length || end == filter.Length - 1) return false;
        return filter.AsSpan(Prefix.Length, end - Prefix.Length).IndexOfAny('+', '#') < 0
            && TopicFilter.IsValid(filter[(end + 1)..]);
    }

    public static string TopicsOf(string filter) => filter[(filter.IndexOf('/', Prefix.Length) + 1)..];
}

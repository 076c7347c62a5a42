namespace Automat.Mqtt.Protocol;

/// <summary>The aliases the other end has given (MQTT 5.0, section 3.3.2.3.4). They last as long as the
/// connection.</summary>
internal sealed class ReceivedAliases(int limit)
{
    private readonly Dictionary<ushort, string> topics = [];

    /// <summary>The topic of a PUBLISH with this alias; an empty topic asks for the one it stands for.</summary>
    public string Resolve(ushort alias, string topic)
    {
        if (alias > limit)
            throw new MqttProtocolException(
                MqttReason.TopicAliasInvalid, $"Topic alias {alias} is beyond the announced maximum of {limit}.");
        if (topic.Length == 0)
        {
            return topics.TryGetValue(alias, out var known)
                ? known
                : throw MqttProtocolException.Forbidden($"Topic alias {alias} stands for nothing yet.");
        }

        topics[alias] = topic;
        return topic;
    }
}

/// <summary>The aliases we give: one for each topic until there are no more. Whoever is told few different topics, as
/// machines are, has one for each.</summary>
internal sealed class GivenAliases(int limit)
{
    private readonly Dictionary<string, ushort> aliases = new(StringComparer.Ordinal);

    /// <summary>The head with an alias, if the topic has or can have one.</summary>
    public PublishHead Shorten(in PublishHead head, string topic)
    {
        if (aliases.TryGetValue(topic, out var known)) return head with { Alias = known, IsAliasKnown = true };
        return aliases.Count < limit ? head with { Alias = (ushort)(aliases.Count + 1) } : head;
    }

    /// <summary>The packet went out: from now on the other end knows its alias.</summary>
    public void Sent(in PublishHead head, string topic)
    {
        if (head.Alias != 0 && !head.IsAliasKnown) aliases.Add(topic, head.Alias);
    }
}

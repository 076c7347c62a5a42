namespace Automat.Server.Notifications.Channels;

/// <summary>What a post is about; an organisation chooses which of them it wants to read.</summary>
public enum ChannelTopic
{
    /// <summary>What customers report.</summary>
    Messages,

    /// <summary>Goods and prices that staff changed.</summary>
    Stock,

    /// <summary>Sales that were delivered, and those that were not.</summary>
    Sales,

    /// <summary>A post that was asked for to see whether posts arrive.</summary>
    Test,
}

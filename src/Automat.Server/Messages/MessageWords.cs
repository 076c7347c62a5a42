namespace Automat.Server.Messages;

/// <summary>Which text belongs to which topic and state.</summary>
internal static class MessageWords
{
    /// <summary>The topics in the order they are offered; what is urgent is seen, and what fits nowhere comes last.</summary>
    public static IReadOnlyList<MessageTopic> Topics { get; } =
    [
        MessageTopic.Machine, MessageTopic.Goods, MessageTopic.Payment, MessageTopic.Website, MessageTopic.Danger, MessageTopic.Other,
    ];

    public static string Of(MessageTopic topic) => topic switch
    {
        MessageTopic.Other => "Topic.Other",
        MessageTopic.Machine => "Topic.Machine",
        MessageTopic.Goods => "Topic.Goods",
        MessageTopic.Payment => "Topic.Payment",
        MessageTopic.Website => "Topic.Website",
        MessageTopic.Danger => "Topic.Danger",
    };

    public static string Of(MessageState state) => state switch
    {
        MessageState.New => "State.New",
        MessageState.InHand => "State.InHand",
        MessageState.Done => "State.Done",
    };

    public static string ToneOf(MessageState state) => state switch
    {
        MessageState.New => "bad",
        MessageState.InHand => "wait",
        MessageState.Done => "good",
    };
}

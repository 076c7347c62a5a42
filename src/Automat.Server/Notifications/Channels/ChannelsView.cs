namespace Automat.Server.Notifications.Channels;

/// <summary>The page of the channel.</summary>
/// <param name="Ending">The last characters of the address; null while none is set.</param>
/// <param name="Form">What is chosen, or was typed.</param>
/// <param name="Posts">The newest posts.</param>
/// <param name="Failed">How many posts were given up.</param>
public sealed record ChannelsView(string? Ending, ChannelForm Form, IReadOnlyList<PostRow> Posts, int Failed)
{
    /// <summary>Until when nothing is sent; null when posts go out.</summary>
    public DateTimeOffset? PausedUntil { get; init; }

    /// <summary>Keys of what is wrong, by field.</summary>
    public IReadOnlyDictionary<string, string> Wrong { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Key of what was done.</summary>
    public string? Done { get; init; }
}

/// <summary>What is set for a channel.</summary>
/// <param name="TellsMessages">Reports of customers.</param>
/// <param name="TellsStock">Changes of goods and prices.</param>
/// <param name="TellsSales">What became of sales.</param>
/// <param name="NamesPeople">Whether people may be named.</param>
/// <param name="CoversWords">Whether words are covered.</param>
/// <param name="Words">The words, one a line.</param>
public sealed record ChannelForm(bool TellsMessages, bool TellsStock, bool TellsSales, bool NamesPeople, bool CoversWords, string Words);

/// <summary>One post.</summary>
/// <param name="TopicText">What it is about, as the name of a text.</param>
/// <param name="At">When it was written.</param>
/// <param name="StatusText">How far it has come, as the name of a text.</param>
/// <param name="Tone">The same as a badge's tone.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="LastError">Why it was not taken.</param>
public sealed record PostRow(string TopicText, DateTimeOffset At, string StatusText, string Tone, int Attempts, string? LastError);

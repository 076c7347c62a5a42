namespace Automat.Server.Push;

/// <summary>How a browser's service answered a push.</summary>
internal abstract record PushAnswer
{
    /// <summary>It was taken.</summary>
    public sealed record Taken : PushAnswer;

    /// <summary>Perhaps another time; after so long, where the service says so.</summary>
    public sealed record Again(string Why, TimeSpan? After) : PushAnswer;

    /// <summary>Never.</summary>
    public sealed record Never(string Why) : PushAnswer;

    /// <summary>There is no such device any more.</summary>
    public sealed record Gone(string Why) : PushAnswer;
}

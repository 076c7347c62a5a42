namespace Automat.Server.Push;

/// <summary>The staff's page about pushes.</summary>
/// <param name="Devices">How many devices are known.</param>
/// <param name="Waiting">How many pushes wait.</param>
/// <param name="Sent">How many were taken in the last days.</param>
/// <param name="Failed">How many were given up in the last days.</param>
/// <param name="Posts">The newest pushes.</param>
public sealed record PushView(int Devices, int Waiting, int Sent, int Failed, IReadOnlyList<PushRow> Posts)
{
    /// <summary>The beginning of the public key, to tell it from another one.</summary>
    public required string Key { get; init; }

    /// <summary>When the key was made.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>Key of what was done.</summary>
    public string? Done { get; init; }
}

/// <summary>One push.</summary>
/// <param name="TopicText">What it is about, as the name of a text.</param>
/// <param name="At">When it was written.</param>
/// <param name="StatusText">How far it has come, as the name of a text.</param>
/// <param name="Tone">The same as a badge's tone.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="LastError">Why it was not taken.</param>
public sealed record PushRow(string TopicText, DateTimeOffset At, string StatusText, string Tone, int Attempts, string? LastError);

namespace Automat.Server.Panel;

/// <summary>Something that happened.</summary>
/// <param name="At">When.</param>
/// <param name="Title">What, in a few words.</param>
/// <param name="Detail">One more sentence.</param>
/// <param name="Tone"><c>good</c>, <c>wait</c>, <c>bad</c> or <c>idle</c>.</param>
/// <param name="Href">Where there is more about it.</param>
public sealed record TimelineItem(DateTimeOffset At, string Title, string? Detail = null, string Tone = "idle", string? Href = null);

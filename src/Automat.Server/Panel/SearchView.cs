namespace Automat.Server.Panel;

/// <summary>What a search found.</summary>
/// <param name="Text">What was looked for.</param>
/// <param name="Hits">What was found.</param>
public sealed record SearchView(string Text, IReadOnlyList<PanelHit> Hits)
{
    /// <summary>Whether there is enough to look for.</summary>
    public bool IsAsked => Text.Length >= PanelSearch.Shortest;
}

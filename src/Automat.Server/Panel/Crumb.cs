namespace Automat.Server.Panel;

/// <summary>A step on the way to a page.</summary>
/// <param name="Address">Where it leads.</param>
/// <param name="Text">What is there.</param>
public sealed record Crumb(string Address, string Text);

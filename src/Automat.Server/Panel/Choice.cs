namespace Automat.Server.Panel;

/// <summary>One of the things a select offers.</summary>
/// <param name="Value">What is sent.</param>
/// <param name="Text">What people read.</param>
public sealed record Choice(string Value, string Text);

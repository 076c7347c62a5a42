namespace Automat.Server.Panel;

/// <summary>One of several views of the same thing, each a page of its own.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Count">How many things wait there, where that matters.</param>
public sealed record Tab(string Address, string Title, int? Count = null);

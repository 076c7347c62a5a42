namespace Automat.Server.Storefront;

/// <summary>Something went wrong, or is not here.</summary>
/// <param name="Status">The HTTP status the answer carries.</param>
/// <param name="TraceId">What support can look for; null shows nothing.</param>
/// <param name="Home">Where one goes on from: the shop, or the panel for staff.</param>
public sealed record ProblemView(int Status, string? TraceId = null, string Home = "/");

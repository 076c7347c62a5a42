namespace Automat.Server.Storefront;

/// <summary>The page that is shown without a connection; it knows nothing.</summary>
public sealed record OfflineView;

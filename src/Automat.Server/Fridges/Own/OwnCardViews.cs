namespace Automat.Server.Fridges.Own;

/// <summary>A kept card, as its customer sees it.</summary>
/// <param name="Brand">Its brand.</param>
/// <param name="Last4">Its last four digits.</param>
public sealed record OwnCardView(string Brand, string Last4);

/// <summary>A customer's page about their card.</summary>
/// <param name="Card">The card; null when none is kept.</param>
public sealed record OwnCardPageView(OwnCardView? Card)
{
    /// <summary>What was done; null for nothing.</summary>
    public string? Done { get; init; }

    /// <summary>Why not; null for no reason.</summary>
    public string? Error { get; init; }
}

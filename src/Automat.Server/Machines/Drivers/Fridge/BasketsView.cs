namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>Names the texts of fridges' pages.</summary>
public sealed class Texts;

/// <summary>What could have been taken.</summary>
/// <param name="Code">The slot's code.</param>
/// <param name="Name">What lies there.</param>
/// <param name="Told">Pieces that were told.</param>
/// <param name="Grams">What one piece weighs; null when nobody knows.</param>
public sealed record BasketSlotView(string Code, string Name, int Told, decimal? Grams);

/// <summary>A word of evidence.</summary>
/// <param name="At">When it was heard.</param>
/// <param name="Source">Who said it.</param>
/// <param name="Text">What.</param>
public sealed record BasketWordView(DateTimeOffset At, string Source, string Text);

/// <summary>A basket that waits for a person.</summary>
/// <param name="Id">The sale's id.</param>
/// <param name="Machine">The fridge's name.</param>
/// <param name="UnlockedAt">When it was unlocked.</param>
/// <param name="Why">The name of the text that says why it waits; null for a word without one.</param>
/// <param name="Word">The word itself.</param>
/// <param name="Told">What was told, in words; null when nothing was.</param>
/// <param name="Lighter">Grams the fridge became lighter; null when unknown.</param>
/// <param name="Expected">Grams the told basket weighs; null when unknown.</param>
/// <param name="Slots">What could have been taken.</param>
/// <param name="Words">The evidence.</param>
public sealed record BasketCardView(
    string Id, string Machine, DateTimeOffset UnlockedAt, string? Why, string Word, string? Told, decimal? Lighter, decimal? Expected,
    IReadOnlyList<BasketSlotView> Slots, IReadOnlyList<BasketWordView> Words);

/// <summary>A fridge to look after.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
public sealed record FridgeLinkView(string Id, string Name);

/// <summary>Baskets that wait for a person.</summary>
/// <param name="Baskets">Oldest first.</param>
public sealed record BasketsView(IReadOnlyList<BasketCardView> Baskets)
{
    /// <summary>Fridges whose temperatures the reader may see, by name.</summary>
    public IReadOnlyList<FridgeLinkView> Fridges { get; init; } = [];

    /// <summary>Whether the reader may decide.</summary>
    public bool MayWrite { get; init; }

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>What was refused, as the name of a text.</summary>
    public string? Error { get; init; }
}

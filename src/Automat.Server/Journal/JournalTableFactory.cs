namespace Automat.Server.Journal;

/// <summary>Makes a table's share for each batch.</summary>
/// <param name="Create">Makes one.</param>
public sealed record JournalTableFactory(Func<IJournalTable> Create);

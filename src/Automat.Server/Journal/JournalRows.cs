using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Server.Ledger;

namespace Automat.Server.Journal;

/// <summary>The rows of one batch: every table's share, the ledger, and what is to be told once all is committed.</summary>
public sealed class JournalRows
{
    private readonly Dictionary<Type, IJournalTable> tables;
    private readonly List<Action> told = [];
    private readonly List<Action> telling = [];

    internal JournalRows(IEnumerable<IJournalTable> tables, LedgerWriter ledger)
    {
        this.tables = tables.ToDictionary(t => t.GetType());
        Ledger = ledger;
    }

    internal IEnumerable<IJournalTable> Tables => tables.Values;

    internal LedgerWriter Ledger { get; }

    internal IReadOnlyList<Action> Told => told;

    /// <summary>A table's share.</summary>
    public TTable Of<TTable>()
        where TTable : IJournalTable => (TTable)tables[typeof(TTable)];

    /// <summary>Says that a command must know this account's balance.</summary>
    public void AskBalance(Id<Organization> organization, string account, Currency currency) =>
        Ledger.Ask(organization, account, currency);

    /// <summary>The balance of an account that was asked for, as the commands so far have left it; minor units.</summary>
    public long Balance(Id<Organization> organization, string account, Currency currency) =>
        Ledger.Balance(organization, account, currency);

    /// <summary>Books an entry and returns its number; null books nothing.</summary>
    public long? Book(Id<Organization> organization, LedgerDraft? draft, DateTimeOffset now) =>
        draft is null ? null : Ledger.Append(organization, draft, now);

    /// <summary>Has something done once this batch is committed, such as waking a sender. It must be quick and not throw.</summary>
    public void Tell(Action action) => telling.Add(action);

    internal void Accept()
    {
        foreach (var table in tables.Values) table.Accept();
        Ledger.Accept();
        told.AddRange(telling);
        telling.Clear();
    }

    internal void Discard()
    {
        foreach (var table in tables.Values) table.Discard();
        Ledger.Discard();
        telling.Clear();
    }
}

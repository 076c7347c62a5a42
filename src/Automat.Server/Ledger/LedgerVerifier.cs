using System.Runtime.CompilerServices;
using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Server.Data;
using Npgsql;

namespace Automat.Server.Ledger;

/// <summary>
/// Proves that nobody changed the books: recomputes every hash, follows the chain, compares it with the head, the
/// balances and the money held, and names the first row that is wrong. It reads only, beside a server that goes on selling.
/// </summary>
/// <param name="address">The database; it is read under the serving role.</param>
/// <param name="clock">Tells which timestamps lie ahead.</param>
public sealed class LedgerVerifier(DatabaseAddress address, TimeProvider clock)
{
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(1);

    /// <summary>Verifies one ledger after the other, each in a snapshot of its own.</summary>
    /// <param name="scope">Which, and from where. Balances are compared only from the first entry on.</param>
    /// <param name="progress">Hears now and then how far it has come.</param>
    /// <param name="ct">Ends it early.</param>
    /// <exception cref="RuleException">
    /// <c>organization_unknown</c>, <c>organization_ambiguous</c>, <c>entry_unknown</c>, <c>from_invalid</c>.
    /// </exception>
    /// <exception cref="NpgsqlException">The database cannot be reached or refused to be read.</exception>
    public async IAsyncEnumerable<LedgerVerdict> VerifyAsync(
        LedgerScope scope, IProgress<LedgerProgress>? progress = null,
        [EnumeratorCancellation] CancellationToken ct = default)
    {
        if (scope.From < 1) throw new RuleException("from_invalid", "Entries are numbered from 1.");
        IReadOnlyList<LedgerFound> ledgers;
        await using (var connection = await Snapshot.OpenAsync(address, ct))
        {
            ledgers = await LedgerReading.FindAsync(connection, scope, ct);
        }

        foreach (var ledger in ledgers) yield return await VerifyAsync(ledger.Organization, scope.From, progress, ct);
    }

    private async Task<LedgerVerdict> VerifyAsync(
        Id<Organization> organization, long from, IProgress<LedgerProgress>? progress, CancellationToken ct)
    {
        await using var connection = await Snapshot.OpenAsync(address, ct);
        // Found again: the head must be that of the snapshot which the entries are read in.
        var ledger = (await LedgerReading.FindAsync(connection, new LedgerScope(organization.ToString()), ct))[0];
        var start = await LedgerReading.StartAsync(connection, organization, from, ct);
        var chain = new ChainCheck(organization, from, start, Chain.Timestamp(clock.GetUtcNow() + Ahead));
        LedgerBreak? wrong = null;
        await EntryStream.ReadAsync(connection, organization, from, Look, Tell, ct);
        wrong ??= BooksCheck.Head(ledger, chain);
        if (wrong is null && chain.Sums is { } sums)
        {
            wrong = await BooksCheck.BalancesAsync(connection, organization, sums, ct);
        }

        return new LedgerVerdict(organization, ledger.Name, chain.Next - from, chain.Head.ToArray(), wrong);

        bool Look(ReadOnlySpan<byte> rows, ReadOnlySpan<int> starts)
        {
            wrong = chain.Check(rows, starts);
            return wrong is null;
        }

        ValueTask Tell()
        {
            progress?.Report(new LedgerProgress(ledger.Name, chain.Next - 1, ledger.Last ?? 0));
            return ValueTask.CompletedTask;
        }
    }
}

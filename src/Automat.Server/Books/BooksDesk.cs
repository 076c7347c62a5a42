using System.Data;
using System.Globalization;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Ledger;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Automat.Server.Books;

/// <summary>
/// Opens the books for whoever asks: all that was booked so far is found, and what is read together is of one moment. Before
/// anything leaves the house the whole ledger is verified.
/// </summary>
internal sealed class BooksDesk(AutomatDb db, CrossingDataSource database, LedgerVerifier verifier, ExportsRunning exports)
{
    /// <summary>Reads under the caller's own rights, in one snapshot.</summary>
    public async Task<T> ReadAsync<T>(
        Id<Organization> organization, Func<NpgsqlConnection, Task<T>> read, CancellationToken ct)
    {
        await using (var writing = await database.Source.OpenConnectionAsync(ct))
        {
            await PostingIndex.CatchUpAsync(writing, organization, ct);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        return await read((NpgsqlConnection)db.Database.GetDbConnection());
    }

    /// <summary>Verifies the whole ledger of an organisation; dispose what is returned when its export has ended.</summary>
    /// <exception cref="RuleException">
    /// <c>ledger_broken</c> with the first row that is wrong, <c>rate_limited</c> while others export.
    /// </exception>
    public async Task<IDisposable> BeginExportAsync(Id<Organization> organization, CancellationToken ct)
    {
        var running = exports.Begin();
        try
        {
            await foreach (var verdict in verifier.VerifyAsync(new LedgerScope(organization.ToString()), ct: ct))
            {
                if (verdict.Break is { } wrong)
                {
                    var row = wrong.Sequence is { } number ? string.Create(CultureInfo.InvariantCulture, $" at row {number}") : "";
                    throw new RuleException("ledger_broken", $"The ledger is broken{row} ({wrong.Code}): {wrong.Reason} Nothing was exported.");
                }
            }

            return running;
        }
        catch
        {
            running.Dispose();
            throw;
        }
    }

    /// <summary>Number of the last entry before a moment that was asked for; the newest where none was.</summary>
    public static Task<long> UpToAsync(
        NpgsqlConnection connection, Id<Organization> organization, DateTimeOffset? moment, CancellationToken ct) =>
        moment is { } before
            ? Moments.LastBeforeAsync(connection, organization, before, ct)
            : Moments.HeadAsync(connection, organization, ct);
}

/// <summary>Exports verify the whole ledger first: only a few at once.</summary>
internal sealed class ExportsRunning
{
    private const int AtOnce = 2;
    private int running;

    /// <summary>Begins one.</summary>
    /// <exception cref="RuleException"><c>rate_limited</c>.</exception>
    public IDisposable Begin()
    {
        if (Interlocked.Increment(ref running) <= AtOnce) return new One(this);
        Interlocked.Decrement(ref running);
        throw new RuleException("rate_limited", $"{AtOnce} exports are running at this moment; try again in a while.");
    }

    private sealed class One(ExportsRunning all) : IDisposable
    {
        private int disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref disposed, 1) == 0) Interlocked.Decrement(ref all.running);
        }
    }
}

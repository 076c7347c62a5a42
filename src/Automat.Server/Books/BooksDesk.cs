using System.Data;
using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Automat.Server.Books;

/// <summary>
/// Opens the books for whoever asks: all that was booked so far is found, and what is read together is of one moment.
/// </summary>
internal sealed class BooksDesk(AutomatDb db, CrossingDataSource database)
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

    /// <summary>Number of the last entry before a moment that was asked for; the newest where none was.</summary>
    public static Task<long> UpToAsync(
        NpgsqlConnection connection, Id<Organization> organization, DateTimeOffset? moment, CancellationToken ct) =>
        moment is { } before
            ? Moments.LastBeforeAsync(connection, organization, before, ct)
            : Moments.HeadAsync(connection, organization, ct);
}

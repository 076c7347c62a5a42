using System.Globalization;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Ledger;
using Npgsql;

namespace Automat.Server.Books;

/// <summary>
/// The commands <c>automat ledger trial-balance</c>, <c>closing</c> and <c>statement</c>, for cron and for people. Each verifies
/// the ledger first and tells nothing of a broken one. They exit as <see cref="LedgerCli"/> does.
/// </summary>
/// <param name="address">The database.</param>
/// <param name="clock">The time.</param>
/// <param name="errors">Where errors are told, usually standard error.</param>
public sealed class BooksCli(DatabaseAddress address, TimeProvider clock, TextWriter errors)
{
    /// <summary>All accounts before a moment, as CSV.</summary>
    public Task<int> TrialBalanceAsync(string? organization, DateTimeOffset? at, TextWriter output, CancellationToken ct = default) =>
        EachAsync(organization, output, async (connection, id) =>
        {
            var trial = await TrialBalances.AsOfAsync(connection, id, await BooksDesk.UpToAsync(connection, id, at, ct), ct);
            await output.WriteAsync(ReadBalances.TextOf(trial));
            return trial.IsBalanced;
        }, ct);

    /// <summary>Closes days that are over, then prints one closing, or the newest; each is computed again first.</summary>
    public Task<int> ClosingAsync(string? organization, DateOnly? day, TextWriter output, CancellationToken ct = default) =>
        EachAsync(organization, output, async (connection, id) =>
        {
            var closings = new Closings(connection, id);
            while (await closings.CloseAsync(clock.GetUtcNow(), ct) > 0)
            {
                // A long time away: there may be more days.
            }

            var shown = day is { } wanted
                ? await closings.FindAsync(wanted, ct) ?? throw new RuleException("closing_unknown", $"{wanted:yyyy-MM-dd} is not closed.")
                : (await closings.ListAsync(DateOnly.MaxValue, 1, ct)).FirstOrDefault();
            if (shown is null) return true;
            var json = ReadBalances.JsonOf(shown);
            var isTrue = await closings.IsTrueAsync(shown, ct);
            json["verified"] = isTrue;
            await output.WriteLineAsync(json.ToJsonString());
            return isTrue;
        }, ct);

    /// <summary>An account's statement, as CSV.</summary>
    public Task<int> StatementAsync(
        string? organization, string account, DateTimeOffset? from, DateTimeOffset? to, TextWriter output, CancellationToken ct = default) =>
        EachAsync(organization, output, async (connection, id) =>
        {
            var after = from is { } moment ? await Moments.LastBeforeAsync(connection, id, moment, ct) : 0;
            var last = await BooksDesk.UpToAsync(connection, id, to, ct);
            await ReadStatement.WriteAsync(new Statements(connection, id, account), after, last, output.WriteAsync, ct);
            return true;
        }, ct);

    private Task<int> EachAsync(
        string? organization, TextWriter output, Func<NpgsqlConnection, Id<Organization>, Task<bool>> work, CancellationToken ct) =>
        CommandRun.GuardAsync(errors, async () =>
        {
            var code = LedgerCli.Unbroken;
            await using var connection = new NpgsqlConnection(address.As(DatabaseAddress.CrossingRole, 1));
            await connection.OpenAsync(ct);
            await foreach (var verdict in new LedgerVerifier(address, clock).VerifyAsync(new LedgerScope(organization), ct: ct))
            {
                if (!verdict.IsUnbroken)
                {
                    await errors.WriteLineAsync(LedgerCli.Say(verdict));
                    code = LedgerCli.Broken;
                    continue;
                }

                if (organization is null) await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"# {verdict.Name}"));
                await PostingIndex.CatchUpAsync(connection, verdict.Organization, ct);
                if (!await work(connection, verdict.Organization)) code = LedgerCli.Broken;
            }

            await output.FlushAsync(ct);
            return code;
        });
}

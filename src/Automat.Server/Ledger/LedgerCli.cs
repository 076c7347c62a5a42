using System.Globalization;
using Automat.Server.Data;

namespace Automat.Server.Ledger;

/// <summary>
/// The commands <c>automat ledger verify</c> and <c>automat ledger export</c>: verdicts and entries go to the output,
/// progress and errors beside it. They exit with
/// <list type="table">
/// <item><term>0</term><description>all ledgers are unbroken, or all was written</description></item>
/// <item><term>1</term><description>a ledger is broken</description></item>
/// <item><term>2</term><description>wrong arguments, such as an unknown organisation</description></item>
/// <item><term>3</term><description>the database or the output cannot be reached</description></item>
/// </list>
/// </summary>
/// <param name="address">The database.</param>
/// <param name="clock">The time.</param>
/// <param name="errors">Where progress and errors are told, usually standard error.</param>
public sealed class LedgerCli(DatabaseAddress address, TimeProvider clock, TextWriter errors)
{
    /// <summary>All is well.</summary>
    public const int Unbroken = CommandRun.Well;

    /// <summary>A ledger is broken.</summary>
    public const int Broken = CommandRun.Wrong;

    /// <summary>An argument was wrong.</summary>
    public const int WrongArguments = CommandRun.WrongArguments;

    /// <summary>The database cannot be reached or read, or the output cannot be written.</summary>
    public const int Unreachable = CommandRun.Unreachable;

    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>Verifies and says one line a ledger.</summary>
    /// <param name="scope">Which ledgers, and from where.</param>
    /// <param name="output">Receives the verdicts.</param>
    /// <param name="ct">Ends it early.</param>
    /// <returns>The exit code.</returns>
    public Task<int> VerifyAsync(LedgerScope scope, TextWriter output, CancellationToken ct = default) =>
        GuardAsync(async () =>
        {
            var code = Unbroken;
            var verifier = new LedgerVerifier(address, clock);
            await foreach (var verdict in verifier.VerifyAsync(scope, Progress("verified"), ct))
            {
                await output.WriteLineAsync(Say(verdict, scope.From));
                if (!verdict.IsUnbroken) code = Broken;
            }

            await output.FlushAsync(ct);
            return code;
        });

    /// <summary>Verifies the ledgers, then writes the entries as newline-delimited JSON.</summary>
    /// <param name="scope">Which ledgers, and from where; they are verified from the first entry on.</param>
    /// <param name="output">Receives them.</param>
    /// <param name="evenBroken">Whether a broken ledger is written too: for whoever looks into what happened to it.</param>
    /// <param name="ct">Ends it early.</param>
    /// <returns>The exit code; nothing was written of a broken ledger.</returns>
    public Task<int> ExportAsync(LedgerScope scope, Stream output, bool evenBroken = false, CancellationToken ct = default) =>
        GuardAsync(async () =>
        {
            var verifier = new LedgerVerifier(address, clock);
            await foreach (var verdict in verifier.VerifyAsync(scope with { From = 1 }, Progress("verified"), ct))
            {
                if (verdict.IsUnbroken) continue;
                await errors.WriteLineAsync(Say(verdict));
                if (!evenBroken) return Broken;
            }

            var written = await new LedgerExport(address).WriteAsync(scope, output, Progress("written"), ct);
            await errors.WriteLineAsync(string.Create(Culture, $"{written:N0} entries written"));
            return Unbroken;
        });

    /// <summary>A verdict as the command prints it.</summary>
    /// <param name="verdict">What was found.</param>
    /// <param name="from">Where it began.</param>
    public static string Say(LedgerVerdict verdict, long from = 1)
    {
        if (verdict.Break is { } wrong)
        {
            var where = wrong.Sequence is { } row ? string.Create(Culture, $" at row {row}") : "";
            return $"{verdict.Name}: BROKEN{where} ({wrong.Code}): {wrong.Reason}";
        }

        var since = from == 1 ? "" : string.Create(Culture, $" from row {from}");
        var head = Convert.ToHexStringLower(verdict.Head.Span);
        return string.Create(Culture, $"{verdict.Name}: {verdict.Entries:N0} entries{since}, unbroken, head {head}");
    }

    private Task<int> GuardAsync(Func<Task<int>> command) => CommandRun.GuardAsync(errors, command);

    private ProgressLine<LedgerProgress> Progress(string verb) => new(
        errors, clock, at => string.Create(Culture, $"{at.Name}: {at.Sequence:N0} of {at.Last:N0} {verb}"));
}

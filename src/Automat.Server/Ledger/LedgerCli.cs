using System.Globalization;
using System.Net.Sockets;
using Automat.Domain;
using Automat.Server.Data;
using Npgsql;

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
    public const int Unbroken = 0;

    /// <summary>A ledger is broken.</summary>
    public const int Broken = 1;

    /// <summary>An argument was wrong.</summary>
    public const int WrongArguments = 2;

    /// <summary>The database cannot be reached or read, or the output cannot be written.</summary>
    public const int Unreachable = 3;

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

    /// <summary>Writes the entries as newline-delimited JSON.</summary>
    /// <param name="scope">Which ledgers, and from where.</param>
    /// <param name="output">Receives them.</param>
    /// <param name="ct">Ends it early.</param>
    /// <returns>The exit code.</returns>
    public Task<int> ExportAsync(LedgerScope scope, Stream output, CancellationToken ct = default) =>
        GuardAsync(async () =>
        {
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

    private async Task<int> GuardAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (RuleException rule)
        {
            await errors.WriteLineAsync(rule.Message);
            return WrongArguments;
        }
        catch (PostgresException error)
        {
            await errors.WriteLineAsync($"The database refused: {error.MessageText}");
            return Unreachable;
        }
        catch (Exception error) when (error is NpgsqlException or SocketException or IOException or TimeoutException)
        {
            await errors.WriteLineAsync(error.Message);
            return Unreachable;
        }
    }

    /// <summary>Tells how far it has come, once a second at the most.</summary>
    private Said Progress(string verb) => new(errors, verb, clock);

    private sealed class Said(TextWriter errors, string verb, TimeProvider clock) : IProgress<LedgerProgress>
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
        private long before = clock.GetTimestamp();

        public void Report(LedgerProgress value)
        {
            if (clock.GetElapsedTime(before) < Pause) return;
            before = clock.GetTimestamp();
            errors.WriteLine(string.Create(Culture, $"{value.Name}: {value.Sequence:N0} of {value.Last:N0} {verb}"));
        }
    }
}

using System.Globalization;
using Automat.Server.Data;

namespace Automat.Server.Audit;

/// <summary>
/// The command <c>automat audit verify</c>: verdicts go to the output, progress and errors beside it. It exits with 0 when
/// all logs are unbroken, 1 when one is broken, 2 for wrong arguments, 3 when the database cannot be reached.
/// </summary>
/// <param name="address">The database.</param>
/// <param name="clock">The time.</param>
/// <param name="errors">Where progress and errors are told, usually standard error.</param>
public sealed class AuditCli(DatabaseAddress address, TimeProvider clock, TextWriter errors)
{
    /// <summary>All is well.</summary>
    public const int Unbroken = CommandRun.Well;

    /// <summary>A log is broken.</summary>
    public const int Broken = CommandRun.Wrong;

    /// <summary>An argument was wrong.</summary>
    public const int WrongArguments = CommandRun.WrongArguments;

    /// <summary>The database cannot be reached or read.</summary>
    public const int Unreachable = CommandRun.Unreachable;

    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>Verifies and says one line a log.</summary>
    /// <param name="organization">Id or name of an organisation, or <c>platform</c>; null for all.</param>
    /// <param name="output">Receives the verdicts.</param>
    /// <param name="ct">Ends it early.</param>
    /// <returns>The exit code.</returns>
    public Task<int> VerifyAsync(string? organization, TextWriter output, CancellationToken ct = default) =>
        CommandRun.GuardAsync(errors, async () =>
        {
            var code = Unbroken;
            var progress = new ProgressLine<AuditProgress>(
                errors, clock, at => string.Create(Culture, $"{at.Name}: {at.Number:N0} of {at.Last:N0} verified"));
            await foreach (var verdict in new AuditVerifier(address).VerifyAsync(organization, progress, ct))
            {
                await output.WriteLineAsync(Say(verdict));
                if (!verdict.IsUnbroken) code = Broken;
            }

            await output.FlushAsync(ct);
            return code;
        });

    /// <summary>A verdict as the command prints it.</summary>
    public static string Say(AuditVerdict verdict)
    {
        if (verdict.Break is { } wrong)
        {
            var where = wrong.Number is { } row ? string.Create(Culture, $" at row {row}") : "";
            return $"{verdict.Name}: BROKEN{where} ({wrong.Code}): {wrong.Reason}";
        }

        var head = Convert.ToHexStringLower(verdict.Head.Span);
        return string.Create(Culture, $"{verdict.Name}: {verdict.Events:N0} events, unbroken, head {head}");
    }
}

using System.Globalization;
using System.Net.Sockets;
using Automat.Domain;
using Automat.Server.Data;
using Npgsql;

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
    public const int Unbroken = 0;

    /// <summary>A log is broken.</summary>
    public const int Broken = 1;

    /// <summary>An argument was wrong.</summary>
    public const int WrongArguments = 2;

    /// <summary>The database cannot be reached or read.</summary>
    public const int Unreachable = 3;

    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>Verifies and says one line a log.</summary>
    /// <param name="organization">Id or name of an organisation, or <c>platform</c>; null for all.</param>
    /// <param name="output">Receives the verdicts.</param>
    /// <param name="ct">Ends it early.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> VerifyAsync(string? organization, TextWriter output, CancellationToken ct = default)
    {
        try
        {
            var code = Unbroken;
            await foreach (var verdict in new AuditVerifier(address).VerifyAsync(organization, new Said(errors, clock), ct))
            {
                await output.WriteLineAsync(Say(verdict));
                if (!verdict.IsUnbroken) code = Broken;
            }

            await output.FlushAsync(ct);
            return code;
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

    /// <summary>Tells how far it has come, once a second at the most.</summary>
    private sealed class Said(TextWriter errors, TimeProvider clock) : IProgress<AuditProgress>
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
        private long before = clock.GetTimestamp();

        public void Report(AuditProgress value)
        {
            if (clock.GetElapsedTime(before) < Pause) return;
            before = clock.GetTimestamp();
            errors.WriteLine(string.Create(Culture, $"{value.Name}: {value.Number:N0} of {value.Last:N0} verified"));
        }
    }
}

using System.Net.Sockets;
using Automat.Domain;
using Npgsql;

namespace Automat.Server.Data;

/// <summary>How a command that reads the database ends, and what it says when it cannot.</summary>
public static class CommandRun
{
    /// <summary>Done, and all is well.</summary>
    public const int Well = 0;

    /// <summary>Done, and something is wrong.</summary>
    public const int Wrong = 1;

    /// <summary>An argument was wrong.</summary>
    public const int WrongArguments = 2;

    /// <summary>The database cannot be reached or read, or the output cannot be written.</summary>
    public const int Unreachable = 3;

    /// <summary>Runs a command; what it could not do becomes a sentence and an exit code.</summary>
    public static async Task<int> GuardAsync(TextWriter errors, Func<Task<int>> command)
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
}

/// <summary>Tells how far a long command has come, once a second at the most.</summary>
/// <param name="errors">Where it is told, usually standard error.</param>
/// <param name="clock">The time.</param>
/// <param name="say">The line.</param>
/// <typeparam name="T">How far it has come.</typeparam>
public sealed class ProgressLine<T>(TextWriter errors, TimeProvider clock, Func<T, string> say) : IProgress<T>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private long before = clock.GetTimestamp();

    /// <inheritdoc/>
    public void Report(T value)
    {
        if (clock.GetElapsedTime(before) < Pause) return;
        before = clock.GetTimestamp();
        errors.WriteLine(say(value));
    }
}

namespace Automat.Server.Platform;

/// <summary>
/// Where the log goes: one JSON object per line for machines, or short lines when a person sits at the terminal.
/// </summary>
internal static class Logs
{
    /// <summary>Logs to the console, for a person when it is a terminal.</summary>
    public static ILoggingBuilder AddLogs(this ILoggingBuilder logging) => logging.AddLogs(!Console.IsOutputRedirected);

    /// <summary>Logs to the console.</summary>
    /// <param name="logging">The builder; other providers are removed.</param>
    /// <param name="terminal">Whether a person reads it.</param>
    public static ILoggingBuilder AddLogs(this ILoggingBuilder logging, bool terminal)
    {
        logging.ClearProviders();
        logging.Configure(options => options.ActivityTrackingOptions =
            ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        if (terminal)
        {
            logging.AddSimpleConsole(options =>
            {
                options.SingleLine = true;
                options.TimestampFormat = "HH:mm:ss ";
            });
        }
        else
        {
            logging.AddJsonConsole(options =>
            {
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
                options.IncludeScopes = true;
            });
        }

        // Addresses of pages and calls carry receipt tokens and e-mail addresses; SQL carries whatever was typed. The
        // first also opens a scope with the path around everything else, which only "None" prevents. Unhandled
        // exceptions are told by Problems.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.HttpLogging", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        logging.AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);
        logging.AddFilter("Npgsql", LogLevel.Warning);
        return logging;
    }
}

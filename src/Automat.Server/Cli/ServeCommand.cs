using Automat.Server.Platform;

namespace Automat.Server.Cli;

/// <summary>Runs the server until it is told to stop.</summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(CancellationToken ct)
    {
        var builder = NewBuilder();
        await using var server = await AutomatServer.StartAsync(builder, ct);
        Console.WriteLine(Banner.Of(server));
        var stopped = server.App.WaitForShutdownAsync(ct);
        if (await Task.WhenAny(stopped, server.Database.Ended) == stopped) return ExitCodes.Done;
        await Console.Error.WriteLineAsync("The database has ended; the server stops.");
        return ExitCodes.NotReachable;
    }

    /// <summary>The configuration: appsettings, then .env, then the environment.</summary>
    /// <exception cref="SettingsException">The .env file cannot be read.</exception>
    public static WebApplicationBuilder NewBuilder()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = [],
            ContentRootPath = Directory.GetCurrentDirectory(),
            ApplicationName = "automat",
            WebRootPath = Path.Combine(AppContext.BaseDirectory, "wwwroot"),
        });
        try
        {
            builder.Configuration.AddDotEnv(Path.Combine(Directory.GetCurrentDirectory(), ".env"));
        }
        catch (FormatException unreadable)
        {
            throw new SettingsException(unreadable.Message);
        }

        return builder;
    }
}

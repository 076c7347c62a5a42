using Automat.EmbeddedPostgres;
using Automat.Server.Hosting;
using Automat.Server.Platform;

namespace Automat.Server.Cli;

/// <summary>Runs the server until it is told to stop.</summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(CancellationToken ct)
    {
        try
        {
            var builder = NewBuilder();
            await using var server = await AutomatServer.StartAsync(builder, ct);
            Console.WriteLine(Banner.Of(server));
            var stopped = server.App.WaitForShutdownAsync(ct);
            if (await Task.WhenAny(stopped, server.Database.Ended) == stopped) return ExitCodes.Done;
            await Console.Error.WriteLineAsync("The database has ended; the server stops.");
            return ExitCodes.NotReachable;
        }
        catch (SettingsException wrong)
        {
            return await FailAsync(wrong, ExitCodes.WrongUse);
        }
        catch (EmbeddedClusterException database)
        {
            return await FailAsync(database, ExitCodes.NotReachable);
        }
        catch (Npgsql.NpgsqlException database)
        {
            return await FailAsync(database, ExitCodes.NotReachable);
        }
        catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            return await FailAsync(taken, ExitCodes.NotReachable);
        }
    }

    /// <summary>The configuration: appsettings, then .env, then the environment.</summary>
    public static WebApplicationBuilder NewBuilder()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = [],
            ContentRootPath = Directory.GetCurrentDirectory(),
            ApplicationName = "automat",
            WebRootPath = Path.Combine(AppContext.BaseDirectory, "wwwroot"),
        });
        builder.Configuration.AddDotEnv(Path.Combine(Directory.GetCurrentDirectory(), ".env"));
        return builder;
    }

    private static async Task<int> FailAsync(Exception error, int code)
    {
        await Console.Error.WriteLineAsync(error.Message);
        return code;
    }
}

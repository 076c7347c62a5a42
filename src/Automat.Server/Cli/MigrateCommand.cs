using System.CommandLine;
using Automat.Server.Data;
using Automat.Server.Hosting;

namespace Automat.Server.Cli;

/// <summary>Brings the database up to date and ends.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command("migrate", "Bring the database up to date, then end.");
        command.SetAction(async (_, ct) =>
        {
            var builder = ServeCommand.NewBuilder();
            builder.Services.AddModules();
            using var logs = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
            await using var database = await Database.OpenAsync(
                ServerSettings.Read(builder.Configuration, needSecrets: false), logs.CreateLogger("Automat.Database"), ct);
            await DataModule.MigrateAsync(database.Address, builder.Services, ct);
            Console.WriteLine("The database is up to date.");
            return ExitCodes.Done;
        });
        return command;
    }
}

using System.Globalization;
using Automat.Server.Platform;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>
/// Asks every connected board how it is, again and again: what it said a while ago is no reason to sell. A board whose settings
/// were changed is disconnected, because what it may read and write was decided when it came. Old reports go.
/// </summary>
internal sealed class BoardWatch(
    Boards boards, AskDex audit, MachineDirectory machines, ReportLog reports, IConfiguration configuration, TimeProvider clock,
    ILogger<BoardWatch> log) : BackgroundService
{
    private const int UsualDays = 400;
    private const int MostDays = 36_500;
    private const int TicksBetweenSettings = 3;
    private const int TicksBetweenForgetting = 600;

    private readonly int days = DaysIn(configuration);
    private int ticks;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunLaterAsync(
        clock, TimeSpan.FromSeconds(1),
        async ct =>
        {
            ticks++;
            if (ticks % TicksBetweenSettings == 0) await DisconnectChangedAsync(ct);
            await AskAsync(ct);
            if (ticks % TicksBetweenForgetting == 0) await ForgetAsync(ct);
        },
        error => log.LogWarning(error, "VMflow boards could not be looked at; tried again"), stoppingToken);

    private async Task AskAsync(CancellationToken ct)
    {
        foreach (var (board, machine) in boards.Connected)
        {
            await audit.LookAsync(machine, ct);
            var settings = boards.SettingsOf(machine);
            if (settings.IsLegacy || board.IsWatched || clock.GetUtcNow() - board.AskedAt < TimeSpan.FromSeconds(settings.InfoS)) continue;
            board.AskedAt = clock.GetUtcNow();
            await boards.TellAsync(machine, "info", SignedText.NoArgument, ct); // its answer is heard whenever it comes
        }
    }

    private async Task DisconnectChangedAsync(CancellationToken ct)
    {
        foreach (var (board, machine) in boards.Connected)
        {
            if (await machines.FindAsync(machine.Id, ct) is not { } now || now.Settings == board.Settings) continue;
            board.Settings = now.Settings;
            log.LogInformation("Machine {Machine} has other settings now; it is to come back", machine.Id);
            boards.Disconnect(machine.Id);
        }
    }

    private async Task ForgetAsync(CancellationToken ct)
    {
        if (days == 0) return; // kept for ever
        while (await reports.ForgetAsync(clock.GetUtcNow() - TimeSpan.FromDays(days), ct) == ReportLog.BatchSize)
        {
            // There may be more.
        }
    }

    private static int DaysIn(IConfiguration configuration)
    {
        var text = configuration["Automat:MachineEvents:KeepDays"];
        if (string.IsNullOrWhiteSpace(text)) return UsualDays;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= MostDays
            ? days
            : throw new SettingsException($"Automat__MachineEvents__KeepDays is a number of days from 0 to {MostDays}, not '{text}'.");
    }
}

using System.Globalization;

namespace Automat.Simulator.Running;

/// <summary>Says how a run is going: one line that renews itself on a terminal, a line every few seconds elsewhere.</summary>
/// <param name="simulation">The run.</param>
/// <param name="world">Its figures.</param>
/// <param name="output">Where to say it.</param>
/// <param name="isTerminal">Whether a line can renew itself there.</param>
public sealed class ProgressLine(Simulation simulation, Machines.Surroundings world, TextWriter output, bool isTerminal)
{
    private long deliveredBefore;

    /// <summary>Says it until told to stop.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var every = TimeSpan.FromSeconds(isTerminal ? 1 : 5);
        using var timer = new PeriodicTimer(every, world.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                if (isTerminal) await output.WriteAsync($"\r{Line(every).PadRight(110)}");
                else await output.WriteLineAsync(Line(every));
            }
        }
        catch (OperationCanceledException)
        {
            if (isTerminal) await output.WriteLineAsync();
        }
    }

    private string Line(TimeSpan every)
    {
        var figures = world.Figures;
        var delivered = figures.Of(Count.Delivered);
        var rate = (delivered - deliveredBefore) / every.TotalSeconds;
        deliveredBefore = delivered;
        return string.Create(CultureInfo.InvariantCulture,
            $"{world.Time.GetElapsedTime(simulation.Began):mm\\:ss} {simulation.Phase}: {simulation.Online}/{simulation.All} online, "
            + $"{rate:0.0} vends/s, {delivered} delivered, {Math.Max(0, figures.Open)} open, "
            + $"{figures.Of(Count.Refunded)} refunds, {figures.Of(Count.Errors)} errors");
    }
}

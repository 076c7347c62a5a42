namespace Automat.Simulator.Machines;

/// <summary>How simulated machines end.</summary>
internal static class PowerSwitch
{
    /// <summary>Ends what a machine does and waits until it has ended; what it fails with otherwise is thrown.</summary>
    public static async Task SwitchOffAsync(this CancellationTokenSource power, Task running)
    {
        await power.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // That is what was asked for.
        }
    }
}

namespace Automat.Bench;

internal static class LedgerBench
{
    public static Task RunAsync(Noise noise) => Task.CompletedTask;
}

using Automat.StripeSandbox.Storage;
using Microsoft.Extensions.Logging;

namespace Automat.StripeSandbox.Payments;

/// <summary>Looks a few times a second for objects whose time has come.</summary>
internal sealed class DeadlineWatch(Store store, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private const int Batch = 500;
    private readonly PeriodicTimer timer = new(TimeSpan.FromMilliseconds(200), time);
    private Task running = Task.CompletedTask;

    public void Start() => running = RunAsync();

    public async ValueTask DisposeAsync()
    {
        timer.Dispose();
        await running;
    }

    private async Task RunAsync()
    {
        while (await timer.WaitForNextTickAsync())
        {
            foreach (var id in store.TakeDue(Batch)) Handle(id);
        }
    }

    private void Handle(string id)
    {
        try
        {
            store.Run(tx => Deadlines.Handle(tx, id));
        }
        catch (Exception failure)
        {
            logger.LogError(failure, "The deadline of {Object} failed", id);
        }
    }
}

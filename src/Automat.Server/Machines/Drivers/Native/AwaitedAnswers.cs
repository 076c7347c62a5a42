using System.Collections.Concurrent;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>Commands sent over MQTT whose acknowledgement is awaited by this node. What is here is written down elsewhere.</summary>
internal sealed class AwaitedAnswers(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<DeliveryResult>> awaited = new(StringComparer.Ordinal);

    /// <summary>Begins to await an acknowledgement, so that one that comes early is not missed.</summary>
    public void Await(string command) => awaited.TryAdd(
        command, new TaskCompletionSource<DeliveryResult>(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Waits for the acknowledgement of a command; null when none comes in time.</summary>
    public async Task<DeliveryResult?> AnswerAsync(string command, TimeSpan wait, CancellationToken ct)
    {
        if (!awaited.TryGetValue(command, out var answer)) return null;
        try
        {
            return await answer.Task.WaitAsync(wait, clock, ct);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Nobody waits for this command any more.</summary>
    public void Forget(string command) => awaited.TryRemove(command, out _);

    /// <summary>The machine acknowledged.</summary>
    public void Answered(string command, DeliveryResult result)
    {
        if (awaited.TryGetValue(command, out var waiting)) waiting.TrySetResult(result);
    }
}

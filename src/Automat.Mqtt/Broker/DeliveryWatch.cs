namespace Automat.Mqtt.Broker;

/// <summary>Follows one delivery through all the sessions it was given to and answers its caller once.</summary>
internal sealed class DeliveryWatch(DateTimeOffset deadline)
{
    private readonly TaskCompletionSource<MqttDelivery> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private int open;
    private bool written;
    private bool lost;
    private bool sealedOff;
    private volatile bool abandoned;

    public Task<MqttDelivery> Task => done.Task;

    public DateTimeOffset Deadline { get; } = deadline;

    /// <summary>Nobody waits any more: what is not sent yet must not be.</summary>
    public bool Abandoned => abandoned;

    /// <summary>One more session got it.</summary>
    public void Open()
    {
        lock (gate) open++;
    }

    /// <summary>All sessions were asked.</summary>
    public void Seal()
    {
        lock (gate)
        {
            sealedOff = true;
            AnswerIfSettled();
        }
    }

    /// <summary>One session is through with it.</summary>
    public void Settle(MqttDelivery outcome)
    {
        lock (gate)
        {
            open--;
            written |= outcome is MqttDelivery.Written;
            lost |= outcome is MqttDelivery.Lost;
            if (outcome is MqttDelivery.Acknowledged) done.TrySetResult(MqttDelivery.Acknowledged);
            AnswerIfSettled();
        }
    }

    /// <summary>The caller stops waiting.</summary>
    public void Abandon() => abandoned = true;

    private void AnswerIfSettled()
    {
        if (!sealedOff || open > 0) return;
        done.TrySetResult(lost ? MqttDelivery.Lost : written ? MqttDelivery.Written : MqttDelivery.NoSubscriber);
    }
}

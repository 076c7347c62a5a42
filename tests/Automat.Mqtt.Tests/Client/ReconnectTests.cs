using System.Collections.Concurrent;
using Automat.Mqtt.Client;

namespace Automat.Mqtt.Tests.Client;

public sealed class ReconnectTests
{
    private static readonly MqttReconnect Quickly = new(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(100));

    [Fact]
    public async Task A_client_comes_back_and_subscribes_again()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync(broker.Options() with { Reconnect = Quickly });
        await client.SubscribeAsync("to/m1/#");

        broker.Broker.Disconnect("m1");
        await broker.Gate.WaitForAsync("disconnected m1/m1 AdministrativeAction");
        await broker.Gate.WaitForAsync("subscribed m1/m1 to/m1/#");
        await broker.Broker.PublishAsync(Talking.Message("to/m1/x", "welcome back"));

        Assert.Equal("welcome back", (await client.NextAsync()).Message.Text());
    }

    [Fact]
    public async Task A_client_that_is_stopped_while_it_comes_back_ends_and_leaves_nobody_connected()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync(broker.Options() with { Reconnect = Quickly });
        await client.SubscribeAsync("to/m1/#");
        var (again, hold) = (new TaskCompletionSource(), new TaskCompletionSource());
        broker.Gate.Subscribed = () =>
        {
            again.TrySetResult();
            return hold.Task;
        };
        broker.Broker.Disconnect("m1");
        await broker.Gate.WaitForAsync("disconnected m1/m1 AdministrativeAction");
        await again.Task.WaitAsync(TestBroker.Patience); // it is connected, and its subscription is not answered yet

        await client.DisposeAsync().AsTask().WaitAsync(TestBroker.Patience);
        hold.SetResult();

        await broker.Gate.WaitForAsync("disconnected m1/m1 Success");
    }

    [Fact]
    public async Task A_publish_survives_the_loss_of_the_connection()
    {
        await using var broker = await TestBroker.StartAsync();
        var client = await broker.ConnectAsync(broker.Options() with { Reconnect = Quickly });
        var hold = new TaskCompletionSource();
        broker.Gate.Publish = async (_, _) => await hold.Task;

        var publishing = client.PublishAsync(Talking.Message("from/m1/x", "1"));
        client.Cut();
        hold.SetResult();

        Assert.Equal(MqttReason.Success, await publishing.WaitAsync(TestBroker.Patience));
        Assert.InRange(broker.Gate.Published.Count, 1, 2);
    }

    [Fact]
    public async Task Without_reconnect_the_loss_is_told_to_everybody_who_waits()
    {
        await using var broker = await TestBroker.StartAsync();
        var changes = new ConcurrentQueue<bool>();
        var client = await broker.ConnectAsync(broker.Options() with { ConnectionChanged = changes.Enqueue });
        var never = new TaskCompletionSource();
        broker.Gate.Publish = (_, _) => new ValueTask(never.Task.WaitAsync(TimeSpan.FromSeconds(2)));

        var publishing = client.PublishAsync(Talking.Message("from/m1/x", "1"));
        client.Cut();

        await Assert.ThrowsAsync<MqttDisconnectedException>(() => publishing.WaitAsync(TestBroker.Patience));
        await client.Messages.Completion.WaitAsync(TestBroker.Patience);
        await Assert.ThrowsAsync<MqttDisconnectedException>(
            () => client.PublishAsync(Talking.Message("from/m1/x", "2", MqttQos.AtMostOnce)));
        Assert.Equal([true, false], changes);
    }

    [Fact]
    public async Task A_handler_may_publish_and_wait_while_more_messages_come()
    {
        await using var broker = await TestBroker.StartAsync();
        MqttClient? client = null;
        client = await broker.ConnectAsync(broker.Options() with
        {
            Handler = async (received, ct) =>
                await client!.PublishAsync(Talking.Message("from/m1/echo", received.Message.Text()), ct),
        });
        await client.SubscribeAsync("to/m1/#");

        for (var i = 0; i < 50; i++) await broker.Broker.PublishAsync(Talking.Message("to/m1/x", $"{i}"));

        await Talking.UntilAsync(() => broker.Gate.Published.Count == 50);
        Assert.Equal("49", broker.Gate.Published.Last().Text());
    }

    [Fact]
    public async Task A_handler_that_fails_leaves_the_message_unacknowledged()
    {
        await using var broker = await TestBroker.StartAsync();
        var options = broker.Options() with { CleanStart = false, SessionExpiry = TimeSpan.FromHours(1) };
        var failed = new TaskCompletionSource();
        var failing = await broker.ConnectAsync(options with
        {
            Handler = (_, _) =>
            {
                failed.TrySetResult();
                throw new InvalidOperationException("Out of paper.");
            },
        });
        await failing.SubscribeAsync("to/m1/#");
        await broker.Broker.PublishAsync(Talking.Message("to/m1/x", "print"));
        await failed.Task.WaitAsync(TestBroker.Patience);
        await failing.DisposeAsync();

        var again = await (await broker.ConnectAsync(options)).NextAsync();

        Assert.Equal(("print", true), (again.Message.Text(), again.Duplicate));
    }

    [Fact]
    public async Task Nobody_there_is_said_clearly()
    {
        await using var client = new MqttClient(new MqttClientOptions { Port = 1, Timeout = TimeSpan.FromSeconds(5) });

        await Assert.ThrowsAsync<MqttDisconnectedException>(() => client.ConnectAsync());
    }
}

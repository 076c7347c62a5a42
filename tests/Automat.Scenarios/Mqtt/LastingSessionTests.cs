using Automat.Mqtt;
using Automat.Mqtt.Client;
using Automat.Server.Machines;
using Automat.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Automat.Scenarios.Mqtt;

/// <summary>The broker's sessions and retained messages in PostgreSQL.</summary>
public sealed class LastingSessionTests
{
    private const string Coins = "arcade/machine/cab001/gameover";

    [Fact]
    public async Task What_waits_for_a_cabinet_and_what_is_retained_outlive_the_server()
    {
        await using var app = await TestApp.StartAsync(("Automat:Mqtt:Store", "postgresql"));
        await using (var cabinet = await ConnectAsync(app, clean: true)) await cabinet.SubscribeAsync(Coins);
        await PublishAsync(app, Coins, "while it was away");
        await PublishAsync(app, Coins, "kept", retain: true);

        await app.RestartAsync();

        Assert.Equal((1L, 2L, 1L), await RowsAsync(app));
        await PublishAsync(app, Coins, "after the restart");
        await using var back = await ConnectAsync(app, clean: false);
        Assert.Equal("while it was away", await NextAsync(back));
        Assert.Equal("kept", await NextAsync(back));
        Assert.Equal("after the restart", await NextAsync(back));
        await back.SubscribeAsync(Coins);
        Assert.Equal("kept", await NextAsync(back));
        await TestApp.EventuallyAsync(() => RowsAsync(app), rows => rows == (1, 0, 1));
    }

    [Fact]
    public async Task A_retired_machines_session_is_forgotten()
    {
        await using var app = await TestApp.StartAsync(("Automat:Mqtt:Store", "postgresql"));
        await using (var cabinet = await ConnectAsync(app, clean: true)) await cabinet.SubscribeAsync(Coins);
        await TestApp.EventuallyAsync(() => RowsAsync(app), rows => rows.Sessions == 1);
        await app.SetUpAsync("update machines set state = 'Retired' where id = 'cab001'");

        await app.RestartAsync();

        Assert.Equal((0L, 0L, 0L), await RowsAsync(app));
    }

    [Fact]
    public async Task A_database_that_is_away_for_a_moment_holds_no_message_up()
    {
        await using var app = await TestApp.StartAsync(("Automat:Mqtt:Store", "postgresql"));
        await using var cabinet = await ConnectAsync(app, clean: true);
        await cabinet.SubscribeAsync(Coins);
        await TestApp.EventuallyAsync(() => RowsAsync(app), rows => rows.Sessions == 1);
        await app.Database.CutOffAsync();

        await PublishAsync(app, Coins, "now", retain: true);

        Assert.Equal("now", await NextAsync(cabinet));
        await app.Database.LetInAsync();
        await TestApp.EventuallyAsync(() => RowsAsync(app), rows => rows.Retained == 1);
    }

    [Fact]
    public async Task In_memory_nothing_is_written()
    {
        await using var app = await TestApp.StartAsync();
        await using (var cabinet = await ConnectAsync(app, clean: true)) await cabinet.SubscribeAsync(Coins);
        await PublishAsync(app, Coins, "kept", retain: true);

        await app.RestartAsync();

        Assert.Equal((0L, 0L, 0L), await RowsAsync(app));
    }

    private static async Task<MqttClient> ConnectAsync(TestApp app, bool clean)
    {
        var client = new MqttClient(new MqttClientOptions
        {
            Port = app.MqttPort,
            UserName = "cab001",
            Password = TestApp.MachineSecret,
            ClientId = "screen",
            CleanStart = clean,
            SessionExpiry = TimeSpan.FromHours(1),
        });
        await client.ConnectAsync();
        return client;
    }

    private static Task PublishAsync(TestApp app, string topic, string text, bool retain = false) =>
        app.Services.GetRequiredService<IMachineMqtt>().PublishAsync(
            new MqttMessage
            {
                Topic = topic,
                Payload = System.Text.Encoding.UTF8.GetBytes(text),
                Qos = MqttQos.AtLeastOnce,
                Retain = retain,
                UserProperties = [new("colour", "red")],
            },
            CancellationToken.None);

    private static async Task<string> NextAsync(MqttClient client)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var message = (await client.Messages.ReadAsync(limit.Token)).Message;
        Assert.Equal(new MqttUserProperty("colour", "red"), Assert.Single(message.UserProperties));
        return System.Text.Encoding.UTF8.GetString(message.Payload.Span);
    }

    private static async Task<(long Sessions, long Messages, long Retained)> RowsAsync(TestApp app)
    {
        await using var connection = await app.Database.SuperuserConnectionAsync();
        await using var command = new NpgsqlCommand(
            "select (select count(*) from mqtt_sessions), (select count(*) from mqtt_messages where organization_id is not null), "
            + "(select count(*) from mqtt_retained where organization_id is not null)", connection);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
    }
}

using Automat.Domain.Vends;
using Automat.Mqtt;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>Cabinets that are away, lose their connection, or say nothing: delivered once, or the money back.</summary>
public sealed class SilentCabinetTests
{
    private const string Impatient = """{"take_within":3,"answer_within":2,"decide_within":1}""";

    [Theory]
    [Trait("Accepts", "M7")]
    [Trait("Accepts", "A2")]
    [Trait("Accepts", "A3")]
    [InlineData(MqttQos.AtLeastOnce)]
    [InlineData(MqttQos.AtMostOnce)]
    [Trait("Accepts", "S4-trap-lost-pulse")]
    public async Task A_credit_paid_while_the_cabinet_is_away_waits_and_is_delivered_when_it_is_back(MqttQos qos)
    {
        await using var app = await TestApp.StartAsync();
        var session = await app.Provider.NewSessionAsync(200);
        await app.Provider.PayAsync(session);
        await app.VendAsync(session, VendStatus.Reserved);

        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort, qos: qos);

        await app.VendAsync(session, VendStatus.Committed);
        Assert.Equal(2, (await cabinet.PulsesAsync(1)).Single().Credits);
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "M7")]
    [Trait("Accepts", "A12")]
    public async Task A_cabinet_that_stays_away_costs_the_player_nothing_and_gets_no_credit_afterwards()
    {
        await using var app = await TestApp.StartAsync();
        await app.SetMachineAsync("cab001", Impatient);
        var session = await app.Provider.NewSessionAsync(200);
        await app.Provider.PayAsync(session);

        var vend = await app.VendAsync(session, VendStatus.Cancelled);
        Assert.Equal(200, (await app.PaidBackAsync(vend)).Amount);
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);
        var next = await app.Provider.NewSessionAsync(100);
        await app.Provider.PayAsync(next);

        await app.VendAsync(next, VendStatus.Committed);
        Assert.Equal(1, Assert.Single(cabinet.Memory.Pulses).Credits);
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "A12")]
    public async Task A_cabinet_that_is_away_is_not_sold_at_all_from_its_page()
    {
        await using var app = await TestApp.StartAsync();
        await using (await Cabinet.ConnectAsync(app.MqttPort)) await app.Buyer.OpenAsync();
        var page = await app.Client.GetStringAsync(new Uri("/m/robot-1", UriKind.Relative));
        Assert.NotEmpty(page);

        await TestApp.EventuallyAsync(
            async () => (await app.Client.GetStringAsync(new Uri("/m/cab001", UriKind.Relative)))
                .Contains("__RequestVerificationToken", StringComparison.Ordinal),
            forSale => !forSale);

        Assert.Single((await app.Provider.StateAsync()).GetProperty("checkout_sessions").EnumerateArray());
    }

    [Theory]
    [Trait("Accepts", "M8")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_cut_before_the_acknowledgement_is_a_doubt_that_pays_back_and_never_a_second_pulse(
        bool persistent)
    {
        await using var app = await TestApp.StartAsync();
        await app.SetMachineAsync("cab001", Impatient);
        var memory = new CabinetMemory();
        var session = await app.Provider.NewSessionAsync(200);
        await app.Provider.PayAsync(session);
        await using (var cabinet = await Cabinet.ConnectAsync(
            app.MqttPort, CabinetHabit.Vanishes, memory: memory, persistent: persistent))
        {
            await cabinet.PulsesAsync(1);
        }

        await using var back = await Cabinet.ConnectAsync(app.MqttPort, memory: memory, persistent: persistent);
        var vend = await app.VendAsync(session, VendStatus.Cancelled);
        Assert.Equal(200, (await app.PaidBackAsync(vend)).Amount);
        var next = await app.Provider.NewSessionAsync(100);
        await app.Provider.PayAsync(next);
        await app.VendAsync(next, VendStatus.Committed);

        Assert.Equal([2, 1], memory.Pulses.Select(p => p.Credits));
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "M8")]
    public async Task A_cabinet_that_never_answers_is_assumed_to_have_delivered_where_its_owner_says_so()
    {
        await using var app = await TestApp.StartAsync();
        await app.SetMachineAsync("cab001", Impatient);
        await app.SetUpAsync("update machines set silence_policy = 'AssumeDelivered' where id = 'cab001'");
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort, CabinetHabit.Silent);

        var session = await app.Provider.NewSessionAsync(200);
        await app.Provider.PayAsync(session);

        await app.VendAsync(session, VendStatus.Committed);
        Assert.Single(cabinet.Memory.Pulses);
        await app.SettledAsync();
        Assert.Empty((await app.Provider.StateAsync()).GetProperty("refunds").EnumerateArray());
    }

    [Fact]
    [Trait("Accepts", "M8")]
    public async Task A_cabinet_that_acknowledges_by_id_gets_the_same_pulse_again_and_credits_it_once()
    {
        await using var app = await TestApp.StartAsync();
        await app.SetMachineAsync("cab001", """{"acknowledges":true,"answer_within":5}""");
        var memory = new CabinetMemory();
        var session = await app.Provider.NewSessionAsync(300);
        await app.Provider.PayAsync(session);
        await using (var cabinet = await Cabinet.ConnectAsync(app.MqttPort, CabinetHabit.Vanishes, memory: memory))
        {
            await cabinet.PulsesAsync(1);
        }

        await using var back = await Cabinet.ConnectAsync(app.MqttPort, CabinetHabit.Acknowledges, memory: memory);

        await app.VendAsync(session, VendStatus.Committed);
        Assert.Equal(2, memory.Pulses.Count);
        Assert.Single(memory.Pulses.Select(p => p.Id).Distinct(StringComparer.Ordinal));
        Assert.Equal(3, memory.Credits);
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "M8")]
    public async Task A_cabinet_that_says_it_could_not_is_believed_and_the_player_paid_back()
    {
        await using var app = await TestApp.StartAsync();
        await app.SetMachineAsync("cab001", """{"acknowledges":true}""");
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort, CabinetHabit.Fails);

        var session = await app.Provider.NewSessionAsync(300);
        await app.Provider.PayAsync(session);

        var vend = await app.VendAsync(session, VendStatus.Cancelled);
        Assert.Equal("machine_failed", vend.Reason);
        Assert.Equal(300, (await app.PaidBackAsync(vend)).Amount);
        Assert.Single(cabinet.Memory.Pulses);
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "M1")]
    [Trait("Accepts", "M8")]
    public async Task What_a_cabinet_acknowledged_while_the_database_was_gone_is_not_forgotten()
    {
        await using var app = await TestApp.StartAsync();
        await app.SetMachineAsync("cab001", """{"acknowledges":true,"answer_within":10,"decide_within":1}""");
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);
        var session = await app.Provider.NewSessionAsync(200);
        await app.Provider.PayAsync(session);
        var pulse = (await cabinet.PulsesAsync(1)).Single();

        await app.Database.CutOffAsync();
        await cabinet.Client.PublishAsync(new MqttMessage
        {
            Topic = "arcade/machine/cab001/ack",
            Qos = MqttQos.AtLeastOnce,
            Payload = System.Text.Encoding.UTF8.GetBytes($"{{\"id\":\"{pulse.Id}\"}}"),
        });
        await Task.Delay(TimeSpan.FromSeconds(3)); // longer than the journal itself tries again
        await app.Database.LetInAsync();

        await app.VendAsync(session, VendStatus.Committed);
        Assert.Single(cabinet.Memory.Pulses);
        await app.SettledAsync();
    }
}

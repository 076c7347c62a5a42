using System.Text.Json;

namespace Automat.Protocol.Tests;

public sealed class MessageTests
{
    [Fact]
    public void Messages_are_snake_case_and_leave_out_what_is_not_there()
    {
        var json = JsonSerializer.Serialize(
            new ReserveRequest { MdbSessionId = "s1", Tender = new DeviceTender { ChipUid = "04AB" }, Slot = "A1" },
            ProtocolJson.Default.ReserveRequest);

        Assert.Equal("""{"mdb_session_id":"s1","tender":{"chip_uid":"04AB"},"slot":"A1"}""", json);
    }

    [Fact]
    public void An_outcome_is_a_word()
    {
        var read = JsonSerializer.Deserialize("""{"outcome":"done"}""", ProtocolJson.Default.Acknowledgement)!;

        Assert.Equal(CommandOutcome.Done, read.Outcome);
        Assert.Throws<JsonException>(
            () => JsonSerializer.Deserialize("""{"outcome":0}""", ProtocolJson.Default.Acknowledgement));
    }

    [Fact]
    public void What_a_reader_does_not_know_it_skips()
    {
        var read = JsonSerializer.Deserialize("""{"uptime_s":7,"of_tomorrow":[1]}""", ProtocolJson.Default.Heartbeat)!;

        Assert.Equal(7, read.UptimeS);
    }

    [Theory]
    [InlineData("""{"tender":{"chip_uid":"04AB"}}""")]
    [InlineData("""{"mdb_session_id":null,"tender":{}}""")]
    [InlineData("""{"mdb_session_id":"a","tender":{},"amount":1.5}""")]
    [InlineData("""{"mdb_session_id":"a","tender":{},"amount":"150"}""")]
    [InlineData("""{"mdb_session_id":"a","mdb_session_id":"b","tender":{}}""")]
    public void What_is_required_must_be_there_once_and_of_its_kind(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, ProtocolJson.Default.ReserveRequest));

    [Fact]
    public void Topics_name_the_machine() =>
        Assert.Equal("automat/v1/snack-1/commands", new DeviceTopics("snack-1").Commands);
}

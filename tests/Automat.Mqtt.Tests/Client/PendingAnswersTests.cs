using Automat.Mqtt.Client;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Tests.Client;

public sealed class PendingAnswersTests
{
    [Fact]
    [Trait("Mqtt", "5.0 2.2.1-3")]
    public void Identifiers_in_use_and_zero_are_skipped()
    {
        var pending = new PendingAnswers(10);
        var publish = pending.Add(new Publication(Talking.Message("t", "x"), default));
        var (open, _) = pending.AddRequest();

        for (var i = 0; i < 70_000; i++)
        {
            var (id, _) = pending.AddRequest();
            Assert.NotEqual(publish.Id, id);
            Assert.NotEqual(open, id);
            Assert.NotEqual(0, id);
            pending.ForgetRequest(id);
        }
    }

    [Fact]
    public void Only_so_many_messages_wait()
    {
        var pending = new PendingAnswers(1);
        pending.Add(new Publication(Talking.Message("t", "x"), default));

        Assert.Throws<InvalidOperationException>(
            () => pending.Add(new Publication(Talking.Message("t", "x"), default)));
    }
}

using Automat.Server.Payments;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>Money with a name on it that is none of ours.</summary>
public sealed class StrayPaymentTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly TestApp app = shared.App;

    [Theory]
    [Trait("Accepts", "M11")]
    [InlineData("no-such-cabinet")]
    [InlineData("cab001/#")]
    [InlineData("+")]
    public async Task A_payment_for_a_cabinet_that_does_not_exist_is_kept_and_reaches_no_topic(string machine)
    {
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);

        var session = await app.Provider.NewSessionAsync(300, machine: machine);
        await app.Provider.PayAsync(session);
        var told = await app.Provider.EventAsync("checkout.session.completed", session);

        Assert.Equal(InboxStatus.Unmatched, await app.DealtWithAsync(told.GetProperty("id").GetString()!));
        Assert.Null(await app.VendOfAsync(session));
        Assert.Empty(cabinet.Memory.Pulses);
        await app.VerifyBooksAsync();
    }
}

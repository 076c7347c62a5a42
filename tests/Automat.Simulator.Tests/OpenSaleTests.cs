using Automat.Protocol;
using Automat.Protocol.Mdb;
using Automat.Simulator.Faults;
using Automat.Simulator.Machines;
using Automat.Simulator.Machines.Native;

namespace Automat.Simulator.Tests;

/// <summary>A simulated native machine's power comes back in the middle of a sale: who pays is as the table of MDB has it.</summary>
public sealed class OpenSaleTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_752_800_000);

    private static readonly VendAnswer Vend = new()
    {
        ReservationId = "v1",
        Status = DeviceVendStatus.Reserved,
        Amount = 150,
        Currency = "EUR",
        ExpiresAt = 1_752_800_100,
    };

    private readonly DeviceMemory memory = new();
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler());
    private readonly OpenSale asked = new(new ReserveRequest { MdbSessionId = "m-1", Tender = new DeviceTender { ChipUid = "04A1B2C3" } });

    [Fact]
    public void Before_the_answer_the_request_is_abandoned()
    {
        Assert.Empty(Recover(asked));

        Assert.Equal(asked.Request, Assert.Single(memory.Abandoned));
    }

    [Fact]
    public void Before_the_bus_has_heard_of_the_approval_nobody_pays()
    {
        Assert.Empty(Recover(asked with { Approved = Vend }));

        Assert.Equal(("v1", false), (Assert.Single(memory.Settlements).Reservation, memory.Settlements[0].Delivered));
    }

    [Fact]
    public void Between_approval_and_success_the_customer_pays_and_has_the_goods()
    {
        var told = Assert.Single(Recover((asked with { Approved = Vend }).After(MdbMessage.VendApproved)));

        Assert.Equal((EventTypes.VendReset, "v1"), (told.Event.Type, told.Event.ReservationId));
        Assert.Equal("v1", told.Proof?.Reference);
        Assert.Empty(memory.Settlements);
    }

    [Fact]
    public void After_a_failure_nobody_pays()
    {
        var failed = (asked with { Approved = Vend }).After(MdbMessage.VendApproved).After(MdbMessage.VendFailure);

        Assert.Empty(Recover(failed));

        Assert.False(Assert.Single(memory.Settlements).Delivered);
    }

    [Fact]
    public void What_the_table_does_not_have_is_a_bug_of_the_machine() =>
        Assert.Throws<InvalidOperationException>(() => asked.After(MdbMessage.VendSuccess));

    public void Dispose() => http.Dispose();

    private List<ToldEvent> Recover(OpenSale sale)
    {
        var world = new Surroundings { Server = new ServerAddress(new Uri("http://127.0.0.1"), "127.0.0.1", 0, 0), Http = http };
        memory.Open = sale;
        new Dispenser("m", memory, world, new FaultPlan(1, "m", world.Weather)).Recover(Now);
        Assert.Null(memory.Open);
        return memory.Events;
    }
}

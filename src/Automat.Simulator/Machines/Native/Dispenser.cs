using Automat.Protocol;
using Automat.Protocol.Mdb;
using Automat.Simulator.Faults;
using Automat.Simulator.Judging;
using Automat.Simulator.Running;

namespace Automat.Simulator.Machines.Native;

/// <summary>
/// The machine's front: a customer chooses, a spiral turns, something falls. What has to survive a power cut is written down
/// before the next step. Serves one after the other; whoever calls holds the bus.
/// </summary>
internal sealed class Dispenser(string machine, DeviceMemory memory, Surroundings world, FaultPlan faults)
{
    private const int Tries = 4;
    private static readonly TimeSpan AfterExpiry = TimeSpan.FromSeconds(5);
    private readonly Dice dice = new(world.Seed, machine, "dispensing");

    /// <summary>A chip is held to the reader.</summary>
    /// <exception cref="PowerCutException">The power went in the middle.</exception>
    public async Task SellAsync(IDeviceLine line, DeviceConfig config, string chip, CancellationToken ct)
    {
        if (config.Slots.Count == 0) return;
        var slot = dice.OneOf(config.Slots);
        var request = new ReserveRequest
        {
            MdbSessionId = $"{machine}-{dice.Hex()}"[^Math.Min(machine.Length + 17, 64)..],
            Tender = new DeviceTender { ChipUid = chip },
            Slot = slot.Code,
            Amount = dice.Below(2) == 0 ? slot.Price : null,
        };
        var sale = new OpenSale(request);
        Write(sale);
        world.Figures.Opened();
        CutPowerSometimes();
        if (await ReserveAsync(line, request, ct) is not { } vend) return;

        sale = sale with { Approved = vend };
        Write(sale);
        CutPowerSometimes();
        sale = sale.After(MdbMessage.VendApproved); // from here on the spiral turns, and what comes out cannot be held back
        if (faults.Strikes(FaultKind.DispenseFailure))
        {
            sale = sale.After(MdbMessage.VendFailure);
            Write(sale);
            await Task.Delay(dice.Between(world.DispensesFrom, world.DispensesTo), world.Time, ct);
            Fail(sale, vend);
            return;
        }

        Write(sale);
        await Task.Delay(dice.Between(world.DispensesFrom, world.DispensesTo), world.Time, ct);
        CutPowerSometimes();
        var proof = Fell(ProofKind.Vend, vend.ReservationId, vend.Amount);
        var due = faults.Strikes(FaultKind.LateCommit)
            ? world.Time.GetUtcNow() + TimeSpan.FromSeconds(config.ReservationS) + AfterExpiry
            : DateTimeOffset.MinValue;
        Close(new Settlement(vend.ReservationId, sale.IsChargedBy(MdbMessage.VendSuccess), "drop_sensor", due, proof));
    }

    /// <summary>Coins were thrown in: nobody is asked, it is told afterwards.</summary>
    /// <exception cref="PowerCutException">The power went; the coins are given back.</exception>
    public async Task SellForCashAsync(DeviceConfig config, DateTimeOffset now, CancellationToken ct)
    {
        if (config.Slots.Count == 0) return;
        var slot = dice.OneOf(config.Slots);
        var at = now.ToUnixTimeSeconds();
        CutPowerSometimes();
        await Task.Delay(dice.Between(world.DispensesFrom, world.DispensesTo), world.Time, ct);
        if (faults.Strikes(FaultKind.DispenseFailure))
        {
            world.Figures.Add(Count.Failed);
            memory.Note(new DeviceEvent { Sequence = 0, Type = EventTypes.VendFailed, At = at, Slot = slot.Code, Code = "no_drop" });
            return;
        }

        memory.Note(
            new DeviceEvent { Sequence = 0, Type = EventTypes.CashSale, At = at, Slot = slot.Code, Amount = slot.Price },
            sequence => Fell(ProofKind.Cash, sequence.ToString(System.Globalization.CultureInfo.InvariantCulture), slot.Price));
        world.Figures.Add(Count.Cash);
        CutPowerSometimes();
    }

    /// <summary>Somebody paid on the web: the server sends a command.</summary>
    /// <exception cref="PowerCutException">The power went in the middle.</exception>
    public async Task VendAsync(DeviceCommand command, CancellationToken ct)
    {
        CutPowerSometimes();
        lock (memory.Gate) memory.Turning = command;
        await Task.Delay(dice.Between(world.DispensesFrom, world.DispensesTo), world.Time, ct);
        if (faults.Strikes(FaultKind.DispenseFailure))
        {
            world.Figures.Add(Count.Failed);
            memory.End(new CommandEnd(command.Id, CommandOutcome.Failed, "no_drop", Proof: null));
            return;
        }

        CutPowerSometimes();
        memory.End(new CommandEnd(command.Id, CommandOutcome.Done, "drop_sensor", Fell(command)));
    }

    /// <summary>
    /// The power is back, which is a reset of the bus: what was at hand is brought to an end, and who pays is as MDB's table
    /// has it. A spiral that had begun to turn has turned.
    /// </summary>
    public void Recover(DateTimeOffset now)
    {
        OpenSale? sale;
        DeviceCommand? turning;
        lock (memory.Gate) (sale, turning) = (memory.Open, memory.Turning);
        if (turning is not null)
        {
            memory.End(new CommandEnd(turning.Id, CommandOutcome.Done, "reset_counts", Fell(turning)));
        }

        switch (sale)
        {
            case null:
                return;
            case { Approved: null }:
                Abandon(sale.Request);
                return;
            case { Approved: { } vend } when sale.IsChargedBy(MdbMessage.Reset):
                memory.Note(
                    new DeviceEvent
                    {
                        Sequence = 0,
                        Type = EventTypes.VendReset,
                        At = now.ToUnixTimeSeconds(),
                        ReservationId = vend.ReservationId,
                    },
                    _ => Fell(ProofKind.Vend, vend.ReservationId, vend.Amount));
                lock (memory.Gate) memory.Open = null;
                world.Figures.Closed();
                return;
            case { Approved: { } vend }:
                Close(new Settlement(vend.ReservationId, Delivered: false, "power_cut", DateTimeOffset.MinValue, Proof: null));
                return;
        }
    }

    private async Task<VendAnswer?> ReserveAsync(IDeviceLine line, ReserveRequest request, CancellationToken ct)
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            var began = world.Time.GetTimestamp();
            try
            {
                var vend = await line.ReserveAsync(request, ct);
                if (vend.Status is not DeviceVendStatus.Reserved) break;
                world.Figures.Reserve.Add(world.Time.GetElapsedTime(began));
                world.Figures.Add(Count.Reserved);
                return vend;
            }
            catch (SilenceException)
            {
                // The same session gets the same vend, however often it is asked for.
            }
            catch (RefusalException)
            {
                lock (memory.Gate) memory.Open = null;
                world.Figures.Closed();
                return null;
            }
        }

        Abandon(request);
        return null;
    }

    private void CutPowerSometimes()
    {
        if (faults.Strikes(FaultKind.PowerCut)) throw new PowerCutException();
    }

    private Dispensed Fell(DeviceCommand command) => command.VendId is { } vend
        ? Fell(ProofKind.Vend, vend, amount: null)
        : Fell(ProofKind.Command, command.Id, amount: null);

    private Dispensed Fell(ProofKind proof, string reference, long? amount)
    {
        world.Figures.Add(Count.Delivered);
        return world.Witness.Saw(machine, proof, reference, amount);
    }

    private void Fail(OpenSale sale, VendAnswer vend)
    {
        world.Figures.Add(Count.Failed);
        if (dice.Below(2) == 0)
        {
            Close(new Settlement(
                vend.ReservationId, sale.IsChargedBy(MdbMessage.NothingToSay), "vend_failure", DateTimeOffset.MinValue, Proof: null));
            return;
        }

        memory.Note(new DeviceEvent
        {
            Sequence = 0,
            Type = EventTypes.VendFailed,
            ReservationId = vend.ReservationId,
            Code = "no_drop",
        });
        lock (memory.Gate) memory.Open = null;
        world.Figures.Closed();
    }

    private void Write(OpenSale sale)
    {
        lock (memory.Gate) memory.Open = sale;
    }

    private void Close(Settlement settlement)
    {
        lock (memory.Gate)
        {
            memory.Open = null;
            memory.Settlements.Add(settlement);
        }
    }

    private void Abandon(ReserveRequest request)
    {
        lock (memory.Gate)
        {
            memory.Open = null;
            memory.Abandoned.Add(request);
        }
    }
}

using Automat.Simulator.Faults;
using Automat.Simulator.Machines;

namespace Automat.Simulator.Kinds;

/// <summary>
/// Smart fridges with a lock controller and no scale: what a controller that counts right names is charged. Customers who hold
/// the door, a fridge that loses its power or counts wrong leave their baskets to a person, of whom there is none in a run, so
/// that the machine's policy gives them their money back.
/// </summary>
internal sealed class FridgeKind : IMachineKind
{
    private static readonly string[] Slots = ["A1", "A2", "A3"];

    public string Name => "fridge";

    public string Driver => "fridge";

    public string SettingsOf(int number) =>
        """
        {"hold_amount":5000,"take_within":20,"settle_within":30,"decide_within":20,"silent_at_most":8,"confirm_within":2,
        "has_scale":false,"settle_unweighed":true}
        """;

    public ISimulatedMachine Create(MachineIdentity who, int number, Surroundings world)
    {
        var faults = new FaultPlan(world.Seed, who.Id, world.Weather);
        var dice = new Dice(world.Seed, who.Id, "visits");
        var timing = new FridgeTiming(TimeSpan.FromSeconds(4), TimeSpan.FromMilliseconds(500));
        return new SimulatedFridge(who, world, timing, _ => Visit(faults, dice));
    }

    private static FridgeVisit Visit(FaultPlan faults, Dice dice)
    {
        var takes = Enumerable.Range(0, 1 + dice.Below(2)).Select(_ => new FridgeGoods(dice.OneOf(Slots), 100)).ToList();
        return new FridgeVisit
        {
            Opens = !faults.Strikes(FaultKind.DispenseFailure),
            Takes = dice.Below(5) == 0 ? [] : takes,
            Counts = faults.Strikes(FaultKind.Miscount) ? ["something-else"] : null,
            HoldsFor = faults.Strikes(FaultKind.DoorHeld)
                ? faults.Between(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(9))
                : faults.Between(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2)),
            LosesPower = faults.Strikes(FaultKind.PowerCut),
            Replays = faults.Strikes(FaultKind.Replay),
        };
    }
}

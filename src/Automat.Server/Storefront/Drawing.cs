namespace Automat.Server.Storefront;

/// <summary>Which drawing shows what.</summary>
internal static class Drawing
{
    public static string Of(MachineLook look) => look switch
    {
        MachineLook.Arcade => "/images/machines/cabinet.svg",
        MachineLook.Robot => "/images/machines/robot.svg",
        MachineLook.PickUp => "/images/machines/counter.svg",
        MachineLook.Snack => "/images/machines/snack.svg",
        MachineLook.Fridge => "/images/machines/fridge.svg",
    };

    public static string Icon(MachineCondition condition) => condition switch
    {
        MachineCondition.Ready => "check",
        MachineCondition.Busy => "clock",
        MachineCondition.Offline or MachineCondition.NotConnected => "offline",
        MachineCondition.OutOfService or MachineCondition.Faulted or MachineCondition.CashOnly => "wrench",
    };
}

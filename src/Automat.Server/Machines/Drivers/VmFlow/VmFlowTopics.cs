namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>The topics of one board, named by its sub.</summary>
/// <param name="Sub">What the board was given as its domain.</param>
internal readonly record struct VmFlowTopics(string Sub)
{
    /// <summary>Signed commands; the board subscribes to everything below its own name, at QoS 0.</summary>
    public string Commands => $"{Sub}.vmflow.xyz/rpc";

    /// <summary><c>online,reason</c>, retained, and its last will <c>offline</c>.</summary>
    public string Status => $"domain.vmflow.xyz/{Sub}/status";

    /// <summary>Cash sales.</summary>
    public string Sale => $"domain.vmflow.xyz/{Sub}/sale";

    /// <summary>Vends that failed.</summary>
    public string VendFail => $"domain.vmflow.xyz/{Sub}/vend_fail";

    /// <summary>People counted around it, every hour.</summary>
    public string Pax => $"domain.vmflow.xyz/{Sub}/paxcounter";

    /// <summary>What it says of itself when asked.</summary>
    public string Info => $"domain.vmflow.xyz/{Sub}/rpc/info";

    /// <summary><c>ok</c> for a command it has taken; not said which.</summary>
    public string Confirm => $"domain.vmflow.xyz/{Sub}/rpc/confirm";

    /// <summary>The same for credits, as some versions have it.</summary>
    public string CreditConfirm => $"domain.vmflow.xyz/{Sub}/rpc/credit";

    /// <summary>The same for restarts, as some versions have it.</summary>
    public string RestartConfirm => $"domain.vmflow.xyz/{Sub}/rpc/restart";

    /// <summary>The time of an echo that was asked for.</summary>
    public string Echo => $"domain.vmflow.xyz/{Sub}/rpc/echo";

    /// <summary>The machine's audit data as read over DEX, raw.</summary>
    public string Dex => $"domain.vmflow.xyz/{Sub}/rpc/dex";

    /// <summary>What became of a firmware update.</summary>
    public string Ota => $"domain.vmflow.xyz/{Sub}/rpc/ota";

    /// <summary>All it may write.</summary>
    public IReadOnlyList<string> Written =>
        [Status, Sale, VendFail, Pax, Info, Confirm, CreditConfirm, RestartConfirm, Echo, Dex, Ota];
}

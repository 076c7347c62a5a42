namespace Automat.Simulator.Machines.VmFlow;

/// <summary>How a simulated board presents itself and what stands before it.</summary>
public sealed record BoardOptions
{
    /// <summary>Its domain; its id when null.</summary>
    public string? Sub { get; init; }

    /// <summary>The MQTT client id of a board that presents no name and secret; null for one that does.</summary>
    public string? ClientId { get; init; }

    /// <summary>Somebody stands before it and chooses whatever the credit pays for.</summary>
    public bool IsAttended { get; init; } = true;

    /// <summary>How long it has been on already when it is switched on here.</summary>
    public TimeSpan OnSince { get; init; }

    /// <summary>How long it takes to start.</summary>
    public TimeSpan Boots { get; init; } = TimeSpan.FromMilliseconds(800);
}

namespace Automat.Simulator.Machines;

/// <summary>
/// A machine that does not exist, speaking its real protocol. It keeps connecting until it is switched off, and tells the
/// witness whatever really leaves it.
/// </summary>
public interface ISimulatedMachine : IAsyncDisposable
{
    /// <summary>Its id.</summary>
    string Id { get; }

    /// <summary>Whether the server could reach it now.</summary>
    bool IsOnline { get; }

    /// <summary>Whether it has told the server everything and serves nobody.</summary>
    bool IsQuiet { get; }

    /// <summary>Switches it on.</summary>
    void Start();
}

/// <summary>A machine with customers before it who pay without a phone.</summary>
public interface IWalkUpMachine : ISimulatedMachine
{
    /// <summary>Somebody holds a chip to the reader and chooses; returns when they walk away.</summary>
    /// <param name="chip">The chip's UID.</param>
    /// <param name="ct">Ends it early.</param>
    Task ServeChipAsync(string chip, CancellationToken ct);

    /// <summary>Somebody throws coins in and chooses; returns when they walk away.</summary>
    Task ServeCashAsync(CancellationToken ct);
}

using Automat.Simulator.Machines;

namespace Automat.Simulator.Kinds;

/// <summary>
/// One kind of machine that can be simulated: the driver it needs, the settings it is registered with, the machine itself. A
/// new kind is one class and one line in <see cref="MachineKinds"/>.
/// </summary>
public interface IMachineKind
{
    /// <summary>As it is written on the command line.</summary>
    string Name { get; }

    /// <summary>The server's driver for it.</summary>
    string Driver { get; }

    /// <summary>Whether what it sells cannot run out, as credits of a game.</summary>
    bool SellsCredits => false;

    /// <summary>Settings to register it with, as JSON; for a run of minutes, so that doubts end within it.</summary>
    /// <param name="number">The machine's number in the run, from 0.</param>
    string SettingsOf(int number);

    /// <summary>A machine that is switched off.</summary>
    /// <param name="who">Who it is.</param>
    /// <param name="number">Its number in the run.</param>
    /// <param name="world">What is around it.</param>
    ISimulatedMachine Create(MachineIdentity who, int number, Surroundings world);
}

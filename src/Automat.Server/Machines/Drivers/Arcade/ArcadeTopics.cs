using Automat.Domain;

namespace Automat.Server.Machines.Drivers.Arcade;

/// <summary>The topics of one cabinet. A machine id has no character that means something in a topic.</summary>
internal static class ArcadeTopics
{
    /// <summary>Credits to add; read by the game and by its attract screen.</summary>
    public static string CoinPulse(MachineId machine) => $"arcade/machine/{machine}/coinpulse";

    /// <summary>The game has ended; the attract screen begins.</summary>
    public static string GameOver(MachineId machine) => $"arcade/machine/{machine}/gameover";

    /// <summary>A cabinet that can says here which pulse it has taken.</summary>
    public static string Acknowledgement(MachineId machine) => $"arcade/machine/{machine}/ack";

    /// <summary>A cabinet that can says here that it is there, retained, and its last will that it is not.</summary>
    public static string Status(MachineId machine) => $"arcade/machine/{machine}/status";
}

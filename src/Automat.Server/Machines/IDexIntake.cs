namespace Automat.Server.Machines;

/// <summary>Takes a machine's audit data (DEX, EVA-DTS) however it comes in. Called again with the same text, it does no
/// more than once.</summary>
public interface IDexIntake
{
    /// <summary>Takes one reading.</summary>
    /// <param name="machine">Whose.</param>
    /// <param name="text">The bytes as they came; nobody has looked at them.</param>
    /// <param name="source">The way they came, a stable word such as <c>vmflow</c>.</param>
    /// <param name="at">When they came.</param>
    /// <param name="ct">Gives up.</param>
    Task TakeAsync(Machine machine, ReadOnlyMemory<byte> text, string source, DateTimeOffset at, CancellationToken ct);
}

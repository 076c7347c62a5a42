namespace Automat.Server.Machines;

/// <summary>The door for drivers whose machines give audit files (DEX, EVA-DTS). The same file of a machine again changes nothing.</summary>
public interface IDexIntake
{
    /// <summary>Takes a file in: keeps it, books the cash it tells of that the books do not know yet, sets stock.</summary>
    /// <param name="machine">The machine it is of.</param>
    /// <param name="file">The bytes as they came; nobody has looked at them.</param>
    /// <param name="ct">Ends waiting; what is open is finished later.</param>
    /// <exception cref="Automat.Domain.RuleException"><c>dex_invalid</c> when it has no counters; <c>body_too_large</c>.</exception>
    Task TakeAsync(Machine machine, ReadOnlyMemory<byte> file, CancellationToken ct);
}

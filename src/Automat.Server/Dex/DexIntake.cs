using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Machines;

namespace Automat.Server.Dex;

/// <summary>What came of an audit file.</summary>
/// <param name="Id">The file's id here.</param>
/// <param name="Outcome">A stable word: baseline, booked, nothing_new, older, currency_differs, too_much, no_cash_meters.</param>
/// <param name="Warnings">How much in it was odd.</param>
public sealed record DexTaken(Guid Id, string Outcome, int Warnings);

/// <summary>The door for drivers whose machines give audit files. The same file of a machine again changes nothing.</summary>
public sealed class DexIntake(IServiceScopeFactory scopes) : IDexIntake
{
    /// <summary>Takes a file in: keeps it, books the cash it tells of, sets stock.</summary>
    /// <param name="machine">The machine it is of.</param>
    /// <param name="file">The file as the machine gave it; at most 256 KiB.</param>
    /// <param name="ct">Ends waiting; what is open is finished later.</param>
    /// <exception cref="RuleException"><c>dex_invalid</c> when it has no counters; <c>body_too_large</c>.</exception>
    public async Task<DexTaken> TakeAsync(Machine machine, ReadOnlyMemory<byte> file, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeOf(machine.OrganizationId);
        scope.ServiceProvider.GetRequiredService<Actor>().Is(ActorKind.Machine, machine.Id.Value);
        var read = await scope.ServiceProvider.GetRequiredService<ImportDex>()
            .RunAsync(machine, file, DexSource.Driver, setsStock: true, ct);
        var view = DexReadView.Of(read);
        return new DexTaken(view.Id, view.Outcome ?? "", view.Warnings.Count);
    }

    Task IDexIntake.TakeAsync(Machine machine, ReadOnlyMemory<byte> file, CancellationToken ct) => TakeAsync(machine, file, ct);
}

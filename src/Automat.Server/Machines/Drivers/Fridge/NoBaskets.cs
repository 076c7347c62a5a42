using Automat.Domain;
using Automat.Domain.Vends;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>Where no card holds are sold yet.</summary>
internal sealed class NoBaskets : IBaskets
{
    public Task<BasketEnd> SettleAsync(Id<Vend> vend, IReadOnlyList<BasketPiece> items, string evidence, CancellationToken ct) =>
        throw new RuleException("not_connected_yet", "Baskets are not settled yet.");

    public Task ReportUnknownAsync(Id<Vend> vend, string evidence, CancellationToken ct) => Task.CompletedTask;

    public Task PreviewAsync(Id<Vend> vend, IReadOnlyList<BasketPiece> items, CancellationToken ct) => Task.CompletedTask;
}

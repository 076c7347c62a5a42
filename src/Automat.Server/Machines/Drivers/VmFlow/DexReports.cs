using Automat.Domain;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>Keeps audit data among a board's reports, as it came.</summary>
internal sealed class DexReports(ReportLog reports)
{
    public Task KeepAsync(Machine machine, ReadOnlyMemory<byte> text, DateTimeOffset at, CancellationToken ct) =>
        reports.TakeAsync(
            new BoardReport
            {
                Id = Id<BoardReport>.New(at),
                OrganizationId = machine.OrganizationId,
                MachineId = machine.Id,
                Kind = ReportKind.Dex,
                At = at.ToUniversalTime(),
                ReceivedAt = at.ToUniversalTime(),
                Amount = text.Length,
                Item = -1,
                Body = text.ToArray(),
            }, limit: null, ct);
}

using System.Globalization;
using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Vends;

namespace Automat.Bench;

/// <summary>The one sale everybody writes: a pie for 1.50 EUR at 7 %, paid with a chip.</summary>
internal sealed record BenchVend(Id<Organization> Organization, Guid Id, string Chip)
{
    public const long Price = 150;
    public const long Tax = 10;
    public const string MachineName = "SNACK-1";

    public static readonly MachineId Machine = MachineId.Parse(MachineName);
    public static readonly IReadOnlyList<VendLine> Lines = [new("A1", null, "Apple pie", 1, Price, 700)];
    public static readonly string LinesJson = JsonSerializer.Serialize(Lines);

    private static int last;

    public static BenchVend Of(Id<Organization> organization)
    {
        var chip = Interlocked.Increment(ref last) % BenchServer.ChipsEach;
        return new BenchVend(organization, Guid.CreateVersion7(), chip.ToString(CultureInfo.InvariantCulture));
    }

    public Vend AsVend(DateTimeOffset now) => new()
    {
        Id = new Id<Vend>(Id),
        Organization = Organization,
        Machine = Machine,
        Tender = Tender.Chip(Chip),
        Amount = new Money(Price, Currency.Eur),
        Lines = Lines,
        Deadline = now.AddMinutes(1),
        ReservedAt = now,
    };
}

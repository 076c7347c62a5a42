using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Temperatures;

/// <summary>How warm a sensor was within a minute. Temperatures are hundredths of a degree Celsius.</summary>
public sealed record TemperatureMinute
{
    /// <summary>The machine.</summary>
    public required MachineId MachineId { get; init; }

    /// <summary>The sensor's name.</summary>
    public required string Sensor { get; init; }

    /// <summary>When the minute began.</summary>
    public required DateTimeOffset Minute { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The coldest reading.</summary>
    public required int Lowest { get; init; }

    /// <summary>The warmest reading.</summary>
    public required int Highest { get; init; }

    /// <summary>All readings together, for their mean.</summary>
    public required long Sum { get; init; }

    /// <summary>How many readings there were.</summary>
    public required int Readings { get; init; }

    /// <summary>The mean of the readings.</summary>
    public int Mean => (int)Math.Round((double)Sum / Math.Max(Readings, 1));
}

internal sealed class TemperatureTables : ITables
{
    public void Map(ModelBuilder model) => model.Entity<TemperatureMinute>(minute =>
    {
        minute.ToTable("temperature_minutes");
        minute.IsNotAudited("What sensors tell, a log by itself.");
        minute.HasKey(m => new { m.MachineId, m.Minute, m.Sensor });
        minute.Property(m => m.OrganizationId).IsId();
        minute.Property(m => m.Sensor).HasMaxLength(32);
        minute.Ignore(m => m.Mean);
        minute.HasIndex(m => m.Minute); // what is too old
    });
}

/// <summary>Temperatures go after a while: food inspectors ask for a year.</summary>
internal sealed class TemperatureRetention : IRetention
{
    private const int BatchSize = 5_000;

    public string Name => "Temperatures";

    public int DefaultDays => 400;

    public async Task<bool> ForgetAsync(AutomatDb db, DateTimeOffset before, CancellationToken ct)
    {
        var oldest = await db.Set<TemperatureMinute>().Where(m => m.Minute < before).OrderBy(m => m.Minute)
            .Select(m => (DateTimeOffset?)m.Minute).Skip(BatchSize).FirstOrDefaultAsync(ct);
        var until = oldest ?? before;
        await db.Set<TemperatureMinute>().Where(m => m.Minute < until).ExecuteDeleteAsync(ct);
        return oldest is not null;
    }
}

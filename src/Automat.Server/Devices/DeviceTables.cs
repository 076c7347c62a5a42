using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Devices;

/// <summary>A nonce as it is kept; written and removed by hand-written statements.</summary>
internal sealed record DeviceNonce
{
    public required MachineId MachineId { get; init; }

    public required Guid Nonce { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required DateTimeOffset SignedAt { get; init; }

    public required DateTimeOffset SeenAt { get; init; }
}

internal sealed class DeviceTables : ITables
{
    public void Map(ModelBuilder model) => model.Entity<DeviceNonce>(nonce =>
    {
        nonce.ToTable("device_nonces");
        nonce.HasKey(n => new { n.MachineId, n.Nonce }); // a machine uses a nonce once
        nonce.Property(n => n.OrganizationId).IsId();
        nonce.HasIndex(n => n.SeenAt); // what the sweep removes
    });
}

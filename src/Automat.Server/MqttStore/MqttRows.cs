using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.MqttStore;

/// <summary>A machine's session with the broker, kept.</summary>
internal sealed class MqttSessionRow
{
    public required string Identity { get; init; }

    public required string ClientId { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Seconds it lives on without a connection.</summary>
    public required long ExpiresAfter { get; init; }

    public DateTimeOffset? OfflineSince { get; init; }

    /// <summary>Subscriptions and packet ids, as JSON.</summary>
    public required string State { get; init; }
}

/// <summary>A message that waits in a session, or is in flight.</summary>
internal sealed class MqttMessageRow
{
    public required string Identity { get; init; }

    public required string ClientId { get; init; }

    public required long Sequence { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required string Topic { get; init; }

    public required byte[] Payload { get; init; }

    public required short Qos { get; init; }

    public required bool Retain { get; init; }

    /// <summary>Zero if it was never sent.</summary>
    public required int PacketId { get; init; }

    public required short Awaited { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Properties of MQTT 5.0, as JSON.</summary>
    public required string Details { get; init; }
}

/// <summary>The last value of a topic.</summary>
internal sealed class MqttRetainedRow
{
    public required string Topic { get; init; }

    /// <summary>Null for a topic that is no machine's.</summary>
    public Id<Organization>? OrganizationId { get; init; }

    public required byte[] Payload { get; init; }

    public required short Qos { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Properties of MQTT 5.0, as JSON.</summary>
    public required string Details { get; init; }
}

internal sealed class MqttStoreTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<MqttSessionRow>(session =>
        {
            session.ToTable("mqtt_sessions");
            session.HasKey(s => new { s.Identity, s.ClientId });
            session.Property(s => s.OrganizationId).IsId();
            session.Property(s => s.State).HasColumnType("jsonb");
        });
        model.Entity<MqttMessageRow>(message =>
        {
            message.ToTable("mqtt_messages");
            message.HasKey(m => new { m.Identity, m.ClientId, m.Sequence });
            message.Property(m => m.OrganizationId).IsId();
            message.Property(m => m.Details).HasColumnType("jsonb");
        });
        model.Entity<MqttRetainedRow>(retained =>
        {
            retained.ToTable("mqtt_retained");
            retained.HasKey(r => r.Topic);
            retained.Property(r => r.OrganizationId).IsId();
            retained.Property(r => r.Details).HasColumnType("jsonb");
        });
    }
}

using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Doors;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>
/// A visit at a fridge's door, as it is kept: the state of <see cref="DoorSession"/> and what it belongs to. A transaction on
/// the wire names one visit, once and for good, so that nothing recorded opens or settles anything again.
/// </summary>
internal sealed class DoorVisit
{
    /// <summary>The sale.</summary>
    public required Id<Vend> VendId { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The fridge.</summary>
    public required MachineId MachineId { get; init; }

    /// <summary>How the visit is named on the wire.</summary>
    public required string Transaction { get; init; }

    /// <summary>Where it is in its life.</summary>
    public DoorStatus Status { get; private set; }

    /// <summary>When the lock was told to open.</summary>
    public DateTimeOffset UnlockedAt { get; private set; }

    /// <summary>When the door was first seen open.</summary>
    public DateTimeOffset? OpenedAt { get; private set; }

    /// <summary>When it was seen closed again.</summary>
    public DateTimeOffset? ClosedAt { get; private set; }

    /// <summary>When the controller said that nothing was taken.</summary>
    public DateTimeOffset? NothingAt { get; private set; }

    /// <summary>Whether the door was open after that.</summary>
    public bool GaveUp { get; private set; }

    /// <summary>When the controller named a basket, where the agent's is awaited.</summary>
    public DateTimeOffset? ToldAt { get; private set; }

    /// <summary>When the door was last seen.</summary>
    public DateTimeOffset? SeenAt { get; private set; }

    /// <summary>Milligrams on the scale before.</summary>
    public long? MassBefore { get; private set; }

    /// <summary>Milligrams on the scale last.</summary>
    public long? MassNow { get; private set; }

    /// <summary>Whether the controller was started anew since.</summary>
    public bool Restarted { get; private set; }

    /// <summary>What was taken, as JSON; null while nobody has said.</summary>
    public string? Items { get; private set; }

    /// <summary>How much lighter the fridge became, in milligrams, as whoever told it measured.</summary>
    public long? Taken { get; private set; }

    /// <summary>Who told what was taken.</summary>
    public BasketSource Source { get; private set; }

    /// <summary>Whether the alarm was raised.</summary>
    public bool Alarmed { get; private set; }

    /// <summary>How it came to be where it is, in a stable word.</summary>
    public string? Evidence { get; private set; }

    /// <summary>What the basket should weigh, in milligrams, when it was held against the scale.</summary>
    public long? Expected { get; private set; }

    /// <summary>Who decided, when somebody did.</summary>
    public string? DecidedBy { get; private set; }

    /// <summary>When the money found its end without the door; what is told later is still booked.</summary>
    public DateTimeOffset? GivenUpAt { get; private set; }

    /// <summary>The lock was never told.</summary>
    public bool IsNotSent => Status is DoorStatus.Unlocked && GivenUpAt is not null;

    /// <summary>The state, for the rules.</summary>
    public DoorSession Session() => new()
    {
        Status = Status,
        UnlockedAt = UnlockedAt,
        OpenedAt = OpenedAt,
        ClosedAt = ClosedAt,
        NothingAt = NothingAt,
        GaveUp = GaveUp,
        ToldAt = ToldAt,
        SeenAt = SeenAt,
        MassBefore = MassBefore,
        MassNow = MassNow,
        Restarted = Restarted,
        Items = Items is null ? null : JsonSerializer.Deserialize<List<TakenItem>>(Items),
        Taken = Taken,
        Source = Source,
        Alarmed = Alarmed,
        Evidence = Evidence,
    };

    /// <summary>Keeps the state the rules left.</summary>
    public void Keep(DoorSession session)
    {
        Status = session.Status;
        UnlockedAt = session.UnlockedAt.ToUniversalTime();
        OpenedAt = session.OpenedAt;
        ClosedAt = session.ClosedAt;
        NothingAt = session.NothingAt;
        GaveUp = session.GaveUp;
        ToldAt = session.ToldAt;
        SeenAt = session.SeenAt;
        MassBefore = session.MassBefore;
        MassNow = session.MassNow;
        Restarted = session.Restarted;
        Items = session.Items is null ? null : JsonSerializer.Serialize(session.Items);
        Taken = session.Taken;
        Source = session.Source;
        Alarmed = session.Alarmed;
        Evidence = session.Evidence;
    }

    /// <summary>Keeps what it should weigh.</summary>
    public void Weighed(long? expected) => Expected = expected;

    /// <summary>Somebody has decided.</summary>
    public void DecidedOf(string person) => DecidedBy = person;

    /// <summary>It goes on: the lock is told now, or what was taken is told after all.</summary>
    public void TakeUp() => GivenUpAt = null;

    /// <summary>The money found its end.</summary>
    public void GiveUp(DateTimeOffset now) => GivenUpAt = now.ToUniversalTime();
}

/// <summary>What somebody or something said of a visit, word for word, for whoever has to decide.</summary>
internal sealed class DoorWord
{
    /// <summary>Identity, by time.</summary>
    public required Id<DoorWord> Id { get; init; }

    /// <summary>The sale.</summary>
    public required Id<Vend> VendId { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>When it was heard.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who said it: <c>server</c>, <c>controller</c>, <c>agent</c>, <c>staff</c>.</summary>
    public required string Source { get; init; }

    /// <summary>What, without signatures.</summary>
    public required string Text { get; init; }
}

internal sealed class FridgeTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<DoorVisit>(visit =>
        {
            visit.ToTable("door_visits");
            visit.IsNotAudited("What a door tells, and a log by itself; what staff decide is noted.");
            visit.HasKey(v => v.VendId);
            visit.Ignore(v => v.IsNotSent);
            visit.Property(v => v.VendId).IsId();
            visit.Property(v => v.OrganizationId).IsId();
            visit.Property(v => v.Transaction).HasMaxLength(64);
            visit.Property(v => v.Items).HasColumnType("jsonb");
            visit.Property(v => v.Evidence).HasMaxLength(64);
            visit.Property(v => v.DecidedBy).HasMaxLength(100);
            visit.HasIndex(v => new { v.MachineId, v.Transaction }).IsUnique(); // a transaction is honoured once
            // What is not over yet, for the sweep and for staff.
            visit.HasIndex(v => v.UnlockedAt).HasFilter("status not in ('Settled', 'Released') and given_up_at is null")
                .HasDatabaseName("ix_door_visits_open");
            visit.HasIndex(v => new { v.OrganizationId, v.UnlockedAt }); // what waits for staff, oldest first
        });
        model.Entity<DoorWord>(word =>
        {
            word.ToTable("door_words");
            word.IsNotAudited("The evidence of a visit, only ever added to.");
            word.HasKey(w => w.Id);
            word.Property(w => w.Id).IsId();
            word.Property(w => w.VendId).IsId();
            word.Property(w => w.OrganizationId).IsId();
            word.Property(w => w.Source).HasMaxLength(16);
            word.Property(w => w.Text).HasMaxLength(2_000);
            word.HasIndex(w => new { w.VendId, w.Id }); // the evidence of one visit, in order
        });
    }
}

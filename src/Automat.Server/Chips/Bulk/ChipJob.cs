using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips.Bulk;

/// <summary>What is done to many chips.</summary>
internal enum JobKind
{
    /// <summary>Issue those a file names.</summary>
    Import,

    /// <summary>Lock them.</summary>
    Lock,

    /// <summary>Unlock them.</summary>
    Unlock,

    /// <summary>Retire them for good.</summary>
    Retire,

    /// <summary>Add credit to each.</summary>
    TopUp,
}

/// <summary>What becomes of a row.</summary>
internal enum RowFate
{
    /// <summary>It will be done.</summary>
    Waiting,

    /// <summary>It cannot be: the message says why.</summary>
    Wrong,

    /// <summary>There is nothing to do: it is so already.</summary>
    Unchanged,

    /// <summary>It was done.</summary>
    Done,

    /// <summary>It was refused when its turn came: the message says why.</summary>
    Refused,
}

/// <summary>Something done to many chips at somebody's word, chip by chip.</summary>
internal sealed record ChipJob
{
    public required Id<ChipJob> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required JobKind Kind { get; init; }

    public JobState State { get; init; }

    public string? Reason { get; init; }

    /// <summary>Minor units for each, of a top-up.</summary>
    public long Amount { get; init; }

    /// <summary>Under which key an import's UIDs were hashed.</summary>
    public int KeyVersion { get; init; }

    public ActorKind ActorKind { get; init; }

    public required string Actor { get; init; }

    public string? OnBehalfOf { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>A job that somebody has asked for and nobody confirmed.</summary>
    public static ChipJob Of(Id<Organization> organization, JobKind kind, int keyVersion, Actor actor, DateTimeOffset now) => new()
    {
        Id = Id<ChipJob>.New(now),
        OrganizationId = organization,
        Kind = kind,
        KeyVersion = keyVersion,
        ActorKind = actor.Kind,
        Actor = actor.Id,
        OnBehalfOf = actor.OnBehalfOf,
        CreatedAt = now.ToUniversalTime(),
    };

    /// <summary>What has to be sent back before it begins: nobody confirms what was not shown.</summary>
    public string ConfirmationOf(int waiting) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{waiting}-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Id.Value.ToByteArray()))[..8]}");
}

/// <summary>What a job does to one chip. An import's row holds its UID as a keyed hash only.</summary>
internal sealed record ChipJobRow
{
    public required Id<ChipJob> JobId { get; init; }

    /// <summary>The line in the file, else a count.</summary>
    public required int Line { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public RowFate Fate { get; init; }

    /// <summary>The column that is wrong.</summary>
    public string? Field { get; init; }

    public string? Message { get; init; }

    /// <summary>The chip it is about.</summary>
    public Id<Chip>? ChipId { get; init; }

    public byte[]? UidHash { get; init; }

    /// <summary>What an import's row says, as JSON without the UID; forgotten once it is done.</summary>
    public string? Content { get; init; }

    /// <summary>The holder's address in it, by which it is erased.</summary>
    public string? Email { get; init; }
}

internal sealed class ChipJobTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<ChipJob>(job =>
        {
            job.ToTable("chip_jobs");
            job.IsNotAudited("What it does is audited chip by chip; its beginning, confirming and cancelling are noted.");
            job.HasKey(j => j.Id);
            job.Property(j => j.Id).IsId();
            job.Property(j => j.OrganizationId).IsId();
            job.Property(j => j.Reason).HasMaxLength(200);
            job.Property(j => j.Actor).HasMaxLength(100);
            job.Property(j => j.OnBehalfOf).HasMaxLength(100);
            job.HasIndex(j => new { j.OrganizationId, j.Id }); // the latest of an organisation
            job.HasIndex(j => j.Id).HasFilter("state = 'Running'").HasDatabaseName("ix_chip_jobs_running"); // what is to be done
        });
        model.Entity<ChipJobRow>(row =>
        {
            row.ToTable("chip_job_rows");
            row.IsNotAudited("What is done to a chip is audited as the chip's.");
            row.HasKey(r => new { r.JobId, r.Line });
            row.Property(r => r.JobId).IsId();
            row.Property(r => r.OrganizationId).IsId();
            row.Property(r => r.ChipId).IsId();
            row.Property(r => r.Field).HasMaxLength(32);
            row.Property(r => r.Message).HasMaxLength(200);
            row.Property(r => r.Email).HasMaxLength(254);
            row.HasIndex(r => new { r.JobId, r.Line }).HasFilter("fate = 'Waiting'").HasDatabaseName("ix_chip_job_rows_waiting"); // what is left
        });
    }
}

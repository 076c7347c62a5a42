using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Reports;

/// <summary>What sales came to. Computed from them, again whenever one of them moved; never changed by anybody else.</summary>
internal abstract record Takings
{
    public required Id<Organization> OrganizationId { get; init; }

    public required Currency Currency { get; init; }

    /// <summary>Sales that delivered something.</summary>
    public required long Sales { get; init; }

    /// <summary>Sales that delivered nothing.</summary>
    public required long Failed { get; init; }

    /// <summary>What was delivered, tax included, minor units.</summary>
    public required long Gross { get; init; }

    /// <summary>The tax in it.</summary>
    public required long Tax { get; init; }

    /// <summary>What was given back of it, or was never paid.</summary>
    public required long Refunded { get; init; }

    /// <summary>Of goods whose cost was known when they were sold: what they brought, without tax and what was given back.</summary>
    public required long Net { get; init; }

    /// <summary>What those goods cost to buy.</summary>
    public required long Cost { get; init; }

    /// <summary>What goods brought whose cost nobody had said.</summary>
    public required long NetWithoutCost { get; init; }
}

/// <summary>What a machine sold on a day for one kind of money.</summary>
internal sealed record MachineDay : Takings
{
    /// <summary>The day, in the zone most of the organisation's machines stand in.</summary>
    public required DateOnly Day { get; init; }

    public required MachineId MachineId { get; init; }

    public required TenderKind Tender { get; init; }

    /// <summary>Sales money was given back of.</summary>
    public required long GivenBack { get; init; }
}

/// <summary>What a machine sold in some days that follow each other, added up so that no report of a year need do so.</summary>
internal sealed record MachineSpan : Takings
{
    /// <summary>How many days: one of <see cref="Spans.Lengths"/>.</summary>
    public required int Length { get; init; }

    /// <summary>The first of them.</summary>
    public required DateOnly First { get; init; }

    public required MachineId MachineId { get; init; }

    /// <summary>What was sold for coins and notes of all that.</summary>
    public required long Cash { get; init; }
}

/// <summary>What all machines sold on a day for one kind of money.</summary>
internal sealed record TenderDay : Takings
{
    public required DateOnly Day { get; init; }

    public required TenderKind Tender { get; init; }
}

/// <summary>What was sold of a product on a day for one kind of money, over all machines.</summary>
internal sealed record ProductDay
{
    public required Id<Organization> OrganizationId { get; init; }

    public required DateOnly Day { get; init; }

    /// <summary>The product; all zeros for goods the catalogue does not list.</summary>
    public required Guid ProductId { get; init; }

    /// <summary>What it was called when it was sold.</summary>
    public required string Name { get; init; }

    /// <summary>Its category when it was sold; empty where nobody knew.</summary>
    public required string Category { get; init; }

    public required TenderKind Tender { get; init; }

    public required int TaxBasisPoints { get; init; }

    public required Currency Currency { get; init; }

    /// <summary>How many; what was weighed is one each time.</summary>
    public required long Pieces { get; init; }

    /// <summary>Grams of what was weighed.</summary>
    public long Grams { get; init; }

    /// <summary>What they came to, tax included, minor units.</summary>
    public required long Gross { get; init; }

    /// <summary>The tax in it.</summary>
    public required long Tax { get; init; }

    /// <summary>What was given back of it, or was never paid.</summary>
    public required long Refunded { get; init; }

    /// <summary>The tax that was given back.</summary>
    public required long TaxRefunded { get; init; }

    /// <summary>Of goods whose cost was known when they were sold: what they brought, without tax and what was given back.</summary>
    public required long Net { get; init; }

    /// <summary>What those goods cost to buy.</summary>
    public required long Cost { get; init; }

    /// <summary>What goods brought whose cost nobody had said.</summary>
    public required long NetWithoutCost { get; init; }

    /// <summary>How many pieces those were.</summary>
    public required long PiecesWithoutCost { get; init; }
}

/// <summary>What went wrong on a day with a slot of a machine, for one reason.</summary>
internal sealed record FailureDay
{
    public required Id<Organization> OrganizationId { get; init; }

    public required DateOnly Day { get; init; }

    public required MachineId MachineId { get; init; }

    public required string Slot { get; init; }

    /// <summary>A stable word; empty where nobody said.</summary>
    public required string Reason { get; init; }

    public required Currency Currency { get; init; }

    /// <summary>What was in the slot.</summary>
    public required string Name { get; init; }

    /// <summary>Sales that delivered nothing.</summary>
    public required long Failed { get; init; }

    /// <summary>Sales money was given back of.</summary>
    public required long GivenBack { get; init; }

    /// <summary>How much, minor units.</summary>
    public required long Refunded { get; init; }
}

/// <summary>How far an organisation's days were computed.</summary>
internal sealed record ReportMark
{
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The last ledger entry whose sale was looked at.</summary>
    public required long Sequence { get; init; }

    /// <summary>The zone days are counted in; another one, and all days are computed anew.</summary>
    public required string Zone { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>A report somebody looks at again and again, and may have sent by mail.</summary>
internal sealed class SavedReport
{
    public required Id<SavedReport> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Whose.</summary>
    public required Guid PersonId { get; init; }

    public required string Name { get; init; }

    /// <summary>Which report.</summary>
    public required ReportKind Kind { get; init; }

    /// <summary>How many days back it looks.</summary>
    public required ReportSpan Span { get; init; }

    /// <summary>How often it goes out by mail.</summary>
    public ReportRhythm Rhythm { get; set; }

    /// <summary>The language it is written in.</summary>
    public required string Language { get; init; }

    /// <summary>The last day a mail told of, so that none is told twice; null before the first.</summary>
    public DateOnly? SentThrough { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The reports there are.</summary>
public enum ReportKind
{
    /// <summary>Day by day.</summary>
    Days,

    /// <summary>By product.</summary>
    Products,

    /// <summary>By machine.</summary>
    Machines,

    /// <summary>By the place machines stand at.</summary>
    Locations,

    /// <summary>By the kind of money.</summary>
    Tenders,

    /// <summary>By tax rate.</summary>
    Taxes,

    /// <summary>What went wrong, by slot.</summary>
    Failures,

    /// <summary>How long slots stood empty, and what they would have sold: an estimate.</summary>
    SoldOut,

    /// <summary>Coins and notes: sold for, collected, still in the machines.</summary>
    Cash,

    /// <summary>What the payment provider holds by the books.</summary>
    Settlement,

    /// <summary>Credit on chips that customers may still spend.</summary>
    Credit,
}

/// <summary>Which days a saved report looks at, counted from the day it is looked at.</summary>
public enum ReportSpan
{
    /// <summary>The last 7 days.</summary>
    Week,

    /// <summary>The last 30 days.</summary>
    Month,

    /// <summary>The last 90 days.</summary>
    Quarter,

    /// <summary>The last 365 days.</summary>
    Year,
}

/// <summary>How often a report goes out.</summary>
public enum ReportRhythm
{
    /// <summary>Not by mail.</summary>
    Never,

    /// <summary>Each morning, of the day before.</summary>
    Daily,

    /// <summary>Each Monday, of the week before.</summary>
    Weekly,

    /// <summary>On the first, of the month before.</summary>
    Monthly,
}

internal sealed class ReportTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<MachineDay>(day =>
        {
            day.ToTable("machine_days");
            day.IsNotAudited("Computed from the sales, and computed again whenever one moved.");
            // The days of a report, in order.
            day.HasKey(d => new { d.OrganizationId, d.Day, d.MachineId, d.Tender, d.Currency });
            day.Property(d => d.OrganizationId).IsId();
            // All a report of many days adds up, without a look at the rows themselves.
            day.HasIndex(d => new { d.OrganizationId, d.Day }).HasDatabaseName("ix_machine_days_sums").IncludeProperties(d => new
            {
                d.MachineId,
                d.Tender,
                d.Currency,
                d.Sales,
                d.Failed,
                d.Gross,
                d.Tax,
                d.Refunded,
                d.Net,
                d.Cost,
                d.NetWithoutCost,
            });
        });
        model.Entity<MachineSpan>(span =>
        {
            span.ToTable("machine_spans");
            span.IsNotAudited("The sum of days.");
            span.HasKey(s => new { s.OrganizationId, s.Length, s.First, s.MachineId, s.Currency }); // those of a report, in order
            span.Property(s => s.OrganizationId).IsId();
        });
        model.Entity<TenderDay>(day =>
        {
            day.ToTable("tender_days");
            day.IsNotAudited("The sum of machines.");
            day.HasKey(d => new { d.OrganizationId, d.Day, d.Tender, d.Currency }); // the days of a report
            day.Property(d => d.OrganizationId).IsId();
        });
        model.Entity<ProductDay>(day =>
        {
            day.ToTable("product_days");
            day.IsNotAudited("Computed from the sales, and computed again whenever one moved.");
            day.HasKey(d => new { d.OrganizationId, d.Day, d.ProductId, d.Name, d.Category, d.Tender, d.TaxBasisPoints, d.Currency });
            day.Property(d => d.OrganizationId).IsId();
            day.Property(d => d.Grams).HasDefaultValue(0L);
            day.Property(d => d.Name).HasMaxLength(200);
            day.Property(d => d.Category).HasMaxLength(100);
            // Days to compute anew once somebody says what goods cost.
            day.HasIndex(d => new { d.OrganizationId, d.ProductId }).HasFilter("pieces_without_cost > 0")
                .HasDatabaseName("ix_product_days_without_cost");
        });
        model.Entity<FailureDay>(day =>
        {
            day.ToTable("failure_days");
            day.IsNotAudited("Computed from the sales, and computed again whenever one moved.");
            day.HasKey(d => new { d.OrganizationId, d.Day, d.MachineId, d.Slot, d.Reason, d.Currency }); // the days of a report
            day.Property(d => d.OrganizationId).IsId();
            day.Property(d => d.Slot).HasMaxLength(16);
            day.Property(d => d.Reason).HasMaxLength(64);
            day.Property(d => d.Name).HasMaxLength(200);
        });
        model.Entity<ReportMark>(mark =>
        {
            mark.ToTable("report_marks");
            mark.IsNotAudited("It says how far the days go.");
            mark.HasKey(m => m.OrganizationId);
            mark.Property(m => m.OrganizationId).IsId();
            mark.Property(m => m.Zone).HasMaxLength(64);
        });
        model.Entity<SavedReport>(saved =>
        {
            saved.ToTable("saved_views");
            saved.IsAudited("saved_view");
            saved.HasKey(s => s.Id);
            saved.Property(s => s.Id).IsId();
            saved.Property(s => s.OrganizationId).IsId();
            saved.Property(s => s.Name).HasMaxLength(60).MayBeShown("what somebody calls a view");
            saved.Property(s => s.Language).HasMaxLength(8);
            saved.Property(s => s.SentThrough).IsNotAudited("A worker notes how far it is.");
            saved.HasIndex(s => new { s.OrganizationId, s.PersonId, s.Id }); // somebody's own
            saved.HasIndex(s => s.Rhythm).HasFilter("rhythm <> 'Never'").HasDatabaseName("ix_saved_views_sent"); // what may be due
        });
    }
}

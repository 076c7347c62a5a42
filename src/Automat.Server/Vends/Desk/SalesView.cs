using System.Globalization;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Panel;
using Automat.Server.Storefront;

namespace Automat.Server.Vends.Desk;

/// <summary>A sale of a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="At">When the money was held.</param>
/// <param name="Machine">The machine's id.</param>
/// <param name="MachineName">What the machine is called.</param>
/// <param name="What">What was ordered or taken.</param>
/// <param name="Tender">The kind of money.</param>
/// <param name="Status">How it stands.</param>
/// <param name="Amount">What was held.</param>
/// <param name="Delivered">What was delivered.</param>
/// <param name="Refunded">What was given back of it.</param>
/// <param name="Late">Whether it was delivered after it was called off.</param>
/// <param name="Reason">Why it ended so, a stable word.</param>
public sealed record SaleRow(
    Guid Id, DateTimeOffset At, string Machine, string MachineName, string What, TenderKind Tender, VendStatus Status, Amount Amount,
    Amount Delivered, Amount Refunded, bool Late, string? Reason)
{
    private const int MostNames = 3;

    /// <summary>The row of a sale.</summary>
    public static SaleRow Of(Vend vend, IReadOnlyDictionary<MachineId, string> machines)
    {
        var currency = vend.Amount.Currency.Code;
        return new SaleRow(
            vend.Id.Value, vend.ReservedAt, vend.Machine.Value, machines.GetValueOrDefault(vend.Machine, vend.Machine.Value), WhatOf(vend.Lines),
            vend.Tender.Kind, vend.Status, new Amount(vend.Amount.Amount, currency), new Amount(vend.Delivered, currency),
            new Amount(vend.Refunded, currency), vend.Late, vend.Reason);
    }

    /// <summary>What was sold, in a few words.</summary>
    public static string WhatOf(IReadOnlyList<Domain.Vends.VendLine> lines) => string.Join(
        ", ", lines.Take(MostNames).Select(l => l.Quantity > 1 ? l.Say(CultureInfo.CurrentCulture) : l.Name))
        + (lines.Count > MostNames ? ", …" : "");
}

/// <summary>The list of sales.</summary>
/// <param name="Page">The rows, and how the reader wants to see them.</param>
/// <param name="Columns">The columns, for the page and for the file.</param>
/// <param name="Wrong">Fields of the form that could not be read.</param>
/// <param name="LookedThrough">How many of the newest sales were looked through one by one; null where an index knew.</param>
public sealed record SalesView(
    ListPage<SaleRow> Page, IReadOnlyList<Column<SaleRow>> Columns, IReadOnlyList<string> Wrong, int? LookedThrough);

/// <summary>A line of a sale.</summary>
public sealed record SaleLine(string Slot, string Name, string? Category, Quantity Quantity, Amount Price, Amount Total, string Tax);

/// <summary>A chapter of a sale's story.</summary>
/// <param name="Title">The name of the text above it.</param>
/// <param name="Id">Its place on the page.</param>
/// <param name="Items">What happened, oldest first.</param>
public sealed record SaleChapter(string Title, string Id, IReadOnlyList<TimelineItem> Items);

/// <summary>A sale, all of it.</summary>
/// <param name="Row">Its facts.</param>
/// <param name="Lines">What was ordered or taken.</param>
/// <param name="Path">The states it came through, oldest first.</param>
/// <param name="Chapters">Its story; those with nothing in them are left out.</param>
/// <param name="Offers">What the reader can do about it.</param>
public sealed record SaleView(
    SaleRow Row, IReadOnlyList<SaleLine> Lines, IReadOnlyList<TimelineItem> Path, IReadOnlyList<SaleChapter> Chapters,
    IReadOnlyList<Microsoft.AspNetCore.Components.RenderFragment> Offers)
{
    /// <summary>When the present state has to end; null once it has ended.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The chip that pays; null where none does.</summary>
    public string? Chip { get; init; }

    /// <summary>The provider's payment; null where there is none.</summary>
    public string? Payment { get; init; }

    /// <summary>Whether the reader may say what became of it.</summary>
    public bool MayResolve { get; init; }

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>What was refused, as the name of a text.</summary>
    public string? Error { get; init; }
}

/// <summary>A sale nobody knows the end of.</summary>
/// <param name="Row">Its facts.</param>
/// <param name="Since">Since when; null where it was not told to begin.</param>
/// <param name="Deadline">When the machine's policy decides by itself.</param>
/// <param name="Policy">What that will be, as the name of a text.</param>
/// <param name="Evidence">What speaks for or against it, a stable word.</param>
public sealed record DoubtRow(SaleRow Row, DateTimeOffset? Since, DateTimeOffset Deadline, string Policy, string? Evidence);

/// <summary>Sales that stand in doubt.</summary>
/// <param name="Doubts">Those whose machine decides soonest first.</param>
/// <param name="More">Whether there are more than are shown.</param>
public sealed record DoubtsView(IReadOnlyList<DoubtRow> Doubts, bool More)
{
    /// <summary>Whether the reader may clear them up.</summary>
    public bool MayResolve { get; init; }

    /// <summary>The sale whose reason was missing; null when none was.</summary>
    public Guid? Wrong { get; init; }

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>What was refused, as the name of a text.</summary>
    public string? Error { get; init; }
}

using Automat.Server.Panel;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Components;

namespace Automat.Server.Dashboard;

/// <summary>The panel's first page.</summary>
public sealed record DashboardView(TodayView Today, IReadOnlyList<FirstStep> FirstSteps, IReadOnlyList<RenderFragment> Parts);

/// <summary>What changes while one looks.</summary>
/// <param name="Figures">Sales; null for whom they are closed.</param>
/// <param name="Online">Machines that can be reached.</param>
/// <param name="Machines">Machines in service.</param>
/// <param name="Waiting">What to see to, the dearest first.</param>
/// <param name="More">How much of that is not shown.</param>
public sealed record TodayView(FiguresView? Figures, int Online, int Machines, IReadOnlyList<WaitingView> Waiting, int More)
{
    /// <summary>Where machines stand and how it goes there; those in trouble first.</summary>
    public IReadOnlyList<PlaceView> Places { get; init; } = [];

    /// <summary>How many places are not shown.</summary>
    public int MorePlaces { get; init; }
}

/// <summary>How it goes at a place.</summary>
/// <param name="Name">Its name; empty where none was given.</param>
/// <param name="Taken">Today; null for whom sales are closed.</param>
/// <param name="Ready">Machines there that can sell.</param>
/// <param name="Machines">Machines in service there.</param>
/// <param name="Address">Their list.</param>
public sealed record PlaceView(string Name, Amount? Taken, int Ready, int Machines, string Address)
{
    /// <summary>Machines there that cannot sell.</summary>
    public int Troubled => Machines - Ready;
}

/// <summary>Sales of the day.</summary>
/// <param name="Taken">So far.</param>
/// <param name="Sales">How many.</param>
/// <param name="UsualByNow">What is usual at this hour; null where nobody knows yet.</param>
/// <param name="Percent">How far the day is above or below that.</param>
/// <param name="Hours">By hour, beside the usual.</param>
/// <param name="Best">The machines that sold most.</param>
/// <param name="Cash">Coins and notes in machines, for somebody to collect.</param>
/// <param name="Recent">The last sales.</param>
public sealed record FiguresView(
    Amount Taken, int Sales, Amount? UsualByNow, int? Percent, IReadOnlyList<ChartSeries> Hours, IReadOnlyList<MachineDayView> Best,
    Amount Cash, IReadOnlyList<RecentSaleView> Recent);

/// <summary>What one machine sold today.</summary>
public sealed record MachineDayView(string Id, string Name, Amount Taken, Amount? Usual);

/// <summary>A sale that just was.</summary>
public sealed record RecentSaleView(string Id, string Machine, string What, Amount Amount, string Status, string Tone, DateTimeOffset At);

/// <summary>Something to see to.</summary>
public sealed record WaitingView(string Title, string? Detail, string Address, Amount? AtStake, DateTimeOffset? Since);

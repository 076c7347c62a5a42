using Automat.Server.Panel;
using Automat.Server.Storefront;

namespace Automat.Server.Machines.Fleet;

/// <summary>A sale in a machine's page.</summary>
/// <param name="Address">Its own page.</param>
/// <param name="At">When it began.</param>
/// <param name="Goods">What was bought.</param>
/// <param name="Amount">For how much.</param>
/// <param name="Status">What became of it.</param>
public sealed record SaleRowView(string Address, DateTimeOffset At, string Goods, Amount Amount, StandingView Status);

/// <summary>What a machine sold lately.</summary>
/// <param name="Today">Sales today, and what they brought.</param>
/// <param name="TodayAmount">What they brought.</param>
/// <param name="Week">Sales in seven days.</param>
/// <param name="WeekAmount">What they brought.</param>
/// <param name="Doubts">Sales nobody knows the end of.</param>
/// <param name="Latest">The newest.</param>
public sealed record SoldView(int Today, Amount TodayAmount, int Week, Amount WeekAmount, int Doubts, IReadOnlyList<SaleRowView> Latest);

/// <summary>Something the machine was told.</summary>
/// <param name="At">When it was written down.</param>
/// <param name="What">What, in words.</param>
/// <param name="State">What became of it.</param>
/// <param name="Outcome">How it ended, in the driver's word.</param>
/// <param name="By">Who asked for it; null for a sale.</param>
public sealed record CommandRowView(DateTimeOffset At, string What, StandingView State, string? Outcome, string? By);

/// <summary>What a machine was told, and what it can be told.</summary>
/// <param name="Latest">The newest commands.</param>
/// <param name="Kinds">What staff may tell it.</param>
/// <param name="CanTest">Whether it can deliver once without a sale.</param>
public sealed record CommandsView(IReadOnlyList<CommandRowView> Latest, IReadOnlyList<Choice> Kinds, bool CanTest);

/// <summary>The configuration of a machine on its way.</summary>
/// <param name="Wanted">Which one it is to have.</param>
/// <param name="Sent">Which one it was sent.</param>
/// <param name="SentAt">When.</param>
/// <param name="Confirmed">Which one it says it works with.</param>
public sealed record ConfigurationView(string Wanted, string? Sent, DateTimeOffset? SentAt, string? Confirmed)
{
    /// <summary>Whether it works with what it is to have.</summary>
    public bool IsCurrent => Confirmed == Wanted;
}

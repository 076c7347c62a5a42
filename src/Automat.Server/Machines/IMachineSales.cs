using System.Security.Claims;
using System.Text.Json;
using Automat.Domain.Vends;

namespace Automat.Server.Machines;

/// <summary>A sale of a machine, as its page lists it.</summary>
/// <param name="Id">The sale's id.</param>
/// <param name="At">When it began.</param>
/// <param name="Goods">What was bought, in words.</param>
/// <param name="Amount">Minor units of the machine's currency.</param>
/// <param name="Status">Where it is in its life.</param>
public sealed record LatestSale(Guid Id, DateTimeOffset At, string Goods, long Amount, VendStatus Status);

/// <summary>What a machine sold lately.</summary>
/// <param name="Today">Sales that were delivered since the day began.</param>
/// <param name="TodayAmount">What was delivered in them, minor units.</param>
/// <param name="Week">Sales that were delivered in the last seven days.</param>
/// <param name="WeekAmount">What was delivered in them, minor units.</param>
/// <param name="Doubts">Sales of the last seven days nobody knows the end of.</param>
/// <param name="Latest">The newest sales, newest first.</param>
public sealed record SoldLately(
    int Today, long TodayAmount, int Week, long WeekAmount, int Doubts, IReadOnlyList<LatestSale> Latest);

/// <summary>What selling knows of a machine: machines themselves know nothing of sales.</summary>
public interface IMachineSales
{
    /// <summary>What it sold lately.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="today">When the reader's day began.</param>
    /// <param name="most">At most so many of the newest.</param>
    /// <param name="ct">Gives up.</param>
    Task<SoldLately> LatelyAsync(Machine machine, DateTimeOffset today, int most, CancellationToken ct);
}

/// <summary>A sale to nobody.</summary>
/// <param name="Sale">Its id.</param>
/// <param name="Code">The pick-up code, for machines that ask for one.</param>
public sealed record TestSold(Guid Sale, string? Code);

/// <summary>Hands a machine what is no customer's sale, by the same queue as theirs.</summary>
public interface IMachineTeller
{
    /// <summary>Tells a machine of the caller's organisation to do something.</summary>
    /// <exception cref="Domain.RuleException"><c>command_unsupported</c>, <c>too_many_commands</c>, <c>machine_retired</c>.</exception>
    Task TellAsync(ClaimsPrincipal caller, string machine, string kind, JsonElement arguments, bool force, CancellationToken ct);

    /// <summary>Has a machine deliver once without a sale, where its driver can, so that somebody sees it work.</summary>
    /// <exception cref="Domain.RuleException"><c>test_unsupported</c>, and as the other.</exception>
    Task TestAsync(ClaimsPrincipal caller, string machine, CancellationToken ct);

    /// <summary>Has a machine sell one piece of a slot to nobody: a sale like any other, free of charge.</summary>
    /// <param name="caller">Who tests.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="slot">The slot's code.</param>
    /// <param name="key">Of this one test; a repeat sells nothing more.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <exception cref="Domain.RuleException">
    /// <c>test_unsupported</c>, <c>slot_unknown</c>, <c>sold_out</c>, and why the machine is not ready.
    /// </exception>
    Task<TestSold> SellTestAsync(ClaimsPrincipal caller, string machine, string slot, Guid key, CancellationToken ct);
}

/// <summary>Something that happened to a machine, as a driver or another module knows it.</summary>
/// <param name="At">When.</param>
/// <param name="Word">What, in a stable word such as <c>door_opened</c>.</param>
/// <param name="Detail">One more sentence, in the machine's own words.</param>
/// <param name="Tone"><c>good</c>, <c>wait</c>, <c>bad</c> or <c>idle</c>.</param>
public sealed record MachineHappening(DateTimeOffset At, string Word, string? Detail = null, string Tone = "idle");

/// <summary>What another module knows of a machine's past, for the timeline of its page.</summary>
public interface IMachinePast
{
    /// <summary>The newest, newest first.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="most">No more than these.</param>
    /// <param name="ct">Gives up.</param>
    Task<IReadOnlyList<MachineHappening>> LatestAsync(Machine machine, int most, CancellationToken ct);
}

/// <summary>Which configuration a machine is to have, and which it was sent.</summary>
/// <param name="Wanted">Names the configuration as it is now.</param>
/// <param name="Sent">Names the one that was last sent; null when none was.</param>
/// <param name="SentAt">When.</param>
public sealed record ConfigurationState(string Wanted, string? Sent, DateTimeOffset? SentAt);

/// <summary>What a driver that sends configurations knows about one.</summary>
public interface IMachineConfigurations
{
    /// <summary>Which configuration a machine is to have; null where its driver sends none.</summary>
    Task<ConfigurationState?> OfAsync(Machine machine, CancellationToken ct);
}

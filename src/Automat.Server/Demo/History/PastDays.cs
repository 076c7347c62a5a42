using Automat.Domain;
using Automat.Domain.Chips;
using Automat.Simulator.Faults;

namespace Automat.Server.Demo.History;

/// <summary>
/// Days a small operator could have had: offices buy on weekdays, the arcade in the evening and at weekends, the platform with
/// the commuters. The same day always has the same sales, so that pages and pictures of the demo can be compared.
/// </summary>
internal static class PastDays
{
    /// <summary>How many of the team have a chip.</summary>
    public const int Chips = 10;

    private static readonly Habit[] Habits =
    [
        new("cab001", 14, Weekend: 2.2, Cash: 0, Chip: 0, Trouble: 12, "000000000001223456666553"),
        new("robot-1", 16, Weekend: 0.5, Cash: 0, Chip: 0, Trouble: 9, "000000014655887544332100"),
        new("snack-1", 34, Weekend: 0.2, Cash: 0.45, Chip: 0.35, Trouble: 6, "000000137986799866420000"),
        new("fridge-1", 22, Weekend: 0.1, Cash: 0, Chip: 0, Trouble: 4, "000000024435985334200000"),
        new("mdb-1", 30, Weekend: 0.8, Cash: 0.7, Chip: 0, Trouble: 14, "100013797544556779864321"),
    ];

    /// <summary>The sales of one day, earliest first.</summary>
    /// <param name="day">Which.</param>
    /// <param name="zone">By whose clock.</param>
    public static IReadOnlyList<PastSale> SalesOf(DateOnly day, TimeZoneInfo zone)
    {
        var luck = new Dice(day.DayNumber, "demo", "a day of the past");
        // Weather, holidays and the like move all machines of a day together.
        var mood = 0.75 + (0.5 * luck.Next());
        var sales = new List<PastSale>();
        foreach (var habit in Habits)
        {
            var mean = habit.PerDay * mood * (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? habit.Weekend : 1);
            for (var left = Count(luck, mean); left > 0; left--) sales.Add(One(luck, habit, day, zone));
        }

        return [.. sales.OrderBy(s => s.At)];
    }

    private static PastSale One(Dice luck, Habit habit, DateOnly day, TimeZoneInfo zone)
    {
        var clock = day.ToDateTime(new TimeOnly(Pick(luck, [.. habit.Hours.Select(h => (double)(h - '0'))]), luck.Below(60), luck.Below(60)));
        var planogram = DemoCatalog.Planograms[habit.Machine];
        // What stands first sells best.
        var liking = Enumerable.Range(0, planogram.Length).Select(place => 1 / (1 + (0.35 * place))).ToArray();
        var goods = habit.Machine is "fridge-1" && luck.Below(3) == 0
            ? (int[])[Pick(luck, liking), Pick(luck, liking)]
            : [Pick(luck, liking)];
        var money = luck.Next() switch
        {
            var chance when chance < habit.Cash => PastMoney.Cash,
            var chance when chance < habit.Cash + habit.Chip => PastMoney.Chip,
            _ => PastMoney.Card,
        };
        var end = luck.Below(1_000) switch
        {
            var fate when money is not PastMoney.Cash && fate < habit.Trouble => PastEnd.Cancelled,
            var fate when money is PastMoney.Card && fate < habit.Trouble + 5 => PastEnd.Refunded,
            _ => PastEnd.Delivered,
        };
        return new PastSale(
            LocalTime.Moments(clock, zone)[0], MachineId.Parse(habit.Machine),
            [.. goods.GroupBy(place => place).Select(same => (same.Key, same.Count() * (habit.Machine is "cab001" ? 1 + luck.Below(4) : 1)))],
            money, luck.Below(Chips), end);
    }

    /// <summary>How often something happens that happens so often on average (Knuth's way to a Poisson number).</summary>
    private static int Count(Dice luck, double mean)
    {
        var (limit, count, product) = (Math.Exp(-mean), 0, luck.Next());
        while (product > limit)
        {
            product *= luck.Next();
            count++;
        }

        return count;
    }

    private static int Pick(Dice luck, double[] weights)
    {
        var rest = luck.Next() * weights.Sum();
        for (var i = 0; i < weights.Length; i++)
        {
            rest -= weights[i];
            if (rest < 0) return i;
        }

        return weights.Length - 1;
    }

    /// <summary>How a machine sells.</summary>
    /// <param name="Machine">Which.</param>
    /// <param name="PerDay">Sales of a weekday.</param>
    /// <param name="Weekend">By which a day at the weekend differs.</param>
    /// <param name="Cash">Share paid with coins.</param>
    /// <param name="Chip">Share paid with a chip.</param>
    /// <param name="Trouble">Of a thousand, how many end without goods.</param>
    /// <param name="Hours">How busy each hour of the day is, from 0 to 9.</param>
    private sealed record Habit(string Machine, double PerDay, double Weekend, double Cash, double Chip, int Trouble, string Hours);
}

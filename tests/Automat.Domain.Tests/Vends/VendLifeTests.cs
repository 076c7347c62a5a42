using Automat.Domain.Vends;

namespace Automat.Domain.Tests.Vends;

public sealed class VendLifeTests
{
    private const string NoNews = "no news";
    private const string Refused = "refused";

    private static readonly IReadOnlyDictionary<string, Func<Vend, VendChange>> Verbs =
        new Dictionary<string, Func<Vend, VendChange>>(StringComparer.Ordinal)
        {
            ["Start"] = v => VendRules.Start(v, Sale.Noon, Sale.Noon.AddMinutes(2)),
            ["Doubt"] = v => VendRules.Doubt(v, "no_answer", Sale.Noon.AddMinutes(3)),
            ["Commit"] = v => VendRules.Commit(v, v.Lines, Sale.Noon, available: 500),
            ["Cancel"] = v => VendRules.Cancel(v, "machine_failed", Sale.Noon),
            ["Refund a part"] = v => VendRules.Refund(v, 1, "stale"),
            ["Refund the rest"] = v => VendRules.Refund(v, Math.Max(v.Delivered - v.Refunded, 1), "stale"),
        };

    /// <summary>What each verb does, by the status it finds.</summary>
    public static TheoryData<VendStatus, string, string, string, string, string, string> Life => new()
    {
        // status                  Start         Doubt      Commit       Cancel       Refund a part     Refund the rest
        { VendStatus.Reserved, "Delivering", Refused, "Committed", "Cancelled", Refused, Refused },
        { VendStatus.Delivering, NoNews, "Unknown", "Committed", "Cancelled", Refused, Refused },
        { VendStatus.Unknown, Refused, NoNews, "Committed", "Cancelled", Refused, Refused },
        { VendStatus.Committed, Refused, NoNews, NoNews, Refused, "PartlyRefunded", "Refunded" },
        { VendStatus.PartlyRefunded, Refused, NoNews, NoNews, Refused, "PartlyRefunded", "Refunded" },
        { VendStatus.Refunded, Refused, NoNews, NoNews, Refused, Refused, Refused },
        { VendStatus.Cancelled, Refused, NoNews, "Committed", NoNews, Refused, Refused },
    };

    [Theory]
    [Trait("Accepts", "S2-06")]
    [MemberData(nameof(Life))]
    public void Every_verb_does_in_every_status_what_the_table_says(
        VendStatus status, string start, string doubt, string commit, string cancel, string part, string rest)
    {
        foreach (var kind in Enum.GetValues<TenderKind>())
        {
            var vend = Sale.In(status, kind);

            Assert.Equal([start, doubt, commit, cancel, part, rest], Verbs.Values.Select(verb => Outcome(verb, vend)));
        }
    }

    [Fact]
    public void The_table_names_every_status() =>
        Assert.Equal(Enum.GetValues<VendStatus>().Order(), Life.Select(row => row.Data.Item1).Order());

    [Fact]
    public void The_verbs_together_reach_exactly_what_the_life_allows()
    {
        foreach (var status in Enum.GetValues<VendStatus>())
        {
            var reached = Verbs.Values.Select(verb => Outcome(verb, Sale.In(status)))
                .Where(o => o is not (NoNews or Refused)).Select(Enum.Parse<VendStatus>).Distinct();

            Assert.Equal(VendLife.After(status).Order(), reached.Order());
        }
    }

    [Fact]
    public void Money_is_held_exactly_while_nobody_knows_the_end()
    {
        var open = Enum.GetValues<VendStatus>().Where(VendLife.IsOpen);

        Assert.Equal([VendStatus.Reserved, VendStatus.Delivering, VendStatus.Unknown], open);
    }

    [Fact]
    public void What_is_no_news_changes_nothing_and_books_nothing()
    {
        foreach (var status in Enum.GetValues<VendStatus>())
        {
            var vend = Sale.In(status);
            foreach (var verb in Verbs.Values.Where(verb => Outcome(verb, vend) == NoNews))
            {
                Assert.Equal(VendChange.Nothing(vend), verb(vend));
            }
        }
    }

    private static string Outcome(Func<Vend, VendChange> verb, Vend vend)
    {
        try
        {
            var change = verb(vend);
            return change.News ? change.Vend.Status.ToString() : NoNews;
        }
        catch (RuleException broken)
        {
            Assert.Equal("vend_status", broken.Code);
            return Refused;
        }
    }
}

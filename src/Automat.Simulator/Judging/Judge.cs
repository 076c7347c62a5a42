using System.Globalization;

namespace Automat.Simulator.Judging;

/// <summary>Something that has to hold after every run.</summary>
/// <param name="Name">What, in words.</param>
/// <param name="Broken">The first thing that breaks it; null when it holds.</param>
/// <param name="Checked">Whether it could be looked at.</param>
public sealed record Invariant(string Name, string? Broken, bool Checked = true)
{
    /// <summary>It was looked at, and nothing breaks it.</summary>
    public bool Holds => Checked && Broken is null;
}

/// <summary>What the judge found.</summary>
/// <param name="Invariants">All that has to hold.</param>
/// <param name="Sales">How many vends by tender and status, such as <c>Chip Committed</c>.</param>
/// <param name="Dispensed">What left the machines.</param>
/// <param name="Committed">What the books say was delivered.</param>
/// <param name="LateCommits">Booked after the money had gone back.</param>
/// <param name="ByPolicy">Ended by the machine's policy, because nobody ever told.</param>
/// <param name="GivenAway">Left the machine, and the customer has the money back, because the machine could not tell.</param>
public sealed record Verdict(
    IReadOnlyList<Invariant> Invariants, IReadOnlyDictionary<string, int> Sales, int Dispensed, int Committed,
    int LateCommits, int ByPolicy, int GivenAway)
{
    /// <summary>Whether nothing is broken.</summary>
    public bool Holds => Invariants.All(i => i.Broken is null);
}

/// <summary>Holds the books against what really happened.</summary>
/// <param name="witness">What really happened.</param>
/// <param name="books">The books; null when they cannot be read from here.</param>
/// <param name="payments">The provider; null when it cannot be asked.</param>
public sealed class Judge(Witness witness, IBooks? books, IPaymentsHeld? payments)
{
    private static readonly string[] OfPolicy = ["no_answer", "connection_lost", "silence", "refund_customer", "assumed"];

    /// <summary>Judges a run that has come to rest.</summary>
    /// <param name="machines">The machines of the run.</param>
    /// <param name="quiet">Null when everything came to rest, else who did not.</param>
    /// <param name="ct">Ends it early.</param>
    public async Task<Verdict> JudgeAsync(IReadOnlyCollection<string> machines, string? quiet, CancellationToken ct)
    {
        var seen = witness.All;
        var invariants = new List<Invariant>
        {
            new("what was open is settled", quiet),
            new("nothing is let through that must be refused", First(witness.Breaches, breach => breach)),
            new("nothing is dispensed twice for one vend",
                First(seen.Where(d => d.Times > 1), d => $"{Name(d)} came out {d.Times} times")),
        };
        if (books is null)
        {
            invariants.Add(new Invariant("the books agree (no access to the database)", null, Checked: false));
            return new Verdict(invariants, new Dictionary<string, int>(), seen.Count, 0, 0, 0, 0);
        }

        invariants.Add(new Invariant("ledger verify", await books.VerifyAsync(ct), books.SeesLedger));
        var vends = await books.VendsAsync(machines, ct);
        var matched = Match(seen, vends);
        invariants.AddRange(Compare(seen, vends, matched));
        invariants.Add(new Invariant(
            "each delivered sale is committed once in the ledger",
            books.SeesLedger
                ? First(vends.Where(v => v.IsDelivered ? v.Commits != 1 : v.Commits != 0), v => $"{Name(v)}, {v.Status}, has {v.Commits} commits")
                : null,
            books.SeesLedger));
        var chips = await books.ChipsAsync(ct);
        invariants.Add(new Invariant(
            "each chip's balance is the sum of its postings, and not negative",
            First(chips.Where(c => c.Balance != c.Postings || c.Balance < 0), c =>
                $"{c.Account} has {c.Balance}; its postings sum to {c.Postings}")));
        invariants.Add(await MoneyAsync(books, ct));
        return new Verdict(
            invariants,
            vends.GroupBy(v => $"{v.Tender} {v.Status}{(v.Late ? " late" : "")}", StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal),
            seen.Count, vends.Count(v => v.IsDelivered), vends.Count(v => v.Late),
            vends.Count(v => v.Reason is { } r && OfPolicy.Contains(r)), matched.Count(m => IsGivenAway(m.Key, m.Value)));
    }

    private static IEnumerable<Invariant> Compare(
        IReadOnlyList<Dispensed> seen, IReadOnlyList<BookedVend> vends, Dictionary<Dispensed, BookedVend> matched)
    {
        var bySale = matched.GroupBy(m => m.Value.Id, m => m.Key, StringComparer.Ordinal).ToList();
        yield return new("no vend is open", First(vends.Where(v => !v.IsOver), v => $"{Name(v)} is {v.Status} ({v.Reason})"));
        yield return new(
            "everything dispensed belongs to a sale", First(seen.Where(d => !matched.ContainsKey(d)), d => $"{Name(d)} belongs to none"));
        yield return new(
            "no sale is dispensed by two proofs",
            First(bySale.Where(g => g.Count() > 1), g => $"vend {g.Key} was dispensed as {string.Join(" and as ", g.Select(Name))}"));
        yield return new(
            "everything dispensed and told is committed",
            First(matched.Where(m => !m.Value.IsDelivered && !IsGivenAway(m.Key, m.Value)), m =>
                $"{Name(m.Key)} came out; {Name(m.Value)} is {m.Value.Status} ({m.Value.Reason})"));
        var delivered = matched.Values.Select(v => v.Id).ToHashSet(StringComparer.Ordinal);
        yield return new(
            "everything committed was dispensed",
            First(vends.Where(v => v.IsDelivered && v.Reason != "assumed" && !delivered.Contains(v.Id)), v => $"{Name(v)} never came out"));
        yield return new(
            "cash is booked once, for what was taken",
            First(matched.Where(m => m.Key is { Proof: ProofKind.Cash, Amount: { } a } && a != m.Value.Delivered), m =>
                $"{Name(m.Key)} was {m.Key.Amount}, booked are {m.Value.Delivered}"));
    }

    /// <summary>Finds the sale of everything that came out, by the name the machine had for it.</summary>
    private static Dictionary<Dispensed, BookedVend> Match(IReadOnlyList<Dispensed> seen, IReadOnlyList<BookedVend> vends)
    {
        var byId = vends.ToDictionary(v => v.Id, StringComparer.Ordinal);
        var byCommand = vends.Where(v => v.Command is not null).ToDictionary(v => v.Command!, StringComparer.Ordinal);
        var byPickUp = vends.Where(v => v.Code is not null)
            .GroupBy(v => $"{v.Machine} {v.Code} {v.Email}", StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var cash = vends.Where(v => v.Tender == "Cash").GroupBy(v => v.Machine, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.OrderBy(v => v.Delivered).ToList(), StringComparer.Ordinal);
        var credits = vends.Where(v => v.Tender != "Cash").GroupBy(v => v.Machine, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.OrderBy(v => v.Id, StringComparer.Ordinal).ToList(), StringComparer.Ordinal);
        var matched = new Dictionary<Dispensed, BookedVend>();
        foreach (var one in seen.OrderBy(d => d.Amount).ThenByDescending(d => d.IsTold))
        {
            var vend = one.Proof switch
            {
                ProofKind.Vend => byId.GetValueOrDefault(one.Reference),
                ProofKind.Command => byCommand.GetValueOrDefault(one.Reference),
                ProofKind.PickUp => byPickUp.GetValueOrDefault($"{one.Machine} {one.Reference}"),
                ProofKind.Credit => TakeCredit(credits.GetValueOrDefault(one.Machine), one),
                ProofKind.Cash => TakeCash(cash.GetValueOrDefault(one.Machine), one.Amount),
            };
            if (vend is not null && vend.Machine == one.Machine) matched[one] = vend;
        }

        return matched;
    }

    /// <summary>The books do not know the event's number: a machine's cash sales are counted off one by one by their amounts.</summary>
    private static BookedVend? TakeCash(List<BookedVend>? left, long? amount)
    {
        if (left is null) return null;
        var at = left.FindIndex(v => v.Delivered == amount);
        if (at < 0) return null;
        var vend = left[at];
        left.RemoveAt(at);
        return vend;
    }

    /// <summary>Credits are counted off by their amounts, those that are booked as delivered first.</summary>
    private static BookedVend? TakeCredit(List<BookedVend>? left, Dispensed one)
    {
        var vend = left?.Find(v => v.IsDelivered && v.Amount == one.Amount) ?? left?.Find(v => v.Amount == one.Amount);
        if (vend is not null) left!.Remove(vend);
        return vend;
    }

    private async Task<Invariant> MoneyAsync(IBooks read, CancellationToken ct)
    {
        const string name = "money at the provider is that of the ledger";
        if (payments is null || !read.SeesLedger) return new Invariant(name, null, Checked: false);
        var (there, here) = (await payments.HeldAsync(ct), -await read.BalanceAsync("stripe", ct));
        return new Invariant(name, there == here
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"the provider holds {there}, the ledger says {here}"));
    }

    /// <summary>Came out, was paid back, and nobody ever told: the machine's owner wanted the customer to have the benefit.</summary>
    private static bool IsGivenAway(Dispensed one, BookedVend vend) => vend.Status == "Cancelled" && !one.IsTold;

    private static string? First<T>(IEnumerable<T> wrong, Func<T, string> say)
    {
        string? first = null;
        var more = -1;
        foreach (var one in wrong)
        {
            first ??= say(one);
            more++;
        }

        return more > 0 ? string.Create(CultureInfo.InvariantCulture, $"{first}; and {more} more") : first;
    }

    private static string Name(Dispensed one) => $"{one.Machine}: {one.Proof} {one.Reference}";

    private static string Name(BookedVend vend) => $"{vend.Machine}: vend {vend.Id} ({vend.Tender})";
}

using Automat.Simulator.Judging;

namespace Automat.Simulator.Tests;

/// <summary>A judge that cannot find anything wrong would prove nothing: each invariant has a run that breaks it.</summary>
public sealed class JudgeTests
{
    private readonly Witness witness = new();
    private readonly HandWrittenBooks books = new();

    [Fact]
    public async Task A_run_in_order_is_found_in_order()
    {
        witness.Saw("m-1", ProofKind.Vend, "v1", 150).Told();
        witness.Saw("m-1", ProofKind.Cash, "7", 200).Told();
        witness.Saw("cab", ProofKind.Command, "c1");
        witness.Saw("rob", ProofKind.PickUp, "4217 a@b");
        books.Vends.AddRange([
            Vend("v1", "m-1", "Chip", 150), Vend("v2", "m-1", "Cash", 200),
            Vend("v3", "cab", "Paid", 100) with { Command = "c1" },
            Vend("v4", "rob", "Paid", 100) with { Code = "4217", Email = "a@b" },
            Vend("v5", "rob", "Paid", 100) with { Status = "Cancelled", Commits = 0, Delivered = 0 },
        ]);

        var verdict = await JudgeAsync();

        Assert.True(verdict.Holds, string.Join("; ", verdict.Invariants.Select(i => i.Broken)));
        Assert.Equal((4, 4), (verdict.Dispensed, verdict.Committed));
    }

    [Fact]
    public async Task Goods_that_came_out_twice_are_found()
    {
        witness.Saw("m-1", ProofKind.Vend, "v1", 150);
        witness.Saw("m-1", ProofKind.Vend, "v1", 150);
        books.Vends.Add(Vend("v1", "m-1", "Chip", 150));

        await BrokenAsync("nothing is dispensed twice for one vend", "v1");
    }

    [Fact]
    public async Task Goods_that_were_told_and_paid_back_are_found()
    {
        witness.Saw("m-1", ProofKind.Vend, "v1", 150).Told();
        books.Vends.Add(Vend("v1", "m-1", "Chip", 150) with { Status = "Cancelled", Commits = 0, Reason = "expired" });

        await BrokenAsync("everything dispensed and told is committed", "v1");
    }

    [Fact]
    public async Task Goods_the_machine_could_not_tell_of_are_counted_and_not_held_against_the_books()
    {
        witness.Saw("m-1", ProofKind.Vend, "v1", 150);
        books.Vends.Add(Vend("v1", "m-1", "Paid", 150) with { Status = "Cancelled", Commits = 0, Reason = "no_answer" });

        var verdict = await JudgeAsync();

        Assert.True(verdict.Holds);
        Assert.Equal((1, 1), (verdict.GivenAway, verdict.ByPolicy));
    }

    [Fact]
    public async Task A_sale_committed_for_nothing_is_found()
    {
        books.Vends.Add(Vend("v1", "m-1", "Chip", 150));

        await BrokenAsync("everything committed was dispensed", "v1");
    }

    [Fact]
    public async Task A_sale_committed_twice_is_found()
    {
        witness.Saw("m-1", ProofKind.Vend, "v1", 150);
        books.Vends.Add(Vend("v1", "m-1", "Chip", 150) with { Commits = 2 });

        await BrokenAsync("each delivered sale is committed once in the ledger", "v1");
    }

    [Fact]
    public async Task Cash_that_is_missing_or_booked_twice_is_found()
    {
        witness.Saw("m-1", ProofKind.Cash, "7", 200);
        await BrokenAsync("everything dispensed belongs to a sale", "Cash 7");

        books.Vends.AddRange([Vend("v1", "m-1", "Cash", 200), Vend("v2", "m-1", "Cash", 200)]);
        await BrokenAsync("everything committed was dispensed", "v2");
    }

    [Fact]
    public async Task Another_machines_sale_is_no_proof()
    {
        witness.Saw("m-1", ProofKind.Vend, "v1", 150);
        books.Vends.Add(Vend("v1", "m-2", "Chip", 150));

        await BrokenAsync("everything dispensed belongs to a sale", "m-1");
    }

    [Fact]
    public async Task What_is_still_open_is_found()
    {
        books.Vends.Add(Vend("v1", "m-1", "Paid", 150) with { Status = "Unknown", Commits = 0, Delivered = 0 });

        await BrokenAsync("no vend is open", "v1");
    }

    [Fact]
    public async Task A_chip_whose_balance_is_not_its_postings_or_below_zero_is_found()
    {
        books.Chips.Add(new BookedChip("chip:1", 100, 90));
        await BrokenAsync("each chip's balance is the sum of its postings, and not negative", "chip:1");

        books.Chips[0] = new BookedChip("chip:2", -5, -5);
        await BrokenAsync("each chip's balance is the sum of its postings, and not negative", "chip:2");
    }

    [Fact]
    public async Task Money_that_is_not_where_the_ledger_says_is_found()
    {
        books.Stripe = -300;

        await BrokenAsync("money at the provider is that of the ledger", "the provider holds 0, the ledger says 300");
    }

    [Fact]
    public async Task A_broken_ledger_and_a_breach_are_found()
    {
        books.Broken = "Demo: BROKEN at row 3";
        witness.SawBreach("The server took a wrong signature.");

        await BrokenAsync("ledger verify", "row 3");
        await BrokenAsync("nothing is let through that must be refused", "wrong signature");
    }

    private static BookedVend Vend(string id, string machine, string tender, long amount) =>
        new(id, machine, "Committed", tender, amount, amount, Late: false, Reason: null) { Commits = 1 };

    private Task<Verdict> JudgeAsync() => new Judge(witness, books, new NoMoney())
        .JudgeAsync(["m-1", "m-2", "cab", "rob"], quiet: null, TestContext.Current.CancellationToken);

    private async Task BrokenAsync(string name, string sentence)
    {
        var verdict = await JudgeAsync();
        Assert.False(verdict.Holds);
        Assert.Contains(sentence, Assert.Single(verdict.Invariants, i => i.Name == name).Broken, StringComparison.Ordinal);
    }

    private sealed class NoMoney : IPaymentsHeld
    {
        public Task<long> HeldAsync(CancellationToken ct) => Task.FromResult(0L);
    }

    private sealed class HandWrittenBooks : IBooks
    {
        public bool SeesLedger => true;

        public List<BookedVend> Vends { get; } = [];

        public List<BookedChip> Chips { get; } = [];

        public string? Broken { get; set; }

        public long Stripe { get; set; }

        public Task<string?> VerifyAsync(CancellationToken ct) => Task.FromResult(Broken);

        public Task<IReadOnlyList<BookedVend>> VendsAsync(IReadOnlyCollection<string> machines, CancellationToken ct) =>
            Task.FromResult<IReadOnlyList<BookedVend>>(Vends);

        public Task<IReadOnlyList<BookedChip>> ChipsAsync(CancellationToken ct) =>
            Task.FromResult<IReadOnlyList<BookedChip>>(Chips);

        public Task<long> BalanceAsync(string account, CancellationToken ct) => Task.FromResult(Stripe);
    }
}

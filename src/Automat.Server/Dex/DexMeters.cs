using Automat.Domain;
using Automat.Domain.Meters;
using Automat.Protocol.Dex;

namespace Automat.Server.Dex;

/// <summary>An audit file's numbers in minor units of the machine's currency.</summary>
internal sealed class DexMeters(DexAudit audit, Currency currency)
{
    /// <summary>Whether the file names another currency than the machine sells in.</summary>
    public bool OtherCurrency =>
        Currency.TryParse(audit.CurrencyLetters, out var named) ? named != currency : audit is { CurrencyLetters: "", CurrencyNumber: 978 } && currency != Currency.Eur;

    /// <summary>An amount of the file in minor units.</summary>
    public long Money(long written)
    {
        var shift = currency.MinorDigits - (audit.Decimals ?? currency.MinorDigits);
        for (; shift > 0; shift--) written *= 10; // at most 15 digits and four more: it fits
        for (; shift < 0; shift++) written /= 10;
        return written;
    }

    /// <summary>Coins and notes since the machine was initialised.</summary>
    public CashMeters Cash => Of(p => p.Init, m => m?.Value);

    /// <summary>Coins and notes since its last reset; null when it does not count so.</summary>
    public CashMeters? CashSinceReset => audit.Cash.In.Reset is null ? null : Of(p => p.Reset, m => m?.ValueReset);

    /// <summary>All that was sold since an earlier file for coins and notes.</summary>
    /// <returns>Null when one of them does not count cash sales.</returns>
    public SlotSales? CashSince(DexMeters before, List<DexFinding> findings) => Step("CA2", before.Audit.CashSales, audit.CashSales, findings);

    /// <summary>All that was sold since an earlier file by cashless readers.</summary>
    public SlotSales CardSince(DexMeters before, List<DexFinding> findings)
    {
        var first = Step("DA2", before.Audit.CardSales, audit.CardSales, findings) ?? default;
        var second = Step("DB2", before.Audit.SecondCardSales, audit.SecondCardSales, findings) ?? default;
        return new SlotSales("", first.Count + second.Count, first.Value + second.Value);
    }

    /// <summary>Vends the first cashless reader paid for, ever; null where the machine does not count them.</summary>
    public long? CardCount => OtherCurrency ? null : audit.CardSales?.Count;

    /// <summary>What they came to; null where the machine does not count them.</summary>
    public long? CardValue => OtherCurrency || audit.CardSales is null ? null : Money(audit.CardSales.Value);

    /// <summary>What each selection sold since an earlier file, by kind of money; empty where the machine does not tell.</summary>
    /// <param name="before">The earlier file.</param>
    /// <param name="devices">CA for coins and notes, DA and DB for cashless readers.</param>
    public IReadOnlyList<SlotSales> BySelection(DexMeters before, params IReadOnlyList<string> devices)
    {
        var sold = new List<SlotSales>();
        foreach (var product in audit.Products)
        {
            var earlier = before.Audit.Products.FirstOrDefault(p => Same(p.Selection, product.Selection));
            long count = 0, value = 0;
            foreach (var line in product.ByPriceList.Where(l => devices.Contains(l.Device)))
            {
                var known = earlier?.ByPriceList.FirstOrDefault(l => l.Device == line.Device && l.PriceList == line.PriceList)?.Meter;
                count += MeterStep.Between(known?.Count ?? 0, line.Meter.Count).Amount;
                value += Money(MeterStep.Between(known?.Value ?? 0, line.Meter.Value).Amount);
            }

            if (count > 0 || value > 0) sold.Add(new SlotSales(product.Selection, count, value));
        }

        return sold;
    }

    /// <summary>What each selection sold since an earlier file for any kind of money.</summary>
    public IReadOnlyList<SlotSales> BySelection(DexMeters before) =>
    [
        .. from product in audit.Products
           let earlier = before.Audit.Products.FirstOrDefault(p => Same(p.Selection, product.Selection))?.Sold
           where product.Sold is not null
           let count = MeterStep.Between(earlier?.Count ?? 0, product.Sold!.Count).Amount
           let value = MeterStep.Between(earlier?.Value ?? 0, product.Sold!.Value).Amount
           where count > 0 || value > 0
           select new SlotSales(product.Selection, count, Money(value)),
    ];

    /// <summary>Whether the machine counts by kind of money, selection by selection.</summary>
    public bool TellsDevices => audit.Products.Any(p => p.ByPriceList.Count > 0);

    /// <summary>Whether this was read before another file: its own counts of reads, or its clock, say so, and it sold no more.</summary>
    public bool IsOlderThan(DexMeters other)
    {
        var soldLess = (audit.Sales?.Value ?? audit.CashSales?.Value ?? 0) <= (other.Audit.Sales?.Value ?? other.Audit.CashSales?.Value ?? 0);
        if (!soldLess) return false;
        if (audit.Reads is { } mine && other.Audit.Reads is { } theirs && mine != theirs) return mine < theirs;
        return audit.ReadAt < other.Audit.ReadAt;
    }

    private DexAudit Audit => audit;

    private SlotSales? Step(string name, DexMeter? before, DexMeter? after, List<DexFinding> findings)
    {
        if (after is null) return null;
        var value = MeterStep.Between(before?.Value ?? 0, after.Value);
        var count = MeterStep.Between(before?.Count ?? 0, after.Count);
        if (value.Move is MeterMove.RolledOver)
        {
            findings.Add(new DexFinding("rolled_over", $"{name} ran out of digits and began again at zero; it is counted on."));
        }
        else if (value.Move is MeterMove.Restarted)
        {
            findings.Add(new DexFinding("restarted", $"{name} was set to zero since the last file. What was sold before that is not known; what was sold since is counted."));
        }

        return new SlotSales("", count.Amount, Money(value.Amount));
    }

    private CashMeters Of(Func<DexPair, long?> pair, Func<DexMeter?, long?> meter)
    {
        var cash = audit.Cash;
        return new CashMeters
        {
            In = Of(cash.In),
            Box = Of(cash.Box),
            Notes = Of(cash.Notes),
            Tubes = Of(cash.Tubes),
            Dispensed = Of(cash.Dispensed),
            DispensedByHand = Of(cash.DispensedByHand),
            Filled = Of(cash.Filled),
            Overpaid = Of(cash.Overpaid),
            LoadedToCards = Of(cash.LoadedToCards),
            Sold = Money(meter(audit.CashSales) ?? 0),
            TellsFills = cash.TellsFills,
            Tells = cash.In.Init is not null,
        };

        long Of(DexPair of) => Money(pair(of) ?? 0);
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}

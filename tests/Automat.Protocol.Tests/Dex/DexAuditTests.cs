using Automat.Protocol.Dex;

namespace Automat.Protocol.Tests.Dex;

public sealed class DexAuditTests
{
    [Fact]
    public void The_example_says_all_it_has_to_say()
    {
        var audit = DexAuditReader.Read(Example.First);

        Assert.Empty(audit.Warnings);
        Assert.Equal(("UVX0000042", "UNIVEND REF", "0100", "DEMO-LOC-7", "ASSET-42"),
            (audit.Serial, audit.Model, audit.Build, audit.Location, audit.Asset));
        Assert.Equal((2, 978, "EUR"), (audit.Decimals, audit.CurrencyNumber, audit.CurrencyLetters));
        Assert.Equal(new DateTime(2026, 7, 18, 14, 30, 5), audit.ReadAt);
        Assert.Equal((58L, 57L), (audit.Reads, audit.Resets));
        Assert.Equal(new DexMeter(12470, 93, 1480, 11), audit.Sales);
        Assert.Equal(new DexMeter(8070, 61, 930, 7), audit.CashSales);
        Assert.Equal(new DexMeter(4400, 32, 550, 4), audit.CardSales);
        Assert.Equal(new DexMeter(150, 1, 0, 0), audit.Free);
        Assert.Equal(new DexPair(9, 1), audit.Outages);
        var cash = audit.Cash;
        Assert.Equal(new DexPair(9850, 1330), cash.In);
        Assert.Equal(new DexPair(4250, 400), cash.Box);
        Assert.Equal(new DexPair(3600, 630), cash.Tubes);
        Assert.Equal(new DexPair(2000, 300), cash.Notes);
        Assert.Equal(new DexPair(1730, 400), cash.Dispensed);
        Assert.Equal(new DexPair(0, 0), cash.DispensedByHand);
        Assert.Equal(new DexPair(50, 0), cash.Overpaid);
        Assert.Equal(new DexPair(null, null), cash.Filled);
        Assert.False(cash.TellsFills);
        Assert.Equal(6200, cash.TubeValue);
        Assert.Equal(new DexTube("3", 100, 36, true), audit.Tubes[3]);
        Assert.Equal(audit.Cash.TubeValue, audit.Tubes.Sum(t => t.Coin * t.Count));
        Assert.Equal(["EGS", "EJJ", "EAR"], audit.Events.Select(e => e.Code));
        Assert.Equal(new DexEvent("EGS", new DateTime(2026, 7, 18, 9, 10, 0), 1, 14, false), audit.Events[0]);
    }

    [Fact]
    public void The_example_names_its_selections()
    {
        var audit = DexAuditReader.Read(Example.First);

        Assert.Equal(["11", "12"], audit.Products.Select(p => p.Selection));
        var water = audit.Products[0];
        Assert.Equal((150L, "STILL WATER 500ML", 10, 10, 4, 2),
            (water.Price, water.Name, water.Capacity, water.Fill, water.Level, water.Minimum));
        // Its pairs are the other way round than those of VA1: the number first.
        Assert.Equal(new DexMeter(7500, 50, 900, 6), water.Sold);
        Assert.Equal((new DateTime(2026, 7, 18, 13, 2, 0), 1L), (water.SoldOutAt, water.AskedWhenSoldOut));
        Assert.Null(audit.Products[1].SoldOutAt);
        Assert.Equal(
            [new DexPriceList("CA", "0", 150, new DexMeter(5100, 34, 600, 4)), new DexPriceList("DA", "1", 150, new DexMeter(2400, 16, 300, 2))],
            water.ByPriceList);
        Assert.Equal(audit.Sales!.Value, audit.Products.Sum(p => p.Sold!.Value));
        Assert.Equal(audit.CashSales!.Value, audit.Products.SelectMany(p => p.ByPriceList).Where(l => l.Device == "CA").Sum(l => l.Meter.Value));
    }

    [Theory]
    [InlineData("CA2*930*7*8070*61", "reset_and_init_swapped")]
    [InlineData("CA2*61*8070*7*930", "value_and_number_swapped")]
    public void Counters_in_the_wrong_order_are_put_right_and_told(string line, string code)
    {
        var audit = DexAuditReader.Read(Example.Bytes(line + "\n"));

        Assert.Equal(new DexMeter(8070, 61, 930, 7), audit.CashSales);
        Assert.Contains(audit.Warnings, w => w.Code == code && w.Line == 1);
    }

    [Fact]
    public void A_price_before_its_number_in_a_products_counters_is_put_right_and_told()
    {
        var audit = DexAuditReader.Read(Example.Bytes("PA1*11*150*X\nPA2*7500*50*900*6\n"));

        Assert.Equal(new DexMeter(7500, 50, 900, 6), audit.Products[0].Sold);
        Assert.Contains(audit.Warnings, w => w is { Code: "value_and_number_swapped", Line: 2 });
    }

    [Fact]
    public void Cash_in_with_its_columns_swapped_is_put_right_as_a_whole()
    {
        var audit = DexAuditReader.Read(Example.Bytes("CA3*9850*4250*3600*20*1330*400*630*3*2000*300\n"));

        Assert.Equal((new DexPair(9850, 1330), new DexPair(2000, 300)), (audit.Cash.In, audit.Cash.Notes));
        Assert.Contains(audit.Warnings, w => w.Code == "reset_and_init_swapped");
    }

    [Fact]
    public void One_counter_of_several_that_went_round_is_not_taken_for_a_swap()
    {
        var audit = DexAuditReader.Read(Example.Bytes("CA3*1330*400*630*3*50*4250*3600*20*300*2000\n"));

        Assert.Equal(new DexPair(50, 1330), audit.Cash.In);
        Assert.Contains(audit.Warnings, w => w.Code == "reset_above_init");
    }

    [Fact]
    public void Notes_that_are_not_counted_by_value_are_what_is_left()
    {
        var audit = DexAuditReader.Read(Example.Bytes("CA3*1330*400*630*3*9850*4250*3600*20\n"));

        Assert.Equal(new DexPair(2000, 300), audit.Cash.Notes);
    }

    [Fact]
    public void What_does_not_add_up_or_is_no_number_or_date_is_told_with_its_line()
    {
        var audit = DexAuditReader.Read(Example.Bytes(
            "CA3*1330*400*630*3*9850*4250*3600*20*301*2000\nVA1*12x*1\nID5*20261345*9999\nID4*9*978\nPA1**150\nPA2*1*2\n"));

        Assert.Equal(
            [(1, "cash_in_sum"), (2, "not_a_number"), (3, "not_a_date"), (4, "decimals_unknown"), (5, "selection_missing"), (6, "no_product")],
            audit.Warnings.Where(w => w.Line > 0).OrderBy(w => w.Line).Select(w => (w.Line, w.Code)));
        Assert.Null(audit.Decimals);
    }

    [Theory]
    [InlineData("ID5*260718*1430", "2026-07-18T14:30:00")]
    [InlineData("ID5*20260718*143005", "2026-07-18T14:30:05")]
    [InlineData("ID5*260718", "2026-07-18T00:00:00")]
    [InlineData("ID5*260718*930", "2026-07-18T09:30:00")]
    [InlineData("EA3*57*260718*0101**260717*0101", "2026-07-18T01:01:00")]
    public void Both_ways_to_write_a_date_are_read(string line, string meant) =>
        Assert.Equal(DateTime.Parse(meant, System.Globalization.CultureInfo.InvariantCulture), DexAuditReader.Read(Example.Bytes(line + "\n")).ReadAt);

    [Fact]
    public void A_currency_number_as_on_the_bus_is_the_same_currency() =>
        Assert.Equal(978, DexAuditReader.Read(Example.Bytes("ID4*2*1978\n")).CurrencyNumber);

    [Fact]
    public void A_selection_named_again_for_another_price_list_is_one_selection()
    {
        var audit = DexAuditReader.Read(Example.Bytes(
            "PA1*A1*100*X\nPA2*5*500*1*100\nPA1*A1*120*X\nPA2*5*500*1*100\nPA7*A1*DA*1*120*2*240*1*120\n"));

        var product = Assert.Single(audit.Products);
        Assert.Equal((100L, new DexMeter(500, 5, 100, 1), 1), (product.Price, product.Sold, product.ByPriceList.Count));
    }
}

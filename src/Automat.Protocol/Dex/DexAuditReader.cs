namespace Automat.Protocol.Dex;

/// <summary>Says what the segments of an audit file mean. It takes them in any order, and never throws on what they hold.</summary>
public sealed class DexAuditReader
{
    private const int MostProducts = 2_000;
    private const int MostEvents = 1_000;
    private const int LongestText = 100;

    private readonly List<DexWarning> warnings;
    private readonly DexFields fields;
    private readonly Dictionary<string, DexSegment> first = new(StringComparer.Ordinal);
    private readonly List<DexProduct> products = [];
    private readonly Dictionary<string, int> places = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<DexTube> tubes = [];
    private readonly List<DexEvent> events = [];
    private int current = -1;

    private DexAuditReader(DexFile file)
    {
        warnings = [.. file.Warnings];
        fields = new DexFields(warnings);
    }

    /// <summary>Reads what a file says.</summary>
    public static DexAudit Read(DexFile file)
    {
        var reader = new DexAuditReader(file);
        foreach (var segment in file.Segments) reader.Take(segment);
        return reader.Audit(file);
    }

    /// <summary>Reads a whole file.</summary>
    public static DexAudit Read(ReadOnlySpan<byte> bytes) => Read(DexReader.Read(bytes));

    private void Take(DexSegment segment)
    {
        switch (segment.Name)
        {
            case "PA1":
                Product(segment);
                break;
            case "PA2" when Here(segment) is { } product:
                // A machine that repeats itself per price list says its sums once.
                products[current] = product with { Sold = product.Sold ?? fields.NumberFirst(segment, 1) };
                break;
            case "PA5" when Here(segment) is { } product:
                products[current] = product with
                {
                    SoldOutAt = fields.Moment(segment, 1, 2),
                    AskedWhenSoldOut = fields.Number(segment, 3),
                };
                break;
            case "PA7":
                PriceList(segment);
                break;
            case "CA17":
                if (tubes.Count < 64 && fields.Number(segment, 2) is { } coin)
                {
                    tubes.Add(new DexTube(Text(segment[1]), coin, fields.Number(segment, 3) ?? 0, segment[6] == "1"));
                }

                break;
            case "EA1":
                Event(segment[1], e => e with { At = fields.Moment(segment, 2, 3) ?? e.At });
                break;
            case "EA2":
                Event(segment[1], e => e with
                {
                    CountReset = fields.Number(segment, 2) ?? e.CountReset,
                    CountInit = fields.Number(segment, 3) ?? e.CountInit,
                    Active = segment[5] switch { "1" => true, "0" => false, _ => e.Active },
                });
                break;
            default:
                first.TryAdd(segment.Name, segment);
                break;
        }
    }

    private DexAudit Audit(DexFile file)
    {
        var id = Of("ID1");
        var currency = Of("ID4");
        var reads = Of("EA3");
        var read = At("EA3", 2, 3) ?? At("ID5", 1, 2);
        var decimals = currency is null ? null : fields.Small(currency, 1);
        if (decimals is > 4)
        {
            fields.Warn(currency!, "decimals_unknown", "ID4 01 names more than four decimals; it is taken for unknown.");
            decimals = null;
        }

        var number = currency is null ? null : fields.Small(currency, 2);
        return new DexAudit
        {
            Serial = Text(id is { } own && own[1].Length > 0 ? own[1] : file.CommunicationId ?? ""),
            Model = Text(id?[2] ?? ""),
            Build = Text(id?[3] ?? ""),
            Location = Text(id?[4] ?? ""),
            Asset = Text(id?[6] ?? ""),
            Decimals = decimals,
            // As on the MDB bus a 1 may stand before the three digits.
            CurrencyNumber = number is >= 1000 and < 2000 ? number - 1000 : number,
            CurrencyLetters = Text(currency?[3] ?? "").ToUpperInvariant(),
            ReadAt = read,
            Reads = reads is null ? null : fields.Number(reads, 9) ?? fields.Number(reads, 1),
            Resets = reads is null ? null : fields.Number(reads, 10),
            Sales = Meter("VA1"),
            Tests = Meter("VA2"),
            Free = Meter("VA3"),
            CashSales = Meter("CA2"),
            CardSales = Meter("DA2"),
            SecondCardSales = Meter("DB2"),
            TokenSales = Meter("TA2"),
            Cash = Cash(),
            Tubes = tubes,
            Products = products,
            Events = events,
            Outages = fields.Pairs(Of("EA7"), (2, 1))[0],
            Warnings = warnings,
        };
    }

    private DexCash Cash()
    {
        var (taken, given) = (Of("CA3"), Of("CA4"));
        var (overpaid, filled, tube, loaded) = (Of("CA8"), Of("CA10"), Of("CA15"), Of("DA4"));
        var put = fields.Pairs(taken, (5, 1), (6, 2), (7, 3), (10, 9));
        var (all, box, intoTubes, notes) = (put[0], put[1], put[2], put[3]);
        var dispensed = fields.Pairs(given, (3, 1), (4, 2));
        // Older machines count no notes by value: they are what is left of the sum.
        notes = new DexPair(notes.Init ?? Rest(all.Init, box.Init, intoTubes.Init), notes.Reset ?? Rest(all.Reset, box.Reset, intoTubes.Reset));
        if (taken is not null && all.Reset is { } sum && box.Reset + intoTubes.Reset + notes.Reset is { } parts && sum != parts)
        {
            fields.Warn(taken, "cash_in_sum", $"CA3 01 is {sum}; cash box, tubes and notes add up to {parts}.");
        }

        if (taken is not null && all.Init is { } sumInit && box.Init + intoTubes.Init + notes.Init is { } partsInit && sumInit != partsInit)
        {
            fields.Warn(taken, "cash_in_sum", $"CA3 05 is {sumInit}; cash box, tubes and notes add up to {partsInit}.");
        }

        return new DexCash
        {
            In = all,
            Box = box,
            Tubes = intoTubes,
            Notes = notes,
            Dispensed = dispensed[0],
            DispensedByHand = dispensed[1],
            Overpaid = fields.Pairs(overpaid, (2, 1))[0],
            Filled = fields.Pairs(filled, (2, 1))[0],
            LoadedToCards = fields.Pairs(loaded, (1, 2))[0],
            TubeValue = tube is null ? null : fields.Number(tube, 1),
            TellsFills = filled is not null,
        };
    }

    private void Product(DexSegment segment)
    {
        var selection = Text(segment[1]);
        if (selection.Length == 0)
        {
            fields.Warn(segment, "selection_missing", "PA1 names no selection.");
            current = -1;
            return;
        }

        var product = new DexProduct
        {
            Selection = selection,
            Price = fields.Number(segment, 2),
            Name = Text(segment[3]),
            Capacity = fields.Small(segment, 4),
            Fill = fields.Small(segment, 5),
            Absent = segment[7] == "1",
            Level = fields.Small(segment, 8),
            Minimum = fields.Small(segment, 9),
        };
        if (places.TryGetValue(selection, out current)) return; // the same selection again, for another price list
        if (products.Count == MostProducts)
        {
            fields.Warn(segment, "too_many_products", $"The file has more than {MostProducts} selections; the rest was left out.");
            current = -1;
            return;
        }

        places[selection] = current = products.Count;
        products.Add(product);
    }

    private DexProduct? Here(DexSegment segment)
    {
        if (current >= 0) return products[current];
        fields.Warn(segment, "no_product", $"{segment.Name} stands before any selection (PA1).");
        return null;
    }

    private void PriceList(DexSegment segment)
    {
        var at = places.GetValueOrDefault(Text(segment[1]), segment[1].Length == 0 ? current : -1);
        if (at < 0)
        {
            fields.Warn(segment, "no_product", "PA7 names a selection that no PA1 before it names.");
            return;
        }

        if (fields.NumberFirst(segment, 5) is not { } meter) return;
        var product = products[at];
        if (product.ByPriceList.Count >= 64) return;
        var line = new DexPriceList(
            Text(segment[2]).ToUpperInvariant(), Text(segment[3]), fields.Number(segment, 4), meter);
        products[at] = product with { ByPriceList = [.. product.ByPriceList, line] };
    }

    private void Event(string code, Func<DexEvent, DexEvent> change)
    {
        code = Text(code);
        if (code.Length == 0) return;
        var at = events.FindIndex(e => e.Code == code);
        if (at >= 0) events[at] = change(events[at]);
        else if (events.Count < MostEvents) events.Add(change(new DexEvent(code, null, null, null, null)));
    }

    private DexSegment? Of(string name) => first.GetValueOrDefault(name);

    private DexMeter? Meter(string name) => Of(name) is { } segment ? fields.ValueFirst(segment) : null;

    private DateTime? At(string name, int date, int time) => Of(name) is { } segment ? fields.Moment(segment, date, time) : null;

    private static long? Rest(long? all, long? one, long? other) => all - (one ?? 0) - (other ?? 0) is { } rest and >= 0 ? rest : null;

    private static string Text(string text) => text.Length <= LongestText ? text : text[..LongestText];
}

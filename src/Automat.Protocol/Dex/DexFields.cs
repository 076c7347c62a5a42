using System.Globalization;

namespace Automat.Protocol.Dex;

/// <summary>Reads elements; what cannot be read is left out with a warning.</summary>
internal sealed class DexFields(List<DexWarning> warnings)
{
    private const int LongestNumber = 15;
    private const int MostWarnings = 200;

    /// <summary>A whole number, such as an amount in minor units; null when it is empty or none.</summary>
    public long? Number(DexSegment segment, int element)
    {
        var text = segment[element];
        if (text.Length == 0) return null;
        // Some write a decimal point; the digits are the same.
        var digits = text.Replace(".", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal);
        if (digits.Length is > 0 and <= LongestNumber && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        Warn(segment, "not_a_number", $"{segment.Name} {element:00} is no whole number.");
        return null;
    }

    /// <summary>A small whole number, such as a count of pieces; null when it is empty, none, or beyond 32 bits.</summary>
    public int? Small(DexSegment segment, int element) => Number(segment, element) is { } number and <= int.MaxValue ? (int)number : null;

    /// <summary>A pair of the order value init, number init, value reset, number reset.</summary>
    public DexMeter? ValueFirst(DexSegment segment) =>
        Meter(segment, Number(segment, 1), Number(segment, 2), Number(segment, 3), Number(segment, 4));

    /// <summary>A pair of the order number init, value init, number reset, value reset, from an element on.</summary>
    public DexMeter? NumberFirst(DexSegment segment, int from) => Meter(
        segment, Number(segment, from + 1), Number(segment, from), Number(segment, from + 3), Number(segment, from + 2));

    /// <summary>
    /// Pairs of one segment, each the elements of 'since initialised' and 'since reset'. What is counted since the last reset
    /// cannot be more than since ever; where all pairs say so the two are taken the other way round, where only some do a
    /// counter has rolled over.
    /// </summary>
    public IReadOnlyList<DexPair> Pairs(DexSegment? segment, params ReadOnlySpan<(int Init, int Reset)> places)
    {
        var pairs = new DexPair[places.Length];
        if (segment is null) return pairs;
        var (right, wrong) = (0, 0);
        for (var i = 0; i < pairs.Length; i++)
        {
            pairs[i] = new DexPair(Number(segment, places[i].Init), Number(segment, places[i].Reset));
            if (pairs[i].Init > pairs[i].Reset) right++;
            if (pairs[i].Init < pairs[i].Reset) wrong++;
        }

        if (wrong == 0) return pairs;
        if (right == 0)
        {
            Warn(segment, "reset_and_init_swapped", Swapped(segment));
            return [.. pairs.Select(p => p.Reset is null ? p : new DexPair(p.Reset, p.Init))];
        }

        Warn(segment, "reset_above_init", Above(segment));
        return pairs;
    }

    /// <summary>A moment of the machine's clock: YYMMDD or YYYYMMDD, HHMM or HHMMSS.</summary>
    public DateTime? Moment(DexSegment segment, int date, int time)
    {
        var (day, hour) = (segment[date], segment[time]);
        if (day.Length == 0 || day.All(c => c == '0')) return null;
        var clock = hour.Length switch { 0 => "000000", 3 => "0" + hour + "00", 4 => hour + "00", 5 => "0" + hour, _ => hour };
        var whole = (day.Length == 6 ? "20" + day : day) + clock;
        if (DateTime.TryParseExact(whole, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)) return at;
        Warn(segment, "not_a_date", $"{segment.Name} {date:00} and {time:00} are no date and time.");
        return null;
    }

    public void Warn(DexSegment segment, string code, string text) => Warn(segment.Line, code, text);

    public void Warn(int line, string code, string text)
    {
        if (warnings.Count < MostWarnings) warnings.Add(new DexWarning(line, code, text));
    }

    private DexMeter? Meter(DexSegment segment, long? value, long? count, long? valueReset, long? countReset)
    {
        if (value is null && count is null && valueReset is null && countReset is null) return null;
        var (v, c) = (value ?? 0, count ?? 0);
        // Nothing costs less than one minor unit: more pieces than units means that the two stand the other way round.
        if (v > 0 && c > v)
        {
            Warn(segment, "value_and_number_swapped", $"{segment.Name} seems to have its values and its numbers the other way round; read so.");
            (v, c, valueReset, countReset) = (c, v, countReset, valueReset);
        }

        if (valueReset > v || countReset > c)
        {
            // Since the last reset it cannot be more than since ever.
            if (v <= (valueReset ?? 0) && c <= (countReset ?? 0))
            {
                Warn(segment, "reset_and_init_swapped", Swapped(segment));
                (v, c, valueReset, countReset) = (valueReset ?? 0, countReset ?? 0, v, c);
            }
            else
            {
                Warn(segment, "reset_above_init", Above(segment));
            }
        }

        return new DexMeter(v, c, valueReset, countReset);
    }

    private static string Above(DexSegment segment) =>
        $"{segment.Name} counts more since the last reset than since ever: a counter has rolled over.";

    private static string Swapped(DexSegment segment) =>
        $"{segment.Name} has 'since initialised' and 'since reset' the other way round; read so.";
}

using System.Collections;
using System.Globalization;
using System.Resources;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Automat.Server.Storefront;

namespace Automat.Server.Tests.Storefront;

public sealed partial class TextsTests
{
    private static readonly Dictionary<string, ResourceManager> Resources = new(StringComparer.Ordinal)
    {
        ["Storefront"] = new(typeof(Texts)),
        ["Panel"] = new(typeof(Automat.Server.Panel.Texts)),
        ["People"] = new(typeof(Automat.Server.People.Texts)),
        ["Audit"] = new(typeof(Automat.Server.Audit.Texts)),
        ["Books"] = new(typeof(Automat.Server.Books.Texts)),
        ["Chips"] = new(typeof(Automat.Server.Chips.Texts)),
        ["Dashboard"] = new(typeof(Automat.Server.Dashboard.Texts)),
        ["Catalog"] = new(typeof(Automat.Server.Catalog.Texts)),
        ["Settlements"] = new(typeof(Automat.Server.Settlements.Texts)),
        ["Settings"] = new(typeof(Automat.Server.Settings.Texts)),
        ["Stock"] = new(typeof(Automat.Server.Stock.Texts)),
        ["Dex"] = new(typeof(Automat.Server.Dex.Texts)),
        ["Refunds"] = new(typeof(Automat.Server.Refunds.Texts)),
        ["Reports"] = new(typeof(Automat.Server.Reports.Texts)),
        ["Vends"] = new(typeof(Automat.Server.Vends.Texts)),
        ["Temperatures"] = new(typeof(Automat.Server.Temperatures.Texts)),
        ["Machines/Fleet"] = new(typeof(Automat.Server.Machines.Fleet.Texts)),
        ["Machines/Planograms"] = new(typeof(Automat.Server.Machines.Planograms.Texts)),
        ["Machines/Drivers/Fridge"] = new(typeof(Automat.Server.Machines.Drivers.Fridge.Texts)),
        ["Orders"] = new(typeof(Automat.Server.Orders.Texts)),
        ["Shop"] = new(typeof(Automat.Server.Shop.Texts)),
        ["Customers"] = new(typeof(Automat.Server.Customers.Texts)),
        ["Fridges"] = new(typeof(Automat.Server.Fridges.Texts)),
        ["Messages"] = new(typeof(Automat.Server.Messages.Texts)),
        ["Notifications"] = new(typeof(Automat.Server.Notifications.Texts)),
        ["Push"] = new(typeof(Automat.Server.Push.Texts)),
    };

    public static TheoryData<string, string> OtherLanguages()
    {
        var all = new TheoryData<string, string>();
        foreach (var module in Resources.Keys)
            foreach (var language in new[] { "de", "es" }) all.Add(module, language);
        return all;
    }

    public static TheoryData<string> Modules() => [.. Resources.Keys];

    [Theory, MemberData(nameof(OtherLanguages))]
    public void Every_text_exists_in_every_language_with_the_same_gaps_to_fill(string module, string language)
    {
        var english = Read(module, "");
        var other = Read(module, language);

        Assert.Equal(english.Keys.Order(), other.Keys.Order());
        Assert.All(english, text => Assert.Equal(Gaps(text.Value), Gaps(other[text.Key])));
    }

    [Theory, MemberData(nameof(OtherLanguages))]
    public void Sentences_are_translated(string module, string language)
    {
        var other = Read(module, language);

        Assert.All(Read(module, "").Where(text => text.Value.Contains(". ", StringComparison.Ordinal)), text => Assert.NotEqual(text.Value, other[text.Key]));
    }

    [Theory, MemberData(nameof(Modules))]
    public void Every_key_that_is_used_exists_and_every_key_that_exists_is_used(string module)
    {
        var used = Sources(module).SelectMany(file => Key().Matches(File.ReadAllText(file))).Select(match => match.Groups["key"].Value);

        Assert.Equal(Read(module, "").Keys.Order(), used.Distinct(StringComparer.Ordinal).Order());
    }

    private static Dictionary<string, string> Read(string module, string language) => Resources[module]
        .GetResourceSet(CultureInfo.GetCultureInfo(language), createIfNotExists: true, tryParents: false)!
        .Cast<DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!, StringComparer.Ordinal);

    private static string[] Gaps(string text) => [.. Gap().Matches(text).Select(match => match.Value).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Sources(string module, [CallerFilePath] string here = "")
    {
        var folder = Path.GetFullPath(Path.Combine(here, "../../../../src/Automat.Server", module));
        return Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".cs" or ".razor");
    }

    // Keys look like "Area.Meaning": two capitalised words and a dot, in quotes.
    [GeneratedRegex("(?<!=)\"(?<key>[A-Z][A-Za-z]+\\.[A-Z][A-Za-z]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Key();

    [GeneratedRegex("\\{\\d[^}]*\\}", RegexOptions.CultureInvariant)]
    private static partial Regex Gap();
}

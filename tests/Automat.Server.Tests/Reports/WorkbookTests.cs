using System.IO.Compression;
using System.Xml.Linq;
using Automat.Server.Reports.Sheets;

namespace Automat.Server.Tests.Reports;

/// <summary>The spreadsheet other programs open: its parts are there, its cells hold what was written, nothing in it is run.</summary>
public sealed class WorkbookTests
{
    private static readonly XNamespace Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    [Fact]
    public void A_sheet_holds_texts_as_texts_and_numbers_as_numbers()
    {
        var file = Workbook.Of(new Sheet(
            "By [product]: a name that is too long for a tab", ["Name", "Pieces", "Takings"],
            [["=1+1 & <Tee> \u0001ß", 12L, 12.5m], ["", null, -0.05m]]));

        using var zip = new ZipArchive(new MemoryStream(file));
        Assert.Equal(
            ["[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"],
            zip.Entries.Select(e => e.FullName).Order(StringComparer.Ordinal));
        Assert.All(zip.Entries, e => Read(e)); // each is well-formed
        var cells = Read(zip.GetEntry("xl/worksheets/sheet1.xml")!).Descendants(Main + "c").ToDictionary(c => c.Attribute("r")!.Value);
        Assert.Equal(("inlineStr", "=1+1 & <Tee> ß"), (cells["A2"].Attribute("t")!.Value, cells["A2"].Value));
        Assert.Equal(("Takings", "12", "12.5", "-0.05"), (cells["C1"].Value, cells["B2"].Value, cells["C2"].Value, cells["C3"].Value));
        Assert.DoesNotContain("B3", cells.Keys);
        Assert.Empty(Read(zip.GetEntry("xl/worksheets/sheet1.xml")!).Descendants(Main + "f"));
        var tab = Read(zip.GetEntry("xl/workbook.xml")!).Descendants(Main + "sheet").Single().Attribute("name")!.Value;
        Assert.Equal("By product a name that is too l", tab);
    }

    private static XDocument Read(ZipArchiveEntry part)
    {
        using var stream = part.Open();
        return XDocument.Load(stream);
    }
}

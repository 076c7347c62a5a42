using System.Globalization;
using System.IO.Compression;
using System.Security;
using System.Text;

namespace Automat.Server.Reports.Sheets;

/// <summary>A sheet of a spreadsheet: titles, and rows of texts, whole numbers and decimals; null leaves a cell empty.</summary>
/// <param name="Name">The name on its tab.</param>
/// <param name="Titles">The first row.</param>
/// <param name="Rows">The others.</param>
internal sealed record Sheet(string Name, IReadOnlyList<string> Titles, IReadOnlyList<IReadOnlyList<object?>> Rows);

/// <summary>
/// Writes a sheet as an Office Open XML workbook (ECMA-376): the five parts every program asks for, and no more. Texts are
/// texts, so that nothing somebody wrote into a name is run as a formula.
/// </summary>
internal static class Workbook
{
    /// <summary>The type of the file.</summary>
    public const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private const int LongestName = 31;
    private const int LongestText = 32_767;
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Package = "http://schemas.openxmlformats.org/package/2006";
    private const string Spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml";

    // By number: as it comes; titles; whole numbers; decimals.
    private const string Styles =
        $"""<styleSheet xmlns="{Main}">"""
        + """<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>"""
        + """<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>"""
        + """<borders count="1"><border/></borders>"""
        + """<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">"""
        + """<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>"""
        + """<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>"""
        + """<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>"""
        + """<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>""";

    private const string Types =
        $"""<Types xmlns="{Package}/content-types">"""
        + """<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"""
        + """<Default Extension="xml" ContentType="application/xml"/>"""
        + $"""<Override PartName="/xl/workbook.xml" ContentType="{Spreadsheet}.sheet.main+xml"/>"""
        + $"""<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{Spreadsheet}.worksheet+xml"/>"""
        + $"""<Override PartName="/xl/styles.xml" ContentType="{Spreadsheet}.styles+xml"/></Types>""";

    /// <summary>Writes the file.</summary>
    public static byte[] Of(Sheet sheet)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Part(zip, "[Content_Types].xml", Types);
            Part(zip, "_rels/.rels", Links(("officeDocument", "xl/workbook.xml")));
            Part(
                zip, "xl/workbook.xml",
                $"""<workbook xmlns="{Main}" xmlns:r="{Relations}"><sheets>"""
                + $"""<sheet name="{Escaped(NameOf(sheet.Name))}" sheetId="1" r:id="rId1"/></sheets></workbook>""");
            Part(zip, "xl/_rels/workbook.xml.rels", Links(("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")));
            Part(zip, "xl/styles.xml", Styles);
            Part(zip, "xl/worksheets/sheet1.xml", SheetXml(sheet));
        }

        return file.ToArray();
    }

    private static string Links(params (string Type, string Target)[] parts) => $"""<Relationships xmlns="{Package}/relationships">"""
        + string.Concat(parts.Select((p, i) => string.Create(
            CultureInfo.InvariantCulture, $"""<Relationship Id="rId{i + 1}" Type="{Relations}/{p.Type}" Target="{p.Target}"/>""")))
        + "</Relationships>";

    private static void Part(ZipArchive zip, string name, string content)
    {
        using var writer = new StreamWriter(zip.CreateEntry(name).Open(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        writer.Write("""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""");
        writer.Write(content);
    }

    private static string SheetXml(Sheet sheet)
    {
        var xml = new StringBuilder($"""<worksheet xmlns="{Main}"><sheetViews><sheetView workbookViewId="0">""")
            .Append("""<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>""")
            .Append("""<sheetFormatPr defaultRowHeight="15"/><cols>""");
        for (var i = 0; i < sheet.Titles.Count; i++)
        {
            xml.Append(CultureInfo.InvariantCulture, $"""<col min="{i + 1}" max="{i + 1}" width="{WidthOf(sheet, i)}" customWidth="1"/>""");
        }

        xml.Append("</cols><sheetData>");
        Row(xml, 1, [.. sheet.Titles], title: true);
        for (var i = 0; i < sheet.Rows.Count; i++) Row(xml, i + 2, sheet.Rows[i], title: false);
        return xml.Append("</sheetData></worksheet>").ToString();
    }

    private static void Row(StringBuilder xml, int number, IReadOnlyList<object?> cells, bool title)
    {
        xml.Append(CultureInfo.InvariantCulture, $"""<row r="{number}">""");
        for (var i = 0; i < cells.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{ColumnOf(i)}{number}");
            switch (cells[i])
            {
                case null:
                    break;
                case long or int:
                    xml.Append(CultureInfo.InvariantCulture, $"""<c r="{at}" s="2"><v>{cells[i]}</v></c>""");
                    break;
                case decimal exact:
                    xml.Append(CultureInfo.InvariantCulture, $"""<c r="{at}" s="3"><v>{exact}</v></c>""");
                    break;
                default:
                    xml.Append(CultureInfo.InvariantCulture, $"""<c r="{at}" t="inlineStr" s="{(title ? 1 : 0)}"><is><t xml:space="preserve">""")
                        .Append(Escaped(cells[i]!.ToString() ?? "")).Append("</t></is></c>");
                    break;
            }
        }

        xml.Append("</row>");
    }

    /// <summary>A, B, … Z, AA, …</summary>
    private static string ColumnOf(int number) => number < 26
        ? ((char)('A' + number)).ToString()
        : ColumnOf((number / 26) - 1) + ColumnOf(number % 26);

    private static int WidthOf(Sheet sheet, int column) => Math.Clamp(
        sheet.Rows.Take(200).Select(r => column < r.Count ? r[column]?.ToString()?.Length ?? 0 : 0).Append(sheet.Titles[column].Length).Max() + 2,
        8, 60);

    /// <summary>As a tab may be called: neither too long nor with characters that mean something in an address of a cell.</summary>
    private static string NameOf(string name)
    {
        var clean = new string([.. name.Where(c => c is not ('[' or ']' or ':' or '*' or '?' or '/' or '\\' or '\''))]).Trim();
        return clean.Length == 0 ? "1" : clean[..Math.Min(clean.Length, LongestName)];
    }

    /// <summary>A text without what XML has no place for.</summary>
    private static string Escaped(string text)
    {
        var plain = new string([.. text.Take(LongestText).Where(c => c is '\t' or '\n' or '\r' or (>= ' ' and not ('\ufffe' or '\uffff')))]);
        return SecurityElement.Escape(plain) ?? "";
    }
}

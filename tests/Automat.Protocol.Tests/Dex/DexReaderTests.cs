#pragma warning disable RS0030 // A seed of its own: what fails, fails again.
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Automat.Protocol.Dex;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Protocol.Tests.Dex;

public sealed class DexReaderTests
{
    [Fact]
    public void The_examples_have_the_sum_and_the_count_they_say()
    {
        foreach (var (bytes, sum) in new[] { (Example.First, 0x2C3E), (Example.Second, 0xBC1B) })
        {
            var file = DexReader.Read(bytes);

            Assert.Equal(DexCheck.Right, file.Check);
            Assert.Equal(sum, file.Computed);
            Assert.Equal((41, 41), (file.Counted, file.Said));
            Assert.Equal(("UVX0000042", "V0/6"), (file.CommunicationId, file.Version));
            Assert.Empty(file.Warnings);
            Assert.Equal(43, file.Segments.Count);
        }
    }

    [Theory]
    [InlineData("", 0x0000)]
    [InlineData("123456789", 0xBB3D)] // the check value catalogues give for CRC-16/ARC
    [InlineData("A", 0x30C0)]
    public void The_sum_is_the_catalogues(string text, int sum) => Assert.Equal(sum, DexCrc.Of(Encoding.ASCII.GetBytes(text)));

    /// <summary>Bit by bit, as another programmer would write it; the product uses a table.</summary>
    [Fact]
    public void The_sum_agrees_with_one_made_another_way()
    {
        var random = new Random(41);
        for (var i = 0; i < 200; i++)
        {
            var bytes = new byte[random.Next(0, 600)];
            random.NextBytes(bytes);
            var crc = 0;
            foreach (var one in bytes)
            {
                for (var bit = 0; bit < 8; bit++)
                {
                    var differs = ((one >> bit) & 1) != (crc & 1);
                    crc >>= 1;
                    if (differs) crc ^= 0xA001;
                }
            }

            Assert.Equal(crc, DexCrc.Of(bytes));
        }
    }

    [Fact]
    public void Another_language_comes_to_the_same_sum()
    {
        const string Script =
            "import sys\nd=sys.stdin.buffer.read()\nb=d[d.index(b'ST*'):d.index(b'G85*')]\nc=0\n"
            + "for x in b:\n  c^=x\n  for _ in range(8): c=(c>>1)^0xA001 if c&1 else c>>1\nprint('%04X'%c)";
        Process python;
        try
        {
            python = Process.Start(new ProcessStartInfo("python3") { ArgumentList = { "-c", Script }, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("Python is not installed.");
            return;
        }

        using var running = python;
        python.StandardInput.BaseStream.Write(Example.Second);
        python.StandardInput.Close();

        Assert.Equal(DexReader.Read(Example.Second).Computed.ToString("X4", CultureInfo.InvariantCulture), python.StandardOutput.ReadLine());
    }

    [Fact]
    public void Line_ends_do_not_matter()
    {
        var text = Encoding.ASCII.GetString(Example.First);
        foreach (var end in new[] { "\n", "\r", "\r\r\n", "\n\n" })
        {
            var file = DexReader.Read(Encoding.ASCII.GetBytes(text.Replace("\r\n", end, StringComparison.Ordinal)));

            Assert.Equal(DexCheck.Right, file.Check);
            Assert.Equal(41, file.Counted);
            Assert.Empty(file.Warnings);
        }
    }

    [Fact]
    public void Pieces_of_any_size_make_the_same_file()
    {
        foreach (var size in new[] { 1, 2, 7, 64, 500 })
        {
            var reader = new DexReader();
            foreach (var piece in Example.First.Chunk(size)) reader.Take(piece);

            var file = reader.Finish();

            Assert.Equal(DexCheck.Right, file.Check);
            Assert.Equal(43, file.Segments.Count);
        }
    }

    [Fact]
    public void A_sum_with_its_bytes_swapped_is_taken_and_told()
    {
        var file = DexReader.Read(Changed("G85*2C3E", "G85*3E2C"));

        Assert.Equal(DexCheck.Swapped, file.Check);
        Assert.Equal("crc_swapped", Assert.Single(file.Warnings).Code);
    }

    [Fact]
    public void A_changed_byte_is_told_and_the_file_read_all_the_same()
    {
        var file = DexReader.Read(Changed("VA1*12470", "VA1*12471"));

        Assert.Equal(DexCheck.Wrong, file.Check);
        Assert.Equal("crc_wrong", Assert.Single(file.Warnings).Code);
        Assert.Equal(12471, DexAuditReader.Read(file).Sales!.Value);
    }

    [Fact]
    public void A_lost_line_is_told()
    {
        var file = DexReader.Read(Changed("CA15*6200\r\n", ""));

        Assert.Contains(file.Warnings, w => w.Code == "count_wrong");
        Assert.Equal(DexCheck.Wrong, file.Check);
    }

    [Fact]
    public void A_file_without_envelope_sum_or_count_is_read()
    {
        var file = DexReader.Read("id1*42*MODEL\nva1*100*1*100*1\n"u8);

        Assert.Equal(["no_envelope", "crc_missing", "count_missing"], file.Warnings.Select(w => w.Code));
        var audit = DexAuditReader.Read(file);
        Assert.Equal(("42", 100L), (audit.Serial, audit.Sales!.Value));
    }

    [Fact]
    public void A_file_cut_off_in_the_middle_is_read_so_far_and_told()
    {
        var file = DexReader.Read(Example.First.AsSpan(0, 400));

        Assert.Contains(file.Warnings, w => w.Code == "cut_off");
        Assert.NotNull(DexAuditReader.Read(file).CashSales);
    }

    [Fact]
    public void What_stands_before_and_after_and_between_does_not_disturb()
    {
        var text = "\u0000\u0010\u0002 saved by tool 1.0\r\n" + Encoding.ASCII.GetString(Example.First) + "\r\nbye *\r\nVA1*1*1*1*1\r\n";

        var file = DexReader.Read(Encoding.ASCII.GetBytes(text));

        Assert.Equal(DexCheck.Right, file.Check);
        Assert.Equal(12470, DexAuditReader.Read(file).Sales!.Value);
        Assert.Contains(file.Warnings, w => w is { Line: 1, Code: "not_a_segment" });
        Assert.Contains(file.Warnings, w => w.Code == "left_out");
    }

    [Fact]
    public void A_file_saved_with_two_bytes_a_letter_is_read()
    {
        var file = DexReader.Read([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Encoding.ASCII.GetString(Example.First))]);

        Assert.Equal(DexCheck.Right, file.Check);
        Assert.Empty(file.Warnings);
    }

    [Fact]
    public void Only_the_first_of_two_transmissions_is_read()
    {
        var file = DexReader.Read([.. Example.First.AsSpan(0, Example.First.Length - 9), .. Example.Second]);

        Assert.Equal(12470, DexAuditReader.Read(file).Sales!.Value);
        Assert.Contains(file.Warnings, w => w.Code is "second_transmission");
    }

    [Theory]
    [InlineData("^CF^^E8^^E2^^EE^", "Пиво")] // code page 1251 behind escapes
    [InlineData("CAF^E9^", "CAFé")] // Latin-1 behind an escape
    [InlineData("CAF^C3^^A9^", "CAFé")] // UTF-8 behind escapes
    [InlineData("A^2A^B", "A*B")]
    [InlineData("5 ^ 3", "5 ^ 3")]
    [InlineData("^ZZ^", "^ZZ^")]
    public void Escaped_letters_are_read(string written, string meant) =>
        Assert.Equal(meant, DexAuditReader.Read(Example.Bytes($"DXS*1*VA*V0/6*1\nPA1*1*100*{written}\n")).Products[0].Name);

    [Fact]
    public void Letters_as_bytes_are_read() =>
        Assert.Equal("Säft", DexAuditReader.Read(Example.Bytes("PA1*1*100*S\u00E4ft\n")).Products[0].Name);

    [Fact]
    public void Lines_segments_and_elements_have_limits()
    {
        var text = new StringBuilder("PA1*1*100*").Append('X', 5_000).Append('\n').Append("VA1").Append('*', 500).Append('\n');
        for (var i = 0; i < DexReader.MostSegments + 10; i++) text.Append("MA5*X\n");

        var file = DexReader.Read(Encoding.ASCII.GetBytes(text.ToString()));

        Assert.Equal(DexReader.MostSegments, file.Segments.Count);
        Assert.Contains(file.Warnings, w => w is { Line: 1, Code: "line_too_long" });
        Assert.Contains(file.Warnings, w => w is { Line: 2, Code: "too_many_elements" });
        Assert.Contains(file.Warnings, w => w.Code == "left_out");
    }

    [Fact]
    public void No_bytes_whatever_make_it_throw() => Prop.ForAll(
        Gen.Choose(0, 255).Select(b => (byte)b).ListOf(600).ToArbitrary(),
        bytes => Sound([.. bytes])).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void No_change_to_a_real_file_makes_it_throw()
    {
        var random = new Random(1979);
        byte[] loved = [.. "*^\r\n\0-.,+09AZ\u00ff"u8];
        for (var i = 0; i < 3_000; i++)
        {
            var bytes = new List<byte>(random.Next(2) == 0 ? Example.First : Example.Second);
            for (var changes = random.Next(1, 30); changes > 0; changes--)
            {
                var at = random.Next(bytes.Count);
                var one = random.Next(3) == 0 ? (byte)random.Next(256) : loved[random.Next(loved.Length)];
                switch (random.Next(4))
                {
                    case 0: bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)); break;
                    case 1: bytes.Insert(at, one); break;
                    case 2: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 60), bytes.Count - at))); break;
                    default: bytes[at] = one; break;
                }

                if (bytes.Count == 0) bytes.Add((byte)'S');
            }

            Assert.True(Sound([.. bytes]));
        }
    }

    private static bool Sound(byte[] bytes)
    {
        var audit = DexAuditReader.Read(DexReader.Read(bytes));
        return audit.Warnings.All(w => w.Code.Length > 0 && w.Text.Length > 0 && w.Line >= 0)
            && audit.Products.All(p => p.Selection.Length > 0 && !p.Name.Any(char.IsControl));
    }

    private static byte[] Changed(string from, string to) =>
        Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(Example.First).Replace(from, to, StringComparison.Ordinal));
}

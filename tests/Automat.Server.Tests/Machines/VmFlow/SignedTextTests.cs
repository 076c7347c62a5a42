#pragma warning disable RS0030 // A seed of its own: what fails, fails again.
using System.Text;
using Automat.Server.Machines.Drivers.VmFlow;

namespace Automat.Server.Tests.Machines.VmFlow;

/// <summary>The signed lines, byte for byte as the VMflow firmware speaks.</summary>
public sealed class SignedTextTests
{
    private static readonly byte[] Passkey = Encoding.ASCII.GetBytes("0123456789abcdef01");
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1_752_800_000);

    [Theory]
    [InlineData("credit", "150", "credit:150:1752800000:5e4781ea381c8525eefa75ceae5dce703de5b6452f687248063b15f9e087eee2")]
    [InlineData("info", "-", "info:-:1752800000:ae9ed52c553ff26832b75124ecdc8eea18ae0a4e3adaef5fa0f17a89011e6ce9")]
    [InlineData("ota", "v1.2.3", "ota:v1.2.3:1752800000:54f76443340c3293b7f168a700b62805e518ae2a1f0b76828479034b8538b52e")]
    public void A_command_is_what_the_board_takes(string command, string argument, string line) =>
        Assert.Equal(line, Encoding.ASCII.GetString(SignedText.Command(command, argument, At, Passkey)));

    [Fact]
    public void A_command_the_board_would_cut_off_is_never_made() =>
        Assert.Throws<ArgumentException>(() => SignedText.Command("ota", new string('1', 63), At, Passkey));

    [Fact]
    public void A_sale_is_read_as_the_board_signs_it()
    {
        var text = Open("150:12:1752800000:f070b400e46a6d24fdedf2cf0fb2311cef63ecd603bb41a0d7644564a0b01616");

        Assert.Equal(new SaleLine(150, 12, 1_752_800_000), BoardLines.Sale(text!));
    }

    [Theory]
    [InlineData("150,12:1752800000:3795d86f1adffc538fa5d35918dbefadd369939e2448a2ed89663b94be2552ba")]
    [InlineData("150:12:1752800000:f070b400e46a6d24fdedf2cf0fb2311cef63ecd603bb41a0d7644564a0b01616")]
    public void A_failure_is_read_with_a_comma_and_with_a_colon(string line) =>
        Assert.Equal(new FailLine(150, 12, 1_752_800_000), BoardLines.Fail(Open(line)!));

    [Fact]
    public void People_counted_are_read() =>
        Assert.Equal(
            new PaxLine(37, 1_752_800_000),
            BoardLines.Pax(Open("37:1752800000:83c8eedb414c9d7edacb0e8442413134919afad8b1ee36f98067468cc2582915")!));

    [Theory]
    [InlineData("150:12:1752800000:f070b400e46a6d24fdedf2cf0fb2311cef63ecd603bb41a0d7644564a0b01617")] // another signature
    [InlineData("151:12:1752800000:f070b400e46a6d24fdedf2cf0fb2311cef63ecd603bb41a0d7644564a0b01616")] // another price
    [InlineData("150:12:1752800000:f070b400")]
    [InlineData("150:12:1752800000")]
    [InlineData(":f070b400e46a6d24fdedf2cf0fb2311cef63ecd603bb41a0d7644564a0b01616")]
    [InlineData("")]
    [InlineData(":::::")]
    public void What_is_not_signed_says_nothing(string line) => Assert.Null(Open(line));

    [Fact]
    public void Another_boards_passkey_opens_nothing() => Assert.Null(SignedText.Open(
        SignedText.Sign("150:12:1752800000", "another-passkey-00"u8), [Passkey]));

    [Fact]
    public void While_passkeys_overlap_either_is_good() =>
        Assert.Equal("37:1", SignedText.Open(SignedText.Sign("37:1", Passkey), ["another-passkey-00"u8.ToArray(), Passkey]));

    [Theory]
    [InlineData("150:12")]
    [InlineData("-150:12:1752800000")]
    [InlineData("150:65536:1752800000")]
    [InlineData("4294967296:12:1752800000")]
    [InlineData("150:12:99999999999999")]
    [InlineData("150:12:1752800000:1")]
    [InlineData("1e2:12:1752800000")]
    public void A_signed_line_of_another_form_is_no_sale(string text) => Assert.Null(BoardLines.Sale(text));

    [Fact]
    public void Any_bytes_are_read_without_a_fault()
    {
        var dice = new Random(7);
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = new byte[dice.Next(200)];
            dice.NextBytes(bytes);
            if (i % 2 == 0) bytes = [.. Encoding.ASCII.GetBytes("{\"machine_state\":"), .. bytes];

            Assert.Null(SignedText.Open(bytes, [Passkey]));
            Assert.Null(LegacyFrame.Read(bytes, [Passkey]));
            Assert.Null(BoardInfo.Read(bytes, At));
        }
    }

    private static string? Open(string line) => SignedText.Open(Encoding.ASCII.GetBytes(line), [Passkey]);
}

using System.Text;
using Automat.Server.Machines.Drivers.VmFlow;

namespace Automat.Server.Tests.Machines.VmFlow;

/// <summary>The older frames, byte for byte; they are read and never written.</summary>
public sealed class LegacyFrameTests
{
    private static readonly byte[] Passkey = Encoding.ASCII.GetBytes("0123456789abcdef01");

    [Theory]
    [InlineData("20303132a534395e4ea339606060606060376b", LegacyWord.Credit)]
    [InlineData("21303132a534395e4ea339606060606060376a", LegacyWord.CashSale)]
    [InlineData("22303132a534395e4ea339606060606060376d", LegacyWord.Pax)]
    internal void A_frame_is_read(string wire, LegacyWord word) => Assert.Equal(
        new LegacyFrame(word, 150, 12, 1_752_800_000), LegacyFrame.Read(Convert.FromHexString(wire), [Passkey]));

    [Theory]
    [InlineData("21303132a534395e4ea339606060606060376b")] // its sum is wrong
    [InlineData("23303132a534395e4ea339606060606060376a")] // no such word
    [InlineData("21303132a534395e4ea3396060606060603700")]
    [InlineData("21303132a534395e4ea33960606060606037")]
    [InlineData("")]
    public void What_does_not_sum_up_is_no_frame(string wire) =>
        Assert.Null(LegacyFrame.Read(Convert.FromHexString(wire), [Passkey]));

    [Fact]
    public void Another_passkey_reads_nothing() => Assert.Null(LegacyFrame.Read(
        Convert.FromHexString("21303132a534395e4ea339606060606060376a"), ["fedcba987654321000"u8.ToArray(), "short"u8.ToArray()]));
}
